package pictest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// Colour types of a PNG (PNG third edition, 11.2.1).
const (
	pngGray      = 0
	pngRGB       = 2
	pngPalette   = 3
	pngGrayAlpha = 4
	pngRGBA      = 6
)

// PNGFile describes a PNG to make. Its samples come from sample, cut to its depth.
type PNGFile struct {
	Width, Height int
	Depth         int
	ColourType    byte
	Interlaced    bool
	Palette       []byte // body of PLTE
	Transparent   []byte // body of tRNS
	Before, After []byte // chunks before PLTE, chunks behind IDAT
}

// pngChannels is how many samples a pixel of each colour type has.
var pngChannels = map[byte]int{pngGray: 1, pngRGB: 3, pngPalette: 1, pngGrayAlpha: 2, pngRGBA: 4}

// sample returns channel c of a pixel: values of all sizes, many of them the smallest
// or largest, and the same for the first and second pixel.
func (p PNGFile) sample(x, y, c int) uint32 {
	h := uint32((max(x, 1)*7+y)*31+c*1009) * 2654435761
	h ^= h >> 15
	most := uint32(1)<<p.Depth - 1
	switch {
	case p.ColourType == pngPalette:
		return h % uint32(len(p.Palette)/3)
	case h&7 == 0:
		return 0
	case h&7 == 1:
		return most
	}
	return h >> 3 & most
}

// Bytes returns the file. Interlaced files have the seven passes of PNG third edition,
// 8.1. Rows are not filtered.
func (p PNGFile) Bytes() []byte {
	type pass struct{ x0, y0, dx, dy int }
	passes := []pass{{0, 0, 1, 1}}
	if p.Interlaced {
		passes = []pass{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
	}
	var raw []byte
	for _, a := range passes {
		for y := a.y0; y < p.Height && a.x0 < p.Width; y += a.dy {
			raw = append(raw, 0)
			var bits, n uint32
			for x := a.x0; x < p.Width; x += a.dx {
				for c := range pngChannels[p.ColourType] {
					v := p.sample(x, y, c)
					if p.Depth == 16 {
						raw = append(raw, byte(v>>8), byte(v))
						continue
					}
					bits, n = bits<<p.Depth|v, n+uint32(p.Depth)
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
	header := binary.BigEndian.AppendUint32(nil, uint32(p.Width))
	header = binary.BigEndian.AppendUint32(header, uint32(p.Height))
	interlace := byte(0)
	if p.Interlaced {
		interlace = 1
	}
	header = append(header, byte(p.Depth), p.ColourType, 0, 0, interlace)
	out := append([]byte("\x89PNG\r\n\x1a\n"), Chunk("IHDR", header)...)
	out = append(out, p.Before...)
	if p.Palette != nil {
		out = append(out, Chunk("PLTE", p.Palette)...)
	}
	if p.Transparent != nil {
		out = append(out, Chunk("tRNS", p.Transparent)...)
	}
	packed := Zlib(raw)
	half := len(packed) / 2
	out = append(out, Chunk("IDAT", packed[:half])...)
	out = append(out, Chunk("IDAT", packed[half:])...)
	out = append(out, p.After...)
	return append(out, Chunk("IEND", nil)...)
}

// Pixel returns the expected 8-bit colour of a pixel (PNG third edition, 13.12).
func (p PNGFile) Pixel(x, y int) color.NRGBA {
	most := uint32(1)<<p.Depth - 1
	s := make([]uint32, pngChannels[p.ColourType])
	key := []byte{}
	for c := range s {
		s[c] = p.sample(x, y, c)
		key = binary.BigEndian.AppendUint16(key, uint16(s[c]))
	}
	alpha := uint32(255)
	if p.ColourType == pngPalette {
		i := int(s[0])
		if i < len(p.Transparent) {
			alpha = uint32(p.Transparent[i])
		}
		return color.NRGBA{p.Palette[3*i], p.Palette[3*i+1], p.Palette[3*i+2], byte(alpha)}
	}
	if bytes.Equal(key, p.Transparent) {
		alpha = 0
	}
	for c := range s {
		s[c] = (s[c]*255*2 + most) / (2 * most) // rounded
	}
	switch p.ColourType {
	case pngGray:
		return color.NRGBA{byte(s[0]), byte(s[0]), byte(s[0]), byte(alpha)}
	case pngGrayAlpha:
		return color.NRGBA{byte(s[0]), byte(s[0]), byte(s[0]), byte(s[1])}
	case pngRGB:
		return color.NRGBA{byte(s[0]), byte(s[1]), byte(s[2]), byte(alpha)}
	}
	return color.NRGBA{byte(s[0]), byte(s[1]), byte(s[2]), byte(s[3])}
}

// Chunk returns a chunk of a PNG.
func Chunk(kind string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// Zlib compresses data to a zlib stream.
func Zlib(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// ICCP returns an iCCP chunk.
func ICCP(profile []byte) []byte {
	return Chunk("iCCP", append([]byte("a profile\x00\x00"), Zlib(profile)...))
}

// PNGs returns PNGs of every kind, by name.
func PNGs() map[string]PNGFile {
	pngs := map[string]PNGFile{}
	add := func(name string, p PNGFile) {
		p.Width, p.Height = 21, 13
		pngs[name] = p
		p.Interlaced = true
		pngs[name+", interlaced"] = p
		p.Width, p.Height = 2, 3 // without some of the passes
		pngs[name+", interlaced, tiny"] = p
	}
	depths := map[byte][]int{pngGray: {1, 2, 4, 8, 16}, pngRGB: {8, 16}, pngPalette: {1, 2, 4, 8}, pngGrayAlpha: {8, 16}, pngRGBA: {8, 16}}
	for kind, depths := range depths {
		for _, depth := range depths {
			name := fmt.Sprintf("type %d of %d bits", kind, depth)
			p := PNGFile{Depth: depth, ColourType: kind}
			switch kind {
			case pngPalette:
				colours := 1<<depth - depth/2
				for i := range 3 * colours {
					p.Palette = append(p.Palette, byte(i*37))
				}
				add(name, p)
				p.Transparent = []byte{0, 99}
				add(name+", tRNS", p)
			case pngGray, pngRGB:
				add(name, p)
				for c := range pngChannels[kind] {
					p.Transparent = binary.BigEndian.AppendUint16(p.Transparent, uint16(p.sample(1, 0, c)))
				}
				add(name+", tRNS", p)
			default:
				add(name, p)
			}
		}
	}
	return pngs
}

// PlainPNG returns an RGB file of 21 by 13 pixels.
func PlainPNG() PNGFile { return PNGFile{Width: 21, Height: 13, Depth: 8, ColourType: pngRGB} }

// NumbersChunk returns a whole chunk of 32-bit numbers.
func NumbersChunk(name string, values ...uint32) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(4*len(values)))
	b = append(b, name...)
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// PNG encodes img with the standard library.
func PNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Drawn returns a picture whose pixels come from the function at.
func Drawn(w, h int, at func(x, y int) color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, at(x, y))
		}
	}
	return img
}
