package gif

import (
	"context"
	"errors"
	"image"
	"slices"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// Encoder writes GIFs, animated if there is more than one frame. A pixel that is more
// than half transparent becomes transparent.
type Encoder struct{}

// Holds implements [pic.Encoder]: a GIF has sides of 16 bits, and cannot carry a colour
// profile.
func (Encoder) Holds(r *pic.Raster) bool {
	const longest = 1<<16 - 1 // GIF89a specification, section 18
	size := r.Size()
	return max(size.X, size.Y) <= longest && r.Colour.Profile == nil && !r.Colour.OnlyPNG
}

// Memory implements [pic.Encoder]. It counts three pictures of the variant's size and
// five lists of a byte a pixel; two packed frames and the result, in buffers that grow;
// and the tables of palettes and of LZW.
func (Encoder) Memory(h pic.Header, width, height int, b pic.Budget) int64 {
	out := int64(width) * int64(height)
	packed := 2*out + 1024 // at worst 12 bits a pixel, and a colour table
	result := int64(h.Frames) * packed
	if b.MaxBytes > 0 {
		result = min(result, int64(b.MaxBytes)+packed)
	}
	return out*(3*4+5) + 3*(2*packed+result) + 8*int64(h.Frames) + encoderTables
}

// encoderTables bounds the bytes of histograms, palettes and LZW's tables.
const encoderTables = 7<<20 - decoderTables

// The sizes of palette that are tried, as bits of an index.
const fewestBits, mostBits = 5, 8

// Encode implements [pic.Encoder]. It ranges over s once for each size of palette that
// it tries, from 8 bits down to 5; one colour of each is transparent. If ctx's deadline
// leaves too little time, it spends less on each frame and sets Hurried.
func (Encoder) Encode(ctx context.Context, _ *pic.Buffers, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	out := newOutput(image.Pt(s.Width, s.Height))
	hurried := false
	least, limit := fewestBits, b.MaxBytes
	if len(b.Rival) > 0 {
		if err := gauge(ctx, out, s, b.Rival); err != nil {
			return pic.Encoded{}, err
		}
		least, limit = mostBits, int(b.Bound(int64(max(1, b.Rival[len(b.Rival)-1]-1))))
	}
	fitted, err := pic.Fit(ctx, least, mostBits, func(bits int) ([]byte, error) {
		out.begin(&writer{max: limit, loops: s.Header.Loops}, 1<<bits-1)
		out.pace = newPace(ctx, s.Header.Frames, bits == least)
		data, err := encode(ctx, out, s)
		hurried = hurried || out.pace.hurried
		return data, err
	})
	if errors.Is(err, pic.ErrNoFit) && hurried && s.Header.Frames > 1 {
		err = context.DeadlineExceeded // with more time it might fit
	}
	if err != nil {
		return pic.Encoded{}, err
	}
	return pic.Encoded{Data: fitted.Data, Hurried: fitted.Hurried || hurried}, nil
}

// hasteMargin is the factor by which a GIF made in haste must be longer than the other
// animation, so that one made without haste is longer too. Haste leads to 0.83 to 1.09 of the bytes, for a third
// of the processor time: measured on GIFs of videos, screens, drawings and noise.
const hasteMargin = 1.15

// aheadShare is the share of the other animation's remaining bytes by which a GIF must
// already be longer to count as longer in the end. That is wrong only if the other
// animation's remaining frames are over a third longer than the GIF's. Most GIFs are two
// to five times as long, which shows after a few frames.
const aheadShare = 1. / 4

// gauge returns [pic.ErrNoFit] as soon as no GIF is likely to be shorter than an
// animation of the given lengths.
func gauge(ctx context.Context, out *output, s pic.Sequence, lengths []int) error {
	limits := make([]int, len(lengths))
	for i, n := range lengths {
		rest := lengths[len(lengths)-1] - n
		limits[i] = int(hasteMargin * (float64(n) + aheadShare*float64(rest)))
	}
	out.begin(&writer{limits: limits, loops: s.Header.Loops}, 1<<mostBits-1)
	out.pace = &pace{frames: s.Header.Frames, haste: mostHasty}
	_, err := encode(ctx, out, s)
	if errors.Is(err, pic.ErrTooLong) {
		return pic.ErrNoFit
	}
	return err
}

// encode writes all of s. It returns [pic.ErrTooLong] at the first frame beyond the
// limit.
func encode(ctx context.Context, out *output, s pic.Sequence) ([]byte, error) {
	var clock clock
	for r, err := range s.Frames {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		img := r.NRGBA()
		if s.Header.Frames == 1 {
			img = copied(img) // add changes it
		}
		if err := out.add(ctx, img, clock.until(r.Delay)); err != nil {
			return nil, err
		}
		out.pace.next(out.writer.likelyFits(out.pace.done+1, s.Header.Frames))
	}
	return out.finish()
}

// clock rounds delays to hundredths of a second.
type clock struct{ millis, hundredths int } // since the first frame: the exact time, and the delays written

// until returns the delay of a frame of millis milliseconds in hundredths of a second,
// at most what a GIF holds (GIF89a specification, section 23). Later frames make up for
// the rounding.
func (c *clock) until(millis int) int {
	const longest = 1<<16 - 1
	c.millis += millis
	delay := min(max(0, (c.millis+5)/10-c.hundredths), longest)
	c.hundredths += delay
	return delay
}

func copied(img *image.NRGBA) *image.NRGBA {
	out := *img
	out.Pix = slices.Clone(img.Pix)
	return &out
}
