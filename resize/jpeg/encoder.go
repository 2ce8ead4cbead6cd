package jpeg

import (
	"context"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// Encoder writes JPEGs, baseline or progressive, with the ICC profile: gray,
// 4:2:0 or, if chroma would lose much at half its size, 4:4:4.
type Encoder struct{}

// Holds implements [pic.Encoder]: a JPEG is opaque, cannot replace colour chunks that
// only a PNG has, and holds an ICC profile of at most 255 segments.
func (Encoder) Holds(r *pic.Raster) bool {
	size := r.Size()
	return size.X <= maxSize && size.Y <= maxSize && len(r.Colour.Profile) <= maxProfile && !r.Colour.OnlyPNG && r.Opaque()
}

// Memory implements [pic.Encoder]. Per sample it counts 2 bytes for coefficients
// and half a byte for block data; as much again for luma blocks that are changed,
// and 6 bytes for each coefficient that is not 0. Usual pictures have few of the
// last two, so there is also room for planes made of pixels and for sharpened
// chroma. The result is added. 2 pixels have 3 samples, in whole MCUs; if chroma
// may be kept whole, each pixel has 3.
func (Encoder) Memory(h pic.Header, width, height int, b pic.Budget) int64 {
	samples := 3 * int64(width) * int64(height) / 2
	blocks := 3 * int64(width+15) * int64(height+15) / 2
	if !h.Subsampled {
		samples, blocks = 2*samples, 2*blocks
	}
	return 5*blocks/2 + 9*blocks/2 + 2*b.Bound(samples) + fixedMemory
}

// Encode implements [pic.Encoder]: it writes the best quality from b.Quality down
// to b.MinQuality that fits b.MaxBytes.
func (Encoder) Encode(ctx context.Context, kept *pic.Buffers, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	raster, err := s.First()
	if err != nil {
		return pic.Encoded{}, err
	}
	profile := raster.Colour.Profile
	if !b.Fits(len(profile)) {
		return pic.Encoded{}, pic.ErrNoFit // before it is copied
	}
	c := pic.Reuse[coder](kept)
	defer c.unload()
	half, chromaLoss := pic.Reuse[chromaSharpener](kept).sharpen(raster.YCbCr())
	load := func(whole bool) error {
		planes, loss := half, chromaLoss
		if whole {
			planes, loss = raster.WholeYCbCr(), 0
		}
		err := c.load(ctx, planes, profile)
		c.whole = whole
		if err == nil {
			c.aim(loss)
		}
		return err
	}
	if err := load(false); err != nil {
		return pic.Encoded{}, err
	}
	aimed, wholeBelow := c.aimed, uint32(0)
	if raster.Whole() && !s.Header.Subsampled {
		wholeBelow = c.wholeScale(chromaLoss)
	}
	fitted, err := pic.Fit(ctx, b.MinQuality, b.Quality, func(quality int) ([]byte, error) {
		if whole := scaleOf(quality)*aimed>>10 < wholeBelow; whole != c.whole {
			if err := load(whole); err != nil {
				return nil, err
			}
		}
		return c.encode(ctx, quality, b.MaxBytes)
	})
	return pic.Encoded{Data: fitted.Data, Quality: fitted.Level, Hurried: fitted.Hurried}, err
}
