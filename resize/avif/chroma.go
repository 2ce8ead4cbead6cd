package avif

import (
	"context"

	"github.com/edgeresize/edgeresize/resize/avif/av1"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// Chroma is 4:4:4 if its loss at half size shows beside the loss by quantisation: below a
// quantiser step that is the loss times one of these factors. The factor is larger for
// drawings, which have edges between flat colours: charts take 20 to 30% fewer bytes with
// 4:4:4 at quality 75. Photographs take 10 to 20% more at the same SSIMULACRA2 up to
// quality 80; 4:4:4 pays for them from 95 on at most.
const (
	wholePhoto   = 0.5
	wholeDrawing = 4
	drawing      = 0.125 // share of flat blocks of 8 × 8 from which on a picture is a drawing
)

// wholeStep returns the quantiser step below which chroma is kept at 4:4:4. loss is what
// it loses at half size, in 1/16 of a level; flat is the share of flat blocks.
func wholeStep(loss int, flat float64) int {
	if flat >= drawing {
		return int(wholeDrawing * float64(loss))
	}
	return int(wholePhoto * float64(loss))
}

// chooseChroma loads the picture with chroma of 4:4:4 or 4:2:0, whichever is better at
// quantiser.
func (c *coder) chooseChroma(ctx context.Context, quantiser int) error {
	whole := av1.Step(quantiser) < c.wholeBelow
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
