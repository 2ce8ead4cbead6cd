package resize

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// pngKind is a way to store pixels in a PNG.
type pngKind struct {
	colourType byte
	depth      int // bits a sample
	// palette holds the colours of an indexed PNG, the least opaque first;
	// index finds them.
	palette []color.NRGBA
	index   map[color.NRGBA]byte
}

// pngKinds are the kinds that hold img exactly, that the profile allows and of
// which one is the smallest: a gray profile wants gray samples, another one
// colours.
func pngKinds(img *image.NRGBA, s *still) []*pngKind {
	c := surveyColours(img)
	mayGray := c.gray && (s.profile == nil || s.gray)
	mayPalette := len(c.colours) <= 256 && (s.profile == nil || !s.gray)
	direct := &pngKind{colourType: pngRGBA, depth: 8}
	switch {
	case mayGray && c.opaque:
		direct = &pngKind{colourType: pngGray, depth: c.grayDepth}
	case mayGray:
		direct.colourType = pngGrayAlpha
	case c.opaque:
		direct.colourType = pngRGB
	}
	if !mayPalette {
		return []*pngKind{direct}
	}
	indexed := newPaletteKind(c.colours)
	switch bits := direct.depth * direct.samples(); {
	case bits <= indexed.depth:
		return []*pngKind{direct}
	case indexed.depth < 8:
		return []*pngKind{indexed}
	}
	// A large palette may take more than what it saves.
	return []*pngKind{indexed, direct}
}

// colourSurvey is what there is in a picture.
type colourSurvey struct {
	gray, opaque bool
	grayDepth    int                      // bits that hold every gray level
	colours      map[color.NRGBA]struct{} // all, or 257 of them
}

func surveyColours(img *image.NRGBA) colourSurvey {
	c := colourSurvey{gray: true, opaque: true, grayDepth: 1, colours: map[color.NRGBA]struct{}{}}
	var last color.NRGBA
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:][:4*img.Rect.Dx()]
		for x := 0; x < len(row); x += 4 {
			p := color.NRGBA{row[x], row[x+1], row[x+2], row[x+3]}
			if p == last && len(c.colours) > 0 {
				continue
			}
			last = p
			if p.R != p.G || p.G != p.B {
				c.gray = false
			}
			if p.A != 255 {
				c.opaque = false
			}
			c.grayDepth = max(c.grayDepth, grayBits(p.R))
			if len(c.colours) <= 256 {
				c.colours[p] = struct{}{}
			}
		}
	}
	return c
}

// grayBits is the least depth that has a gray level: 1 bit has 0 and 255, 2
// bits the multiples of 85, 4 bits those of 17.
func grayBits(level byte) int {
	switch {
	case level%255 == 0:
		return 1
	case level%85 == 0:
		return 2
	case level%17 == 0:
		return 4
	}
	return 8
}

// bitsFor is the least depth for indices of n colours.
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

func newPaletteKind(colours map[color.NRGBA]struct{}) *pngKind {
	k := &pngKind{colourType: pngPalette, depth: bitsFor(len(colours)), index: make(map[color.NRGBA]byte, len(colours))}
	for c := range colours {
		k.palette = append(k.palette, c)
	}
	// Opaque colours last, so that tRNS can leave them out; then by
	// brightness, which makes rows that pack better.
	slices.SortFunc(k.palette, func(a, b color.NRGBA) int {
		return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(luma(a), luma(b)),
			cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	for i, c := range k.palette {
		k.index[c] = byte(i)
	}
	return k
}

func luma(c color.NRGBA) int { return 299*int(c.R) + 587*int(c.G) + 114*int(c.B) }

func (k *pngKind) plte() []byte {
	var body []byte
	for _, c := range k.palette {
		body = append(body, c.R, c.G, c.B)
	}
	return body
}

// trns is the alpha of the colours up to the first opaque one.
func (k *pngKind) trns() []byte {
	var body []byte
	for _, c := range k.palette {
		if c.A == 255 {
			break
		}
		body = append(body, c.A)
	}
	return body
}

// samples is how many samples a pixel has.
func (k *pngKind) samples() int {
	switch k.colourType {
	case pngGrayAlpha:
		return 2
	case pngRGB:
		return 3
	case pngRGBA:
		return 4
	}
	return 1
}

// pack writes a row of NRGBA pixels in kind k.
func (k *pngKind) pack(dst, src []byte) {
	switch k.colourType {
	case pngRGBA:
		copy(dst, src)
	case pngRGB:
		for i, j := 0, 0; j < len(src); i, j = i+3, j+4 {
			copy(dst[i:i+3], src[j:j+3])
		}
	case pngGrayAlpha:
		for i, j := 0, 0; j < len(src); i, j = i+2, j+4 {
			dst[i], dst[i+1] = src[j], src[j+3]
		}
	case pngGray:
		k.packBits(dst, src, func(p []byte) byte { return p[0] >> (8 - k.depth) })
	case pngPalette:
		k.packBits(dst, src, func(p []byte) byte { return k.index[color.NRGBA{p[0], p[1], p[2], p[3]}] })
	}
}

// packBits writes one sample a pixel, the leftmost in the high bits.
func (k *pngKind) packBits(dst, src []byte, sample func(pixel []byte) byte) {
	clear(dst)
	for x := range len(src) / 4 {
		bit := x * k.depth
		dst[bit/8] |= sample(src[4*x:4*x+4]) << (8 - k.depth - bit%8)
	}
}
