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

// coder codes pictures, one after the other. It keeps its buffers from one to the next.
// The zero value is ready. It is not for concurrent use.
type coder struct {
	vp8  vp8.Encoder
	vp8l vp8l.Encoder
	// sharpener is for stills: what does not change in an animation is told by what
	// was coded of it.
	sharpener   plane.Sharpener
	half        halfChroma  // of a still that was loaded, whose chroma was whole
	pixels      int         // of a still that was loaded; of an animation's 0
	alpha       plane.Plane // of the picture that was loaded, where that is translucent
	samples     []uint8     // of alpha, filtered
	translucent bool
	reduced     []uint8 // samples of alpha at fewer levels
	chunk       []byte  // of alpha, once it is coded; nil before
	levels      int     // of alpha in chunk
}

// lossless codes pixels exactly, but for colours that fully transparent ones hide. The data
// is good until the next use of c.
func (c *coder) lossless(ctx context.Context, img *image.NRGBA) (coded, error) {
	data, err := c.vp8l.Encode(ctx, img)
	return coded{lossless: data, translucent: !img.Opaque()}, err
}

// load takes a raster to be coded at as many qualities as are tried, a still's with its
// chroma sharpened. Colours that its fully transparent pixels hide may change.
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

// lossy codes the raster that was loaded, a still's alpha at the levels of the quality,
// others as it is. The error is
// [pic.ErrTooLong] where VP8 has no room for the modes, or ctx's.
func (c *coder) lossy(ctx context.Context, quality int, effort vp8.Effort) (coded, error) {
	if c.translucent {
		if err := c.loadAlpha(ctx, quality); err != nil {
			return coded{}, err
		}
	}
	data, err := c.vp8.Encode(ctx, vp8.Params{Quantizer: c.quantizer(quality), Effort: effort})
	if errors.Is(err, vp8.ErrModes) {
		err = pic.ErrTooLong
	}
	return coded{lossy: data, alpha: c.chunk, translucent: c.translucent}, err
}

// loadAlpha sees that c.chunk has the alpha of a quality.
func (c *coder) loadAlpha(ctx context.Context, quality int) error {
	levels := exactAlpha // of an animation what is drawn over is to be known exactly
	if c.pixels > 0 {
		levels = alphaLevels(quality)
	}
	if c.chunk != nil && c.levels == levels {
		return nil
	}
	p := c.alpha
	if levels < exactAlpha {
		c.reduced = resized(c.reduced, p.Width*p.Height)
		p = reduce(c.reduced, p, levels)
	}
	var err error
	c.levels = levels
	c.chunk, err = c.codeAlpha(ctx, p)
	return err
}

// quantizer returns the quantiser of a quality for the raster that was loaded.
func (c *coder) quantizer(quality int) int { return QuantizerAt(quality, c.pixels) }

// seen reports whether half of the chroma of the raster that was loaded, which was whole,
// would be seen to be missing at a quality.
func (c *coder) seen(quality int) bool { return c.half.seen(int(tables.AC[c.quantizer(quality)])) }

// resized returns s in a length of n, or a new slice where s has not the room.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
