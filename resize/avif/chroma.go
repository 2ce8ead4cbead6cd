package avif

import (
	"context"

	"github.com/edgeresize/edgeresize/resize/avif/av1"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// Chroma is kept whole, 4:4:4, where what it loses at half its size is seen beside what
// quantisation takes: below a step of quantisation that the loss is multiplied to. Of
// drawings, which have edges between flat colours, that is much earlier than of
// photographs, of which whole chroma takes 10 to 20% more bytes at the same SSIMULACRA2
// from quality 80 down, and pays from 95 on at most. Charts take 20 to 30% fewer at 75.
const (
	wholePhoto   = 0.5
	wholeDrawing = 4
	drawing      = 0.125 // of a picture's blocks of 8 × 8 are flat
)

// wholeStep returns the step of quantisation below which chroma that loses so much, in
// 1/16 of a level, is kept whole, of a picture of which so much is flat.
func wholeStep(loss int, flat float64) int {
	if flat >= drawing {
		return int(wholeDrawing * float64(loss))
	}
	return int(wholePhoto * float64(loss))
}

// chooseChroma has the picture loaded with whole chroma, or with half of it, as is better
// at a quantizer.
func (c *coder) chooseChroma(ctx context.Context, quantizer int) error {
	whole := av1.Step(quantizer) < c.wholeBelow
	if whole == c.whole {
		return nil
	}
	var planes []plane.Plane
	var err error
	switch {
	case !whole:
		planes, err = halfOf(ctx, c.raster)
	case c.raster.Planes != nil:
		planes = c.raster.Planes
	default:
		planes, err = planesOf(ctx, c.raster, (*pic.Raster).WholeYCbCr)
	}
	if err != nil {
		return err
	}
	c.whole = whole
	return c.picture.Load(ctx, planes)
}
