package webp

import (
	"context"
	"errors"
	"image"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/webp/vp8"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8l"
)

// coder codes one picture after another and keeps its buffers for the next. The
// zero value is ready. It is not for concurrent use.
type coder struct {
	vp8  vp8.Encoder
	vp8l vp8l.Encoder
	// sharpener is for stills. It is not used in an animation, whose changes are
	// found by comparing with what was coded.
	sharpener   plane.Sharpener
	half        halfChroma  // of the loaded still, if its chroma was whole
	pixels      int         // of the loaded still; 0 for a frame of an animation
	alpha       plane.Plane // of the loaded picture, if it is translucent
	samples     []uint8     // of alpha, filtered
	translucent bool
	reduced     []uint8 // samples of alpha at fewer levels
	chunk       []byte  // coded alpha; nil before it is coded
	levels      int     // of alpha in chunk
}

// lossless codes pixels exactly, except for the hidden colours of fully
// transparent ones. The data is valid until the next use of c.
func (c *coder) lossless(ctx context.Context, img *image.NRGBA) (coded, error) {
	data, err := c.vp8l.Encode(ctx, img)
	return coded{lossless: data, translucent: !img.Opaque()}, err
}

// load loads a raster to be coded at one quality after another; a still's chroma
// is sharpened. The hidden colours of fully transparent pixels may change.
func (c *coder) load(ctx context.Context, r *pic.Raster, still bool) error {
	c.chunk, c.translucent = nil, !r.Opaque()
	if c.translucent {
		if err := pic.Spread(ctx, r.Pixels); err != nil {
			return err
		}
		c.alpha = r.Alpha(c.alpha.Pix)
	}
	planes := r.YCbCr()
	c.half, c.pixels = halfChroma{}, 0
	if still {
		c.pixels = r.Size().X * r.Size().Y
		if r.Whole() {
			c.half = halfChromaOf(&c.sharpener, planes)
		}
		planes = c.sharpener.Sharpened(planes)
	}
	return c.vp8.Load(ctx, planes)
}

// lossy codes the loaded raster: a still's alpha at the levels of the quality, a
// frame's exactly. The error is [pic.ErrTooLong] if VP8 has no room for the
// modes, or ctx's.
func (c *coder) lossy(ctx context.Context, quality int, effort vp8.Effort) (coded, error) {
	if c.translucent {
		if err := c.loadAlpha(ctx, quality); err != nil {
			return coded{}, err
		}
	}
	data, err := c.vp8.Encode(ctx, vp8.Params{Quantiser: c.quantiser(quality), Effort: effort})
	if errors.Is(err, vp8.ErrModes) {
		err = pic.ErrTooLong
	}
	return coded{lossy: data, alpha: c.chunk, translucent: c.translucent}, err
}

// loadAlpha makes sure that c.chunk holds the alpha for a quality.
func (c *coder) loadAlpha(ctx context.Context, quality int) error {
	levels := exactAlpha // frames are drawn over each other: their alpha is exact
	if c.pixels > 0 {
		levels = alphaLevels(quality)
	}
	if c.chunk != nil && c.levels == levels {
		return nil
	}
	p := c.alpha
	if levels < exactAlpha {
		c.reduced = resized(c.reduced, p.Width*p.Height)
		p = withLevels(c.reduced, p, levels)
	}
	var err error
	c.levels = levels
	c.chunk, err = c.codeAlpha(ctx, p)
	return err
}

// quantiser returns the quantiser index of a quality for the loaded raster.
func (c *coder) quantiser(quality int) int { return QuantiserAt(quality, c.pixels) }

// chromaLossVisible reports whether half of the chroma of the loaded raster would
// visibly be missing at a quality, if its chroma was whole.
func (c *coder) chromaLossVisible(quality int) bool {
	return c.half.visible(int(tables.AC[c.quantiser(quality)]))
}

// resized returns s with a length of n, or a new slice if s has no room for that.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
