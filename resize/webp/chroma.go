package webp

import (
	"math"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// Lossy WebPs have half the chroma. If the missing half shows, no quality helps.
// Saturated text on a saturated ground scores 40 to 50 at any quality, and charts
// 80. With whole chroma, as JPEG or AVIF, text scores 69 and charts 80 at quality
// 80, 80 and 86 at 90. Such pictures are coded without loss, in fewer bytes than a PNG, or
// as another format.
//
// The missing half shows where flat colours meet: the more, the more of the
// picture is flat and the less quantisation takes. These limits were chosen over
// charts, pages, text and a map at qualities 80 and 90. Pictures below them are
// at most 5 points behind JPEGs, and most are ahead. Those beyond would be 4 to
// 35 behind, except for the map at 90: 1, and without loss it takes 3.5 times the
// bytes.
const (
	visibleFrom = 2     // in steps of quantisation
	drawing     = 0.125 // flat part of a drawing; photographs are coded with loss up to 100
)

// halfChroma says how chroma fares at half its size.
type halfChroma struct {
	loss int     // in 1/16 of a level, by [plane.Sharpener]
	flat float64 // flat part of luma's blocks of 8 × 8 pixels
}

// halfChromaOf returns the halfChroma of planes of 4:2:0, or of a plane without
// chroma.
func halfChromaOf(s *plane.Sharpener, planes []plane.Plane) halfChroma {
	if len(planes) == 1 {
		return halfChroma{}
	}
	return halfChroma{s.Loss(planes[1:]...), flatPart(planes[0])}
}

// visible reports whether the missing half of the chroma shows at a step of
// quantisation.
func (c halfChroma) visible(step int) bool {
	return c.flat >= drawing && float64(c.loss)*math.Sqrt(c.flat) > visibleFrom*float64(step)
}

// flatPart returns which part of a plane's whole blocks of 8 × 8 samples is flat:
// their samples differ by 2 levels at most.
func flatPart(p plane.Plane) float64 {
	const side, most = 8, 2
	flat, all := 0, 0
	for y := 0; y+side <= p.Height; y += side {
		for x := 0; x+side <= p.Width; x += side {
			all++
			low, high := uint8(255), uint8(0)
			for row := range side {
				for _, v := range p.Pix[(y+row)*p.Stride+x:][:side] {
					low, high = min(low, v), max(high, v)
				}
				if high-low > most {
					break
				}
			}
			if high-low <= most {
				flat++
			}
		}
	}
	return float64(flat) / float64(max(all, 1))
}
