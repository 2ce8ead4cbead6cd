package jpeg

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
)

// reference decodes a JPEG slowly and obviously, bit by bit, to coefficients.
type reference struct {
	header  header
	quant   [4][64]int
	codes   [2][4]map[refCode]byte
	restart int
	planes  []refPlane

	segment []byte // the rest of the entropy-coded segment, unstuffed
	bit     int    // next bit of it
	data    []byte
	pos     int
	eobRun  int
	runsOn  bool // an end-of-band run was longer than its scan
}

type refCode struct{ length, code int }

type refPlane struct {
	coefficientPlane
	width, height int // samples
	quant         [64]int
	latched       bool
}

var errReference = errors.New("reference: bad data")

// decode decodes data to the coefficients in r.planes.
func (r *reference) decode(data []byte) error {
	h, err := readHeader(context.Background(), whole(data))
	if err != nil {
		return err
	}
	r.header, r.data = h, data
	maxH, maxV := h.sampling()
	for _, c := range h.Components {
		p := refPlane{width: ceilDiv(h.Width*c.H, maxH), height: ceilDiv(h.Height*c.V, maxV)}
		p.blocksX, p.blocksY = ceilDiv(p.width, 8), ceilDiv(p.height, 8)
		p.stride = ceilDiv(h.Width, 8*maxH) * c.H
		p.blocks = make([][64]int32, p.stride*ceilDiv(h.Height, 8*maxV)*c.V)
		r.planes = append(r.planes, p)
	}
	for pos := 2; ; {
		s, err := nextSegment(data, pos)
		if err != nil {
			return err
		}
		pos = s.end
		p := s.params
		switch s.marker {
		case markerEOI:
			return nil
		case markerDRI:
			r.restart = int(binary.BigEndian.Uint16(p))
		case markerDQT:
			err = r.defineQuant(p)
		case markerDHT:
			err = r.defineCodes(p)
		case markerSOS:
			r.pos = pos
			err = r.scan(p)
			pos = r.pos
		}
		if err != nil {
			return err
		}
	}
}

// defineQuant reads a DQT segment.
func (r *reference) defineQuant(p []byte) error {
	for len(p) > 0 {
		size := 64 << (p[0] >> 4)
		if len(p) < 1+size {
			return errReference
		}
		for k := range 64 {
			if size == 64 {
				r.quant[p[0]&3][k] = int(p[1+k])
			} else {
				r.quant[p[0]&3][k] = int(binary.BigEndian.Uint16(p[1+2*k:]))
			}
		}
		p = p[1+size:]
	}
	return nil
}

// defineCodes reads a DHT segment.
func (r *reference) defineCodes(p []byte) error {
	for len(p) > 0 {
		if len(p) < 17 {
			return errReference
		}
		m := map[refCode]byte{}
		r.codes[p[0]>>4&1][p[0]&3] = m
		code, symbols := 0, p[17:]
		for length := 1; length <= 16; length++ {
			for range p[length] {
				if len(symbols) == 0 {
					return errReference
				}
				m[refCode{length, code}] = symbols[0]
				code, symbols = code+1, symbols[1:]
			}
			code *= 2
		}
		p = symbols
	}
	return nil
}

// nextSegment reads the entropy-coded segment at r.pos.
func (r *reference) nextSegment() {
	r.segment, r.bit, r.eobRun = nil, 0, 0
	for r.pos < len(r.data) {
		b := r.data[r.pos]
		if b == 0xff {
			if r.pos+1 >= len(r.data) || r.data[r.pos+1] != 0 {
				return
			}
			r.pos++
		}
		r.segment = append(r.segment, b)
		r.pos++
	}
}

// bits reads n bits. Past the end it panics; scan turns that into an error.
func (r *reference) bits(n int) int {
	v := 0
	for range n {
		v = v<<1 | int(r.segment[r.bit/8]>>(7-r.bit%8)&1)
		r.bit++
	}
	return v
}

// symbol reads a Huffman code and returns the two halves of its symbol.
func (r *reference) symbol(codes map[refCode]byte) (run, size int) {
	for length, code := 1, 0; length <= 16; length++ {
		code = code<<1 | r.bits(1)
		if s, ok := codes[refCode{length, code}]; ok {
			return int(s >> 4), int(s & 15)
		}
	}
	panic("no such code")
}

// value reads a value of the given size in bits (F.2.2.1).
func (r *reference) value(size int) int32 {
	v := r.bits(size)
	if size > 0 && v < 1<<(size-1) {
		v -= 1<<size - 1
	}
	return int32(v)
}

// scan decodes a scan with header p.
func (r *reference) scan(p []byte) (err error) {
	s, err := r.header.parseScan(p)
	if err != nil {
		return err
	}
	defer func() {
		if recover() != nil {
			err = errReference
		}
	}()
	var predicted [4]int32
	for i := range s.components {
		c := &r.planes[s.components[i].index]
		if !c.latched {
			c.quant, c.latched = r.quant[r.header.Components[s.components[i].index].Quant], true
		}
	}
	r.nextSegment()
	maxH, maxV := r.header.sampling()
	mcusX, mcusY := ceilDiv(r.header.Width, 8*maxH), ceilDiv(r.header.Height, 8*maxV)
	if len(s.components) == 1 {
		c := r.planes[s.components[0].index]
		mcusX, mcusY = c.blocksX, c.blocksY
	}
	for i := range mcusX * mcusY {
		if r.restart > 0 && i > 0 && i%r.restart == 0 {
			m, at, err := nextMarker(r.data, r.pos)
			if err != nil || m != byte(markerRST0+(i/r.restart-1)%8) {
				return errReference
			}
			r.pos = at + 1
			r.nextSegment()
			predicted = [4]int32{}
		}
		for j := range s.components {
			sc := &s.components[j]
			c := &r.planes[sc.index]
			for u := range sc.unitsX * sc.unitsY {
				x, y := i%mcusX*sc.unitsX+u%sc.unitsX, i/mcusX*sc.unitsY+u/sc.unitsX
				r.block(s, sc, &c.blocks[y*c.stride+x], &predicted[j])
			}
		}
	}
	r.runsOn = r.runsOn || r.eobRun > 0
	return nil
}

// block decodes a block of a scan.
func (r *reference) block(s *scan, sc *scanComponent, b *[64]int32, predicted *int32) {
	dc, ac := r.codes[0][sc.dcTable], r.codes[1][sc.acTable]
	if s.first == 0 && s.high == 0 {
		run, size := r.symbol(dc)
		if run > 0 {
			panic("a difference of more than 15 bits") // F.1.2.1 goes to 11
		}
		*predicted += r.value(size)
		b[0] = *predicted << s.low
	} else if s.first == 0 {
		b[0] |= int32(r.bits(1)) << s.low
	}
	switch {
	case s.last == 0:
	case s.high == 0:
		r.firstAC(s, ac, b)
	default:
		r.refineAC(s, ac, b)
	}
}

// firstAC decodes a block of the first scan of AC coefficients.
func (r *reference) firstAC(s *scan, ac map[refCode]byte, b *[64]int32) {
	if r.eobRun > 0 {
		r.eobRun--
		return
	}
	for k := max(1, s.first); k <= s.last; k++ {
		run, size := r.symbol(ac)
		if size == 0 && run < 15 {
			if !r.header.Progressive && run > 0 {
				panic("end-of-band run in a sequential picture")
			}
			r.eobRun = 1<<run + r.bits(run) - 1
			return
		}
		k += run
		if k > s.last {
			panic("too many coefficients")
		}
		if size > 0 {
			b[k] = r.value(size) << s.low
		}
	}
}

// refineAC follows the wording of G.1.2.3.
func (r *reference) refineAC(s *scan, ac map[refCode]byte, b *[64]int32) {
	correct := func(k int) {
		if r.bits(1) == 1 {
			if b[k] > 0 {
				b[k] += 1 << s.low
			} else {
				b[k] -= 1 << s.low
			}
		}
	}
	k := s.first
	for ; k <= s.last && r.eobRun == 0; k++ {
		run, size := r.symbol(ac)
		if size == 0 && run < 15 {
			r.eobRun = 1<<run + r.bits(run)
			break
		}
		if size > 1 {
			panic("more than one bit")
		}
		v := int32(0)
		if size == 1 {
			v = int32(2*r.bits(1)-1) << s.low
		}
		for ; b[k] != 0 || run > 0; k++ {
			if b[k] != 0 {
				correct(k)
			} else {
				run--
			}
			if k == s.last {
				panic("too many coefficients")
			}
		}
		b[k] = v
	}
	if r.eobRun > 0 {
		for ; k <= s.last; k++ {
			if b[k] != 0 {
				correct(k)
			}
		}
		r.eobRun--
	}
}

// samples returns the plane of component i by the inverse DCT of as many points as
// given, as numbers before rounding, limited to 0 … 255. largest is the largest sum of
// the magnitudes of a block's dequantised coefficients. Before quantisation it is
// at most 8192 for an 8-bit picture.
func (r *reference) samples(i, points int) (s []float64, width, height int, largest float64) {
	p := &r.planes[i]
	width, height = ceilDiv(p.width*points, 8), ceilDiv(p.height*points, 8)
	s = make([]float64, width*height)
	for by := range p.blocksY {
		for bx := range p.blocksX {
			var f [64]float64
			sum := 0.0
			for k, v := range p.blocks[by*p.stride+bx] {
				f[zigzag[k]] = float64(v) * float64(p.quant[k])
				sum += math.Abs(f[zigzag[k]])
			}
			largest = max(largest, sum)
			for j := range points * points {
				x, y := bx*points+j%points, by*points+j/points
				if x < width && y < height {
					s[y*width+x] = max(0, min(255, 128+inverseReference(&f, points, j%points, j/points)))
				}
			}
		}
	}
	return s, width, height, largest
}

// inverseCosines[points][x][u] is C(u) cos((2x+1)uπ/2N) for N points.
var inverseCosines = func() (t [9][8][8]float64) {
	for _, n := range []int{1, 2, 4, 8} {
		for x := range n {
			t[n][x][0] = 1 / math.Sqrt2
			for u := 1; u < n; u++ {
				t[n][x][u] = math.Cos((2*float64(x) + 1) * float64(u) * math.Pi / (2 * float64(n)))
			}
		}
	}
	return t
}()

// inverseReference returns sample x, y of the inverse DCT of N points, which
// points gives, scaled so that the mean stays: 2/N for an orthonormal transform,
// times N/8.
func inverseReference(f *[64]float64, points, x, y int) float64 {
	cosX, cosY := &inverseCosines[points][x], &inverseCosines[points][y]
	sum := 0.0
	for v := range points {
		row := 0.0
		for u := range points {
			row += f[8*v+u] * cosX[u]
		}
		sum += row * cosY[v]
	}
	return sum / 4
}
