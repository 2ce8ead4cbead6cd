package plane

import (
	"context"
	"errors"
	"image"
	"math"
)

// Window is the part of a picture that is resampled, in samples of the source:
// sample (i, j) lies from i to i+1 and from j to j+1. A window need not lie on
// whole samples. Where X0 is more than X1 the output is mirrored from left to
// right, where Y0 is more than Y1 from top to bottom.
type Window struct{ X0, Y0, X1, Y1 float64 }

// betweenBits is how many bits the samples between the two passes of a
// resampling have below those of an 8-bit sample. These samples are not
// clipped: what overshoots in one direction may come back in the other.
const betweenBits = 6

// checkRows is how many output rows are made between looks at the context.
const checkRows = 16

// Resampler resamples with a Lanczos filter of three lobes, widened by the
// scale where the output is smaller. Weights have 14 bits and results are
// rounded once. It keeps its buffers for the next call: its memory does not
// grow with the height of the pictures, but for the weights. The zero
// Resampler is ready for use; it is not safe for concurrent use.
type Resampler struct {
	columns, rows filter
	rowSums       [2][]int64
	between       []int64 // two rows of the source's width, see mixRows
	sums          [2][]int32

	vector     vector
	scalarOnly bool // for tests
}

// Resample fills dst, of which Width and Height are given, with what window
// shows of src. It returns an error for sizes or windows that make no sense,
// and ctx's soon after ctx is done.
func (r *Resampler) Resample(ctx context.Context, dst, src Plane, window Window) error {
	return r.ResampleInterleaved(ctx, dst, src, 1, window)
}

// ResampleInterleaved is Resample for pixels of several samples: 1 is gray, 2
// gray and alpha, 3 RGB, 4 RGB and alpha. Width counts pixels, Stride samples.
// Colours have to be multiplied by their alpha in src; they are divided by it
// in dst.
func (r *Resampler) ResampleInterleaved(ctx context.Context, dst, src Plane, channels int, window Window) error {
	return r.resample(ctx, dst, src, channels, 1, image.Pt(dst.Width, dst.Height), window)
}

// ResampleHalved fills dst, which has half of size, rounded up, with the means
// of 2 × 2 samples each of what Resample makes in that size: it is for chroma at
// 4:2:0. Where a side is odd, the last samples are repeated.
func (r *Resampler) ResampleHalved(ctx context.Context, dst, src Plane, size image.Point, window Window) error {
	if dst.Width != (size.X+1)/2 || dst.Height != (size.Y+1)/2 {
		return errors.New("plane: not of half the size")
	}
	return r.resample(ctx, dst, src, 1, 2, size, window)
}

// resample fills dst with the means of squares of so many samples, each way, of
// what the window looks like in the given size.
func (r *Resampler) resample(ctx context.Context, dst, src Plane, channels, mean int, size image.Point, w Window) error {
	if err := checkArguments(dst, src, channels, w); err != nil {
		return err
	}
	r.columns.reset(span{w.X0, w.X1, src.Width, size.X, mean})
	r.rows.reset(span{w.Y0, w.Y1, src.Height, size.Y, mean})
	first, end := r.columns.source()
	src.Pix = src.Pix[first*channels:]
	if !r.scalarOnly && r.vector.reset(r.columns.taps, first, end-first, channels) {
		return r.resampleVector(ctx, dst, src)
	}
	r.resizeBuffers((end-first)*channels, dst.Width*channels)
	for y := 0; y < dst.Height; y += 2 {
		if y%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		next := min(y+1, dst.Height-1) // the last row is made twice if their number is odd
		mixRows(r.between, &r.rowSums, src.Pix, src.Stride, r.rows.taps[y], r.rows.taps[next])
		mixColumns(&r.sums, r.between, first, channels, r.columns.taps)
		store(dst.Pix[y*dst.Stride:], r.sums[0], channels)
		store(dst.Pix[next*dst.Stride:], r.sums[1], channels)
	}
	return nil
}

// resizeBuffers makes room for two rows of n samples each and for their sums.
func (r *Resampler) resizeBuffers(n, sums int) {
	r.between = resized(r.between, n)
	for i := range r.sums {
		r.rowSums[i] = resized(r.rowSums[i], n/2)
		r.sums[i] = resized(r.sums[i], sums)
	}
}

// resampleVector makes all rows of dst.
func (r *Resampler) resampleVector(ctx context.Context, dst, src Plane) error {
	for y, t := range r.rows.taps {
		if y%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r.vector.resampleRow(dst.Pix[y*dst.Stride:], src.Pix, src.Stride, t)
	}
	return nil
}

// checkArguments says what keeps a picture from being resampled.
func checkArguments(dst, src Plane, channels int, w Window) error {
	switch {
	case channels < 1 || channels > 4:
		return errors.New("plane: not 1 to 4 channels")
	case !dst.holds(channels) || !src.holds(channels):
		return errors.New("plane: no samples, or too few for the size")
	case !isSide(w.X0, w.X1, src.Width) || !isSide(w.Y0, w.Y1, src.Height):
		return errors.New("plane: empty window, or one larger than the picture")
	}
	return nil
}

// isSide says whether a window may go from x0 to x1 of n samples: as decoders
// round sizes, a little more than all of them may be asked for.
func isSide(x0, x1 float64, n int) bool {
	wide := math.Abs(x1 - x0)
	return wide > 0 && wide <= 2*float64(n) && math.Abs(x0) <= 2*float64(n)
}

// holds says whether p has samples for its size, and at least one.
func (p Plane) holds(channels int) bool {
	return p.Width > 0 && p.Height > 0 && p.Stride >= p.Width*channels &&
		len(p.Pix) >= (p.Height-1)*p.Stride+p.Width*channels
}

func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
