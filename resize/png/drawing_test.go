package png

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// drawing is a PNG to be made whose pixels are known. Its samples are sample's, cut to its depth.
type drawing struct {
	width, height int
	depth         int
	colourType    byte
	interlaced    bool
	palette       []byte // body of PLTE
	transparent   []byte // body of tRNS
	before, after []byte // chunks before PLTE, chunks behind IDAT
}

// sample is channel c of a pixel: values of all sizes, many of them at the
// ends, and the first and second pixel alike.
func (p drawing) sample(x, y, c int) uint32 {
	h := uint32((max(x, 1)*7+y)*31+c*1009) * 2654435761
	h ^= h >> 15
	most := uint32(1)<<p.depth - 1
	switch {
	case p.colourType == palette:
		return h % uint32(len(p.palette)/3)
	case h&7 == 0:
		return 0
	case h&7 == 1:
		return most
	}
	return h >> 3 & most
}

// bytes is the file. Interlaced ones have the seven passes of PNG third
// edition, 8.1; rows are not filtered.
func (p drawing) bytes() []byte {
	parts := []pass{{0, 0, 1, 1}}
	if p.interlaced {
		parts = adam7
	}
	var raw []byte
	for _, a := range parts {
		for y := a.y; y < p.height && a.x < p.width; y += a.dy {
			raw = append(raw, 0)
			var bits, n uint32
			for x := a.x; x < p.width; x += a.dx {
				for c := range samples(p.colourType) {
					v := p.sample(x, y, c)
					if p.depth == 16 {
						raw = append(raw, byte(v>>8), byte(v))
						continue
					}
					bits, n = bits<<p.depth|v, n+uint32(p.depth)
					if n == 8 {
						raw, bits, n = append(raw, byte(bits)), 0, 0
					}
				}
			}
			if n > 0 {
				raw = append(raw, byte(bits<<(8-n)))
			}
		}
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(p.width))
	header = binary.BigEndian.AppendUint32(header, uint32(p.height))
	header = append(header, byte(p.depth), p.colourType, 0, 0, interlaceMethod(p.interlaced))
	out := appendChunk([]byte(signature), "IHDR", header)
	out = append(out, p.before...)
	if p.palette != nil {
		out = appendChunk(out, "PLTE", p.palette)
	}
	if p.transparent != nil {
		out = appendChunk(out, "tRNS", p.transparent)
	}
	packed := zlibOf(raw)
	half := len(packed) / 2
	out = appendChunk(out, "IDAT", packed[:half])
	out = appendChunk(out, "IDAT", packed[half:])
	out = append(out, p.after...)
	return appendChunk(out, "IEND", nil)
}

// pixel is what a pixel looks like in 8 bits (PNG third edition, 13.12).
func (p drawing) pixel(x, y int) color.NRGBA {
	most := uint32(1)<<p.depth - 1
	s := make([]uint32, samples(p.colourType))
	key := []byte{}
	for c := range s {
		s[c] = p.sample(x, y, c)
		key = binary.BigEndian.AppendUint16(key, uint16(s[c]))
	}
	alpha := uint32(255)
	if p.colourType == palette {
		i := int(s[0])
		if i < len(p.transparent) {
			alpha = uint32(p.transparent[i])
		}
		return color.NRGBA{p.palette[3*i], p.palette[3*i+1], p.palette[3*i+2], byte(alpha)}
	}
	if bytes.Equal(key, p.transparent) {
		alpha = 0
	}
	for c := range s {
		s[c] = (s[c]*255*2 + most) / (2 * most) // rounded
	}
	switch p.colourType {
	case gray:
		return color.NRGBA{byte(s[0]), byte(s[0]), byte(s[0]), byte(alpha)}
	case grayAlpha:
		return color.NRGBA{byte(s[0]), byte(s[0]), byte(s[0]), byte(s[1])}
	case rgb:
		return color.NRGBA{byte(s[0]), byte(s[1]), byte(s[2]), byte(alpha)}
	}
	return color.NRGBA{byte(s[0]), byte(s[1]), byte(s[2]), byte(s[3])}
}

// chunkOf is a whole chunk.
func chunkOf(kind string, body []byte) []byte { return appendChunk(nil, kind, body) }

// numbers is a whole chunk of 32-bit numbers.
func numbers(kind string, values ...uint32) []byte {
	var body []byte
	for _, v := range values {
		body = binary.BigEndian.AppendUint32(body, v)
	}
	return chunkOf(kind, body)
}

func zlibOf(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func iccpOf(profile []byte) []byte {
	return chunkOf("iCCP", append([]byte("a profile\x00\x00"), zlibOf(profile)...))
}

// drawings are PNGs of every kind there is, by name.
func drawings() map[string]drawing {
	drawings := map[string]drawing{}
	add := func(name string, p drawing) {
		p.width, p.height = 21, 13
		drawings[name] = p
		p.interlaced = true
		drawings[name+", interlaced"] = p
		p.width, p.height = 2, 3 // without some of the passes
		drawings[name+", interlaced, tiny"] = p
	}
	for kind, depths := range kindDepths {
		for _, depth := range depths {
			name := fmt.Sprintf("type %d of %d bits", kind, depth)
			p := drawing{depth: depth, colourType: kind}
			switch kind {
			case palette:
				colours := 1<<depth - depth/2
				for i := range 3 * colours {
					p.palette = append(p.palette, byte(i*37))
				}
				add(name, p)
				p.transparent = []byte{0, 99}
				add(name+", tRNS", p)
			case gray, rgb:
				add(name, p)
				for c := range samples(kind) {
					p.transparent = binary.BigEndian.AppendUint16(p.transparent, uint16(p.sample(1, 0, c)))
				}
				add(name+", tRNS", p)
			default:
				add(name, p)
			}
		}
	}
	return drawings
}

// plain is an RGB one of 21 by 13 pixels.
func plain() drawing { return drawing{width: 21, height: 13, depth: 8, colourType: rgb} }

// TestDrawings holds pixels, and what the picture says of them, against what was
// drawn.
func TestDrawings(t *testing.T) {
	for name, d := range drawings() {
		p, err := Open(t.Context(), pic.Bytes(d.bytes()))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := pic.Header{Format: pic.PNG, Width: d.width, Height: d.height, Orientation: 1, Frames: 1, Lossless: true}
		if p.Header() != want {
			t.Errorf("%s: %+v, want %+v", name, p.Header(), want)
		}
		for range 2 { // it may be read again
			img, colour, err := pixelsOf(t.Context(), p)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for y := range d.height {
				for x := range d.width {
					want, got := d.pixel(x, y), img.NRGBAAt(x, y)
					if got != want && (got.A > 0 || want.A > 0) {
						t.Fatalf("%s: %v at %d, %d, want %v", name, got, x, y, want)
					}
				}
			}
			if colour.Gray != (d.colourType == gray || d.colourType == grayAlpha) || colour.Profile != nil || colour.PNGChunks != nil || colour.OnlyPNG {
				t.Errorf("%s: %+v", name, colour)
			}
		}
	}
}
