package webp

import (
	"context"
	"errors"
	"unsafe"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/webp/vp8"
	"github.com/edgeresize/edgeresize/resize/webp/vp8l"
)

// Encoder writes WebPs, animated if there is more than one frame. They are lossy
// or, if the original was lossless and that is shorter, lossless. A drawing that
// would visibly miss half the chroma at its quality is written losslessly, or not
// at all.
type Encoder struct{}

// Holds implements [pic.Encoder]: a WebP holds any picture that is not too large
// and whose colours an ICC profile describes.
func (Encoder) Holds(r *pic.Raster) bool {
	size := r.Size()
	return max(size.X, size.Y) <= vp8.MaxSize && !r.Colour.OnlyPNG
}

// Memory implements [pic.Encoder]. It adds what package vp8 takes, and planes;
// for formats that have alpha or are lossless, what package vp8l takes, and alpha
// three times; for an animation, what is drawn, what changes, and a part; and the
// data, and the file, which grows.
func (Encoder) Memory(h pic.Header, width, height int, b pic.Budget) int64 {
	const fixed = int64(unsafe.Sizeof(animator{})) + 64<<10
	pixels := int64(width) * int64(height)
	n := fixed + vp8.EncoderMemory(width, height) + 3*pixels
	if h.Format != pic.JPEG {
		n += vp8l.EncoderMemory(width, height) + 3*pixels
	}
	result := 2 * pixels
	if h.Frames > 1 {
		n += (4+1+4)*pixels + 16*int64(h.Frames)
		result *= int64(h.Frames)
	}
	return n + 3*b.Bound(result)
}

// Encode implements [pic.Encoder]: it writes the best quality from b.Quality down
// to b.MinQuality that fits b.MaxBytes. The error is [pic.ErrNotHeld] for a still
// that would visibly miss half the chroma and was a JPEG or planes, unless
// b.Last; [pic.ErrNoFit] for an animation that is too large for a WebP; and
// [context.DeadlineExceeded] as soon as there is too little time.
func (Encoder) Encode(ctx context.Context, kept *pic.Buffers, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	if s.Header.Frames > 1 {
		if max(s.Width, s.Height) > vp8.MaxSize {
			return pic.Encoded{}, pic.ErrNoFit // Holds is not asked about animations
		}
		return encodeMovie(ctx, pic.Reuse[animator](kept), s, b)
	}
	raster, err := s.First()
	if err != nil {
		return pic.Encoded{}, err
	}
	if !b.Fits(len(raster.Colour.Profile)) {
		return pic.Encoded{}, pic.ErrNoFit // before it is copied
	}
	return encodeStill(ctx, pic.Reuse[coder](kept), raster, s.Header, b)
}

// encodeStill writes a picture of an original with header h, without loss if that
// is shorter or if half the chroma would visibly be missing at b.Quality.
func encodeStill(ctx context.Context, c *coder, r *pic.Raster, h pic.Header, b pic.Budget) (pic.Encoded, error) {
	drawn := h.Lossless && r.Pixels != nil && isDrawn(r.Pixels) // before load changes hidden colours
	if err := c.load(ctx, r, true); err != nil {
		return pic.Encoded{}, err
	}
	visible := !h.Subsampled && c.chromaLossVisible(b.Quality)
	exactly := r.Pixels != nil && h.Format != pic.JPEG // lossless data of a JPEG is longer than the JPEG, and Memory does not count it
	if visible && !exactly && !b.Last {
		return pic.Encoded{}, pic.ErrNotHeld
	}
	var exact []byte
	if visible && exactly || drawn {
		coded, err := c.lossless(ctx, r.Pixels)
		if err != nil {
			return pic.Encoded{}, err
		}
		exact = appendStill(&coded, r.Size(), r.Colour.Profile)
		switch {
		case !b.Fits(len(exact)):
			exact = nil
		case visible:
			return pic.Encoded{Data: exact}, nil
		default:
			b.MaxBytes = len(exact) // lossy data must be shorter
		}
	}
	least := b.MinQuality
	if exact != nil {
		least = b.Quality
	}
	fitted, err := pic.Fit(ctx, least, b.Quality, func(quality int) ([]byte, error) {
		coded, err := c.lossy(ctx, quality, vp8.Medium)
		if err != nil {
			return nil, err
		}
		if !b.Fits(coded.size()) {
			return nil, pic.ErrTooLong
		}
		data := appendStill(&coded, r.Size(), r.Colour.Profile)
		if !b.Fits(len(data)) {
			return nil, pic.ErrTooLong
		}
		return data, nil
	})
	if errors.Is(err, pic.ErrNoFit) && exact != nil {
		return pic.Encoded{Data: exact}, nil
	}
	if err != nil {
		return pic.Encoded{}, err
	}
	return pic.Encoded{Data: fitted.Data, Quality: fitted.Level, Hurried: fitted.Hurried}, nil
}

// steps is how many qualities of an animation may be tried besides the highest.
const steps = 4

// encodeMovie writes an animation. It ranges over s once for each quality that it
// tries.
func encodeMovie(ctx context.Context, a *animator, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	hurried := false
	var lengths []int // of the last animation that fits, which is the best
	most := min(steps, b.Quality-b.MinQuality)
	qualityOf := func(step int) int { return b.MinQuality + (b.Quality-b.MinQuality)*step/max(1, most) }
	fitted, err := pic.Fit(ctx, 0, most, func(step int) ([]byte, error) {
		data, err := a.encode(ctx, s, qualityOf(step), b)
		hurried = hurried || a.pace.haste > 0
		if err == nil {
			lengths = a.lengths
		}
		return data, err
	})
	if err != nil {
		return pic.Encoded{}, err
	}
	return pic.Encoded{Data: fitted.Data, Quality: qualityOf(fitted.Level), Hurried: hurried || fitted.Hurried, Lengths: lengths}, nil
}
