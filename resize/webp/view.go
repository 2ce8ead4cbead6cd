package webp

import (
	"image"
	"math"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/loopfilter"
)

// part is the part of a lossy picture that is decoded, and how it is reduced.
type part struct {
	// region is in pixels. It begins and ends at multiples of regionStep, or ends
	// with the picture.
	region image.Rectangle
	// factor is how many samples of luma become one, each way: 1, 2, 4 or 8. For
	// chroma it is the same, but mostChroma at most.
	factor int
	ratio  float64 // how many pixels become one: the smaller of across and down
}

const (
	regionStep = 16
	mostChroma = 4
)

// margins holds, by factor, how many reduced samples a sample of the variant must
// be made of at least, each way. Against the variant made of all samples the PSNR
// is then 47 dB or better, measured on photographs; 54 dB in chroma.
var margins = map[int]float64{2: 2, 4: 2.5, 8: 3}

// exactPixels is up to how many pixels all samples are kept: reducing them saves
// memory rather than time.
const exactPixels = 1 << 20

// partFor returns what to decode of a picture for v.
func partFor(width, height int, v pic.View) part {
	across, down := v.Ratios()
	p := part{ratio: min(across, down)}
	// The filter reaches three pixels of the variant, or three samples of chroma.
	// A sample of chroma is up to 3/2 of such a pixel, or two stored ones.
	reach := func(ratio float64) float64 { return max(5*ratio, 8) + regionStep }
	down16 := func(v float64) int { return int(math.Floor(v/regionStep)) * regionStep }
	x, y := reach(across), reach(down)
	p.region = image.Rect(
		down16(v.Window.X0-x), down16(v.Window.Y0-y),
		down16(v.Window.X1+x), down16(v.Window.Y1+y),
	).Intersect(image.Rect(0, 0, width, height))
	p.factor = 1
	if int64(p.region.Dx())*int64(p.region.Dy()) <= exactPixels {
		return p
	}
	for _, factor := range []int{8, 4, 2} {
		if p.ratio/float64(factor) >= margins[factor] {
			p.factor = factor
			break
		}
	}
	return p
}

// unfilteredFrom says from which ratio on the loop filter is left out, for filter
// levels up to level. ratio is how many pixels become one. Against the variant of
// filtered samples the PSNR is then 50 dB or better, in luma and in chroma,
// measured on photographs of many qualities.
var unfilteredFrom = []struct {
	level int
	ratio float64
}{{9, 1.5}, {16, 3}, {27, 4}, {47, 5}, {loopfilter.MaxLevel, 6}}

// canSkipFilter reports whether the loop filter of a level can be left out.
func (p part) canSkipFilter(level int) bool {
	for _, from := range unfilteredFrom {
		if level <= from.level {
			return p.ratio >= from.ratio
		}
	}
	return false
}

// chroma returns the factor of chroma.
func (p part) chroma() int { return min(p.factor, mostChroma) }

// size returns the size of a plane whose samples are step pixels each way.
func (p part) size(step int) (width, height int) {
	return (p.region.Dx() + step - 1) / step, (p.region.Dy() + step - 1) / step
}

// samples returns how many samples all planes have together.
func (p part) samples() int64 {
	var n int64
	for _, step := range []int{p.factor, 2 * p.chroma(), 2 * p.chroma()} {
		w, h := p.size(step)
		n += int64(w) * int64(h)
	}
	return n
}
