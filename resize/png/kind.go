package png

import (
	"cmp"
	"encoding/binary"
	"image"
	"image/color"
	"slices"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// kind is a way to store pixels in a PNG.
type kind struct {
	colourType byte
	depth      int // bits a sample
	// palette holds the colours of an indexed PNG, the least opaque first; index maps
	// colours to indices.
	palette []color.NRGBA
	index   map[color.NRGBA]byte
}

// kindsOf returns kinds that hold img exactly and suit the profile, among them the
// smallest. A gray profile requires gray samples, other profiles colours.
func kindsOf(img *image.NRGBA, colour pic.Colour) []*kind {
	c := surveyColours(img)
	mayGray := c.gray && (colour.Profile == nil || colour.Gray)
	mayPalette := len(c.colours) <= 256 && (colour.Profile == nil || !colour.Gray)
	direct := &kind{colourType: rgba, depth: 8}
	switch {
	case mayGray && c.opaque:
		direct = &kind{colourType: gray, depth: c.grayDepth}
	case mayGray:
		direct.colourType = grayAlpha
	case c.opaque:
		direct.colourType = rgb
	}
	if !mayPalette {
		return []*kind{direct}
	}
	indexed := newPaletteKind(c.colours)
	switch bits := direct.depth * samples(direct.colourType); {
	case bits <= indexed.depth:
		return []*kind{direct}
	case indexed.depth < 8:
		return []*kind{indexed}
	}
	// A large palette may take more than what it saves.
	return []*kind{indexed, direct}
}

// newPaletteKind returns the kind with the given colours as palette, at most 256.
func newPaletteKind(colours map[color.NRGBA]struct{}) *kind {
	k := &kind{colourType: palette, depth: bitsFor(len(colours)), index: make(map[color.NRGBA]byte, len(colours))}
	for c := range colours {
		k.palette = append(k.palette, c)
	}
	// Opaque colours last, so that tRNS can omit them; then by brightness, which makes
	// rows that pack better.
	slices.SortFunc(k.palette, func(a, b color.NRGBA) int {
		return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(luma(a), luma(b)),
			cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	for i, c := range k.palette {
		k.index[c] = byte(i)
	}
	return k
}

// bitsFor returns the least depth for indices of n colours.
func bitsFor(n int) int {
	switch {
	case n <= 2:
		return 1
	case n <= 4:
		return 2
	case n <= 16:
		return 4
	}
	return 8
}

func luma(c color.NRGBA) int { return 299*int(c.R) + 587*int(c.G) + 114*int(c.B) }

// plte returns the body of PLTE.
func (k *kind) plte() []byte {
	var body []byte
	for _, c := range k.palette {
		body = append(body, c.R, c.G, c.B)
	}
	return body
}

// trns returns the body of tRNS: the alpha of the colours up to the first opaque one.
func (k *kind) trns() []byte {
	var body []byte
	for _, c := range k.palette {
		if c.A == 255 {
			break
		}
		body = append(body, c.A)
	}
	return body
}

// rowBytes returns how many bytes a row of width pixels takes, without the number of
// its filter.
func (k *kind) rowBytes(width int) int { return (width*samples(k.colourType)*k.depth + 7) / 8 }

// pack converts a row of NRGBA pixels to kind k.
func (k *kind) pack(dst, src []byte) {
	switch k.colourType {
	case rgba:
		copy(dst, src)
	case rgb:
		packRGB(dst, src)
	case grayAlpha:
		for i, j := 0, 0; j < len(src); i, j = i+2, j+4 {
			dst[i], dst[i+1] = src[j], src[j+3]
		}
	case gray:
		k.packBits(dst, src, func(p []byte) byte { return p[0] >> (8 - k.depth) })
	case palette:
		k.packBits(dst, src, func(p []byte) byte { return k.index[color.NRGBA{p[0], p[1], p[2], p[3]}] })
	}
}

// packRGB omits alpha. For each pixel but the last it writes one byte too many, which the
// next pixel overwrites.
func packRGB(dst, src []byte) {
	for ; len(src) >= 8 && len(dst) >= 4; dst, src = dst[3:], src[4:] {
		binary.LittleEndian.PutUint32(dst, binary.LittleEndian.Uint32(src))
	}
	copy(dst[:3], src)
}

// packBits writes one sample a pixel, the leftmost in the high bits.
func (k *kind) packBits(dst, src []byte, sample func(pixel []byte) byte) {
	clear(dst)
	for x := range len(src) / 4 {
		bit := x * k.depth
		dst[bit/8] |= sample(src[4*x:4*x+4]) << (8 - k.depth - bit%8)
	}
}
