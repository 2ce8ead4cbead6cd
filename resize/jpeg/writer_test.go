package jpeg

import (
	"encoding/binary"
	"math"
	"slices"
)

// picture describes a JPEG that a test wants. It can be any that the decoder must
// read, also one that no encoder at hand can write.
type picture struct {
	width, height int
	components    []frameComponent // IDs of 0 mean 1, 2, …
	progressive   bool
	extended      bool       // SOF1 rather than SOF0
	scans         []scanSpec // nil: the usual ones
	restart       int        // interval in MCUs, 0 for none
	quality       int        // libjpeg's; 0 means 90
	wideQuant     bool       // 16-bit quantisation tables, with steps above 255
	adobe         int        // transform of an Adobe segment, from 0; -1: no segment
	jfif          bool
	fill          int  // fill bytes before each marker
	unstuffed     bool // the bug of an encoder that forgets the zeros after 0xff
	shareTables   bool // all components use tables 0
}

// scanSpec is one scan: components, and for a progressive picture Ss, Se, Ah, Al.
type scanSpec struct {
	components  []int
	first, last int
	high, low   int
}

// sampler returns the sample of component c at x, y of its own grid.
type sampler func(c, x, y int) uint8

// coefficientPlane is a component's quantised coefficients in zig-zag order.
type coefficientPlane struct {
	blocksX, blocksY int // of the component
	stride           int // blocks in a row, whole MCUs
	blocks           [][64]int32
}

// normalize replaces the zero values of fields by what they stand for.
func (p *picture) normalize() {
	p.components = slices.Clone(p.components)
	for i := range p.components {
		if p.components[i].ID == 0 {
			p.components[i].ID = uint8(i + 1)
		}
		if i > 0 && !p.shareTables {
			p.components[i].Quant = 1
		}
	}
	if len(p.components) == 1 {
		p.components[0].H, p.components[0].V = max(1, p.components[0].H), max(1, p.components[0].V)
	}
	if p.quality == 0 {
		p.quality = 90
	}
}

func (p *picture) sampling() (h, v int) {
	for _, c := range p.components {
		h, v = max(h, c.H), max(v, c.V)
	}
	return h, v
}

// Example tables of T.81, annex K, row by row.
var exampleQuant = [2][64]int{{
	16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
	14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
	18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
	49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
}, {
	17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
	24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
}}

// quantStep returns the step of coefficient k, in zig-zag order, of table i.
func (p *picture) quantStep(i, k int) int {
	scale := 200 - 2*p.quality
	if p.quality < 50 {
		scale = 5000 / p.quality
	}
	q := max(1, (exampleQuant[i][zigzag[k]]*scale+50)/100)
	if p.wideQuant {
		return q + 256*(k%3)
	}
	return min(q, 255)
}

// encode returns the JPEG.
func (p picture) encode(sample sampler) []byte {
	p.normalize()
	planes := make([]coefficientPlane, len(p.components))
	for i := range planes {
		planes[i] = p.transform(i, sample)
	}
	return p.encodeCoefficients(planes)
}

// encodeCoefficients returns the JPEG of the given coefficients.
func (p picture) encodeCoefficients(planes []coefficientPlane) []byte {
	p.normalize()
	w := p.begin()
	for _, s := range p.script() {
		e := &scanEncoder{picture: &p, planes: planes, scanSpec: s}
		e.encode()
		e.write(w)
	}
	w.marker(markerEOI)
	return w.bytes
}

// encodeSymbols returns a JPEG whose scans hold the given symbols.
func (p picture) encodeSymbols(scans []scanSpec, symbols [][]symbol) []byte {
	p.normalize()
	w := p.begin()
	for i, s := range scans {
		e := &scanEncoder{picture: &p, scanSpec: s, symbols: symbols[i]}
		e.write(w)
	}
	w.marker(markerEOI)
	return w.bytes
}

// begin writes everything before the scans.
func (p *picture) begin() *fileWriter {
	w := &fileWriter{fill: p.fill, unstuffed: p.unstuffed}
	w.bytes = append(w.bytes, 0xff, markerSOI)
	if p.jfif {
		w.segment(markerAPP0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))
	}
	if p.adobe >= 0 {
		w.segment(markerAPP14, append([]byte("Adobe\x00\x64\x00\x00\x00\x00"), byte(p.adobe)))
	}
	tables := 2
	if len(p.components) == 1 || p.shareTables {
		tables = 1
	}
	for i := range tables {
		w.segment(markerDQT, p.quantSegment(i))
	}
	w.segment(p.frameMarker(), p.frameHeader())
	if p.restart > 0 {
		w.segment(markerDRI, binary.BigEndian.AppendUint16(nil, uint16(p.restart)))
	}
	return w
}

func (p *picture) quantSegment(i int) []byte {
	var b []byte
	if p.wideQuant {
		b = append(b, 0x10|byte(i))
	} else {
		b = append(b, byte(i))
	}
	for k := range 64 {
		q := p.quantStep(i, k)
		if p.wideQuant {
			b = append(b, byte(q>>8))
		}
		b = append(b, byte(q))
	}
	return b
}

func (p *picture) frameMarker() byte {
	switch {
	case p.progressive:
		return markerSOF2
	case p.extended:
		return markerSOF1
	}
	return markerSOF0
}

func (p *picture) frameHeader() []byte {
	b := []byte{8, byte(p.height >> 8), byte(p.height), byte(p.width >> 8), byte(p.width), byte(len(p.components))}
	for _, c := range p.components {
		b = append(b, c.ID, byte(c.H<<4|c.V), c.Quant)
	}
	return b
}

// script returns the scans: those asked for, or an interleaved one, or libjpeg's
// usual progression.
func (p *picture) script() []scanSpec {
	if p.scans != nil {
		return p.scans
	}
	var all []int
	for i := range p.components {
		all = append(all, i)
	}
	if !p.progressive {
		return []scanSpec{{components: all, last: 63}}
	}
	s := []scanSpec{{components: all, low: 1}}
	for i := range p.components {
		s = append(s, scanSpec{[]int{i}, 1, 5, 0, 2})
	}
	for i := range p.components {
		s = append(s, scanSpec{[]int{i}, 6, 63, 0, 2}, scanSpec{[]int{i}, 1, 63, 2, 1})
	}
	s = append(s, scanSpec{all, 0, 0, 1, 0})
	for i := range p.components {
		s = append(s, scanSpec{[]int{i}, 1, 63, 1, 0})
	}
	return s
}

// cosines[x][u] is C(u)/2 cos((2x+1)uπ/16) of T.81, A.3.3.
var cosines = func() (t [8][8]float64) {
	for x := range 8 {
		for u := range 8 {
			t[x][u] = math.Cos(float64((2*x+1)*u)*math.Pi/16) / 2
			if u == 0 {
				t[x][u] /= math.Sqrt2
			}
		}
	}
	return t
}()

// transform returns the coefficients of component i.
func (p *picture) transform(i int, sample sampler) coefficientPlane {
	maxH, maxV := p.sampling()
	c := p.components[i]
	width, height := ceilDiv(p.width*c.H, maxH), ceilDiv(p.height*c.V, maxV)
	plane := coefficientPlane{
		blocksX: ceilDiv(width, 8), blocksY: ceilDiv(height, 8),
		stride: ceilDiv(p.width, 8*maxH) * c.H,
	}
	rows := ceilDiv(p.height, 8*maxV) * c.V
	plane.blocks = make([][64]int32, plane.stride*rows)
	for by := range rows {
		for bx := range plane.stride {
			var s [64]float64
			for j := range s {
				x, y := min(8*bx+j%8, width-1), min(8*by+j/8, height-1)
				s[j] = float64(sample(i, x, y)) - 128
			}
			plane.blocks[by*plane.stride+bx] = p.quantise(&s, int(c.Quant))
		}
	}
	return plane
}

// quantise returns the quantised forward DCT of a block.
func (p *picture) quantise(s *[64]float64, table int) (out [64]int32) {
	var rows [64]float64
	for y := range 8 {
		for u := range 8 {
			for x := range 8 {
				rows[8*y+u] += cosines[x][u] * s[8*y+x]
			}
		}
	}
	for k, at := range zigzag {
		u, v := int(at%8), int(at/8)
		var f float64
		for y := range 8 {
			f += cosines[y][v] * rows[8*y+u]
		}
		out[k] = int32(math.Round(f / float64(p.quantStep(table, k))))
	}
	return out
}
