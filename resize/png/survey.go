package png

import (
	"encoding/binary"
	"image"
	"image/color"
)

// colourSurvey describes the colours of a picture.
type colourSurvey struct {
	gray, opaque bool
	grayDepth    int                      // the bits that hold every gray level
	colours      map[color.NRGBA]struct{} // all colours, or 257 of them if there are more
}

// surveyColours examines all pixels.
func surveyColours(img *image.NRGBA) colourSurvey {
	c := colourSurvey{gray: true, opaque: true, grayDepth: 1, colours: map[color.NRGBA]struct{}{}}
	var last color.NRGBA
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:][:4*img.Rect.Dx()]
		if !c.gray && len(c.colours) > 256 {
			c.opaque = c.opaque && isOpaque(row)
			continue
		}
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

// isOpaque reports whether all pixels of a row are opaque.
func isOpaque(row []byte) bool {
	all := ^uint64(0)
	for ; len(row) >= 8; row = row[8:] {
		all &= binary.LittleEndian.Uint64(row)
	}
	if len(row) > 0 {
		all &= uint64(binary.LittleEndian.Uint32(row))<<32 | 1<<32 - 1
	}
	const alphas = 0xff000000_ff000000
	return all&alphas == alphas
}

// grayBits returns the least depth that has a gray level: 1 bit has 0 and 255, 2 bits
// the multiples of 85, 4 bits those of 17.
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
