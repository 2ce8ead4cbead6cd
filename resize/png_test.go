package resize

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image/color"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// testPNG is a PNG to be made. Its samples are sample's, cut to its depth.
type testPNG struct {
	width, height int
	depth         int
	colourType    byte
	interlaced    bool
	palette       []byte // body of PLTE
	transparent   []byte // body of tRNS
	before, after []byte // chunks before PLTE, chunks behind IDAT
}

// testPNGChannels is how many samples a pixel of each colour type has.
var testPNGChannels = map[byte]int{pngGray: 1, pngRGB: 3, pngPalette: 1, pngGrayAlpha: 2, pngRGBA: 4}

// sample is channel c of a pixel: values of all sizes, many of them at the
// ends, and the first and second pixel alike.
func (p testPNG) sample(x, y, c int) uint32 {
	h := uint32((max(x, 1)*7+y)*31+c*1009) * 2654435761
	h ^= h >> 15
	most := uint32(1)<<p.depth - 1
	switch {
	case p.colourType == pngPalette:
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
func (p testPNG) bytes() []byte {
	type pass struct{ x0, y0, dx, dy int }
	passes := []pass{{0, 0, 1, 1}}
	if p.interlaced {
		passes = []pass{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
	}
	var raw []byte
	for _, a := range passes {
		for y := a.y0; y < p.height && a.x0 < p.width; y += a.dy {
			raw = append(raw, 0)
			var bits, n uint32
			for x := a.x0; x < p.width; x += a.dx {
				for c := range testPNGChannels[p.colourType] {
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
	interlace := byte(0)
	if p.interlaced {
		interlace = 1
	}
	header = append(header, byte(p.depth), p.colourType, 0, 0, interlace)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunkOf("IHDR", header)...)
	out = append(out, p.before...)
	if p.palette != nil {
		out = append(out, chunkOf("PLTE", p.palette)...)
	}
	if p.transparent != nil {
		out = append(out, chunkOf("tRNS", p.transparent)...)
	}
	packed := zlibOf(raw)
	half := len(packed) / 2
	out = append(out, chunkOf("IDAT", packed[:half])...)
	out = append(out, chunkOf("IDAT", packed[half:])...)
	out = append(out, p.after...)
	return append(out, chunkOf("IEND", nil)...)
}

// pixel is what a pixel looks like in 8 bits (PNG third edition, 13.12).
func (p testPNG) pixel(x, y int) color.NRGBA {
	most := uint32(1)<<p.depth - 1
	s := make([]uint32, testPNGChannels[p.colourType])
	key := []byte{}
	for c := range s {
		s[c] = p.sample(x, y, c)
		key = binary.BigEndian.AppendUint16(key, uint16(s[c]))
	}
	alpha := uint32(255)
	if p.colourType == pngPalette {
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
	case pngGray:
		return color.NRGBA{byte(s[0]), byte(s[0]), byte(s[0]), byte(alpha)}
	case pngGrayAlpha:
		return color.NRGBA{byte(s[0]), byte(s[0]), byte(s[0]), byte(s[1])}
	case pngRGB:
		return color.NRGBA{byte(s[0]), byte(s[1]), byte(s[2]), byte(alpha)}
	}
	return color.NRGBA{byte(s[0]), byte(s[1]), byte(s[2]), byte(s[3])}
}

func chunkOf(kind string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
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

// testPNGs are PNGs of every kind there is, by name.
func testPNGs() map[string]testPNG {
	pngs := map[string]testPNG{}
	add := func(name string, p testPNG) {
		p.width, p.height = 21, 13
		pngs[name] = p
		p.interlaced = true
		pngs[name+", interlaced"] = p
		p.width, p.height = 2, 3 // without some of the passes
		pngs[name+", interlaced, tiny"] = p
	}
	depths := map[byte][]int{pngGray: {1, 2, 4, 8, 16}, pngRGB: {8, 16}, pngPalette: {1, 2, 4, 8}, pngGrayAlpha: {8, 16}, pngRGBA: {8, 16}}
	for kind, depths := range depths {
		for _, depth := range depths {
			name := fmt.Sprintf("type %d of %d bits", kind, depth)
			p := testPNG{depth: depth, colourType: kind}
			switch kind {
			case pngPalette:
				colours := 1<<depth - depth/2
				for i := range 3 * colours {
					p.palette = append(p.palette, byte(i*37))
				}
				add(name, p)
				p.transparent = []byte{0, 99}
				add(name+", tRNS", p)
			case pngGray, pngRGB:
				add(name, p)
				for c := range testPNGChannels[kind] {
					p.transparent = binary.BigEndian.AppendUint16(p.transparent, uint16(p.sample(1, 0, c)))
				}
				add(name+", tRNS", p)
			default:
				add(name, p)
			}
		}
	}
	return pngs
}

func TestDecodePNG(t *testing.T) {
	for name, p := range testPNGs() {
		s, err := decodePNG(t.Context(), p.bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		opaque := true
		for y := range p.height {
			for x := range p.width {
				want := p.pixel(x, y)
				opaque = opaque && want.A == 255
				got := color.NRGBAModel.Convert(s.pixels.At(x, y)).(color.NRGBA)
				if got != want && (got.A > 0 || want.A > 0) {
					t.Fatalf("%s: %v at %d, %d, want %v", name, got, x, y, want)
				}
			}
		}
		gray := p.colourType == pngGray || p.colourType == pngGrayAlpha
		if s.gray != gray || s.opaque != opaque || s.orientation != 1 || !s.lossless {
			t.Errorf("%s: gray %v, opaque %v, orientation %d, lossless %v", name, s.gray, s.opaque, s.orientation, s.lossless)
		}
		info, err := inspectPNG(p.bytes())
		if want := (Info{PNG, p.width, p.height, 1}); err != nil || info != want {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
}

// plainPNG is an RGB one of 21 by 13 pixels.
func plainPNG() testPNG { return testPNG{width: 21, height: 13, depth: 8, colourType: pngRGB} }

func TestPNGOrientation(t *testing.T) {
	for o := range uint16(9) {
		exif := chunkOf("eXIf", pictest.OrientationTIFF(binary.BigEndian, o))
		before, after := plainPNG(), plainPNG()
		before.before, after.after = exif, exif
		for _, p := range []testPNG{before, after} {
			info, err := inspectPNG(p.bytes())
			want := Info{PNG, 21, 13, 1}
			if o >= 5 {
				want = Info{PNG, 13, 21, 1}
			}
			if err != nil || info != want {
				t.Errorf("orientation %d: %+v, %v", o, info, err)
			}
			s, err := decodePNG(t.Context(), p.bytes())
			if err != nil || s.orientation != int(max(o, 1)) {
				t.Errorf("orientation %d: %+v, %v", o, s, err)
			}
		}
	}
}

func TestAPNG(t *testing.T) {
	acTL := chunkOf("acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0})
	p := plainPNG()
	p.before = acTL
	for _, f := range []func([]byte) error{
		func(data []byte) error { _, err := inspectPNG(data); return err },
		func(data []byte) error { _, err := decodePNG(t.Context(), data); return err },
	} {
		if err := f(p.bytes()); err != (UnsupportedError{Format: pic.APNG, Name: "animated PNG"}) {
			t.Errorf("%v", err)
		}
	}
	p.before, p.after = nil, acTL // where it means nothing (PNG third edition, 11.3.6.1)
	if _, err := decodePNG(t.Context(), p.bytes()); err != nil {
		t.Errorf("acTL behind IDAT: %v", err)
	}
}

// TestBadPNG: what is cut off or changed anywhere is refused.
func TestBadPNG(t *testing.T) {
	p := plainPNG()
	p.before = slices.Concat(pngChunk("gAMA", 45455), iccpOf(pictest.Profile(icc.RGB)))
	p.after = chunkOf("tEXt", []byte("Title\x00a title"))
	good := p.bytes()
	if _, err := decodePNG(t.Context(), append(bytes.Clone(good), "garbage"...)); err != nil {
		t.Errorf("followed by garbage: %v", err)
	}
	for n := len(pngSignature); n < len(good); n++ {
		_, err := decodePNG(t.Context(), good[:n])
		checkBadPNG(t, fmt.Sprintf("cut after %d bytes", n), err)
	}
	for i := len(pngSignature); i < len(good); i++ {
		bad := bytes.Clone(good)
		bad[i] ^= 0x10
		_, err := decodePNG(t.Context(), bad)
		checkBadPNG(t, fmt.Sprintf("byte %d changed", i), err)
	}
}

func checkBadPNG(t *testing.T, name string, err error) {
	t.Helper()
	var bad *FormatError
	if !errors.As(err, &bad) || bad.Format != PNG {
		t.Errorf("%s: %v", name, err)
	}
}
