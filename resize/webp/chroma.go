package webp

import (
	"math"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// Lossy WebPs have half the chroma. Where the other half is seen to be missing no quality
// helps: saturated text on a saturated ground scores 40 to 50 at any, and charts 80, of what
// JPEGs and AVIFs of whole chroma have 69 and 80 at quality 80, and 80 and 86 at 90. Such
// pictures are coded without loss, in fewer bytes than a PNG's, or as another format.
//
// It is seen where flat colours meet, the more the more is flat, and where quantisation
// takes less. Of charts, pages, text and a map at qualities 80 and 90 those below the limit
// are at most 5 points behind JPEGs, and most are before them; those beyond would be 4 to 35
// behind, but for the map at 90: 1, and lossless it has 3.5 times the bytes.
const (
	seenFrom = 2     // steps of quantisation
	drawing  = 0.125 // of a picture is flat; photographs are coded with loss up to 100
)

// halfChroma is what a picture has of chroma at half its size.
type halfChroma struct {
	loss int     // in 1/16 of a level, as [plane.Sharpener] has it
	flat float64 // part of luma's blocks of 8 × 8 pixels
}

// halfChromaOf returns what planes of 4:2:0 have, or a plane without chroma.
func halfChromaOf(s *plane.Sharpener, planes []plane.Plane) halfChroma {
	if len(planes) == 1 {
		return halfChroma{}
	}
	return halfChroma{s.Loss(planes[1:]...), flatPart(planes[0])}
}

// seen reports whether it is seen, at a step of quantisation, that half is missing.
func (c halfChroma) seen(step int) bool {
	return c.flat >= drawing && float64(c.loss)*math.Sqrt(c.flat) > seenFrom*float64(step)
}

// flatPart returns the part of a plane's whole blocks of 8 × 8 samples that differ by 2
// levels at most.
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
