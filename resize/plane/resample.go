package plane

import (
	"context"
	"errors"
	"image"
	"math"
)

// Window is the part of a picture to resample, in samples of the source: sample (i, j)
// lies from i to i+1 and from j to j+1. A window need not lie on whole samples. If X0
// is more than X1, the output is mirrored from left to right; if Y0 is more than Y1,
// from top to bottom.
type Window struct{ X0, Y0, X1, Y1 float64 }

// betweenBits is how many fractional bits samples have between the two passes of a
// resampling. These samples are not clipped: an overshoot in one direction may be
// undone in the other.
const betweenBits = 6

// checkRows is how many output rows are made between two checks of the context.
const checkRows = 16

// Resampler resamples with a Lanczos filter of three lobes, widened by the scale if the
// output is smaller. Weights have 14 bits, and results are rounded once. It keeps its
// buffers for the next call. Only its weights take memory that grows with the height of
// the pictures. The zero Resampler is ready for use; it is not safe for concurrent use.
type Resampler struct {
	columns, rows filter
	rowSums       [2][]int64
	between       []int64 // two rows of the source's width, see mixRows
	sums          [2][]int32

	vector     vector
	scalarOnly bool // for tests
}

// Resample fills dst, whose Width and Height are set, with what window shows of src. It
// returns an error for invalid sizes and windows, and ctx's error soon after ctx is
// done.
func (r *Resampler) Resample(ctx context.Context, dst, src Plane, window Window) error {
	return r.ResampleInterleaved(ctx, dst, src, 1, window)
}

// ResampleInterleaved does what Resample does for pixels of channels samples: 1 is
// gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha. Width counts pixels, Stride samples.
// Colours in src must be multiplied by their alpha; colours in dst are not.
func (r *Resampler) ResampleInterleaved(ctx context.Context, dst, src Plane, channels int, window Window) error {
	return r.resample(ctx, dst, src, channels, 1, image.Pt(dst.Width, dst.Height), window)
}

// ResampleHalved fills dst with the means of 2 × 2 samples of what Resample makes in
// the given size: it is for chroma at 4:2:0. dst must have half of size, rounded up. If
// a side is odd, the last samples are repeated.
func (r *Resampler) ResampleHalved(ctx context.Context, dst, src Plane, size image.Point, window Window) error {
	if dst.Width != (size.X+1)/2 || dst.Height != (size.Y+1)/2 {
		return errors.New("plane: not of half the size")
	}
	return r.resample(ctx, dst, src, 1, 2, size, window)
}

// resample resamples what the window shows of src to the given size, and fills dst with
// the means of squares of mean × mean samples of that.
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
		next := min(y+1, dst.Height-1) // if the number of rows is odd, the last is made twice
		mixRows(r.between, &r.rowSums, src.Pix, src.Stride, r.rows.taps[y], r.rows.taps[next])
		mixColumns(&r.sums, r.between, first, channels, r.columns.taps)
		store(dst.Pix[y*dst.Stride:], r.sums[0], channels)
		store(dst.Pix[next*dst.Stride:], r.sums[1], channels)
	}
	return nil
}

// resizeBuffers makes room for two rows of n samples and two rows of sums, sums
// elements long.
func (r *Resampler) resizeBuffers(n, sums int) {
	r.between = resized(r.between, n)
	for i := range r.sums {
		r.rowSums[i] = resized(r.rowSums[i], n/2)
		r.sums[i] = resized(r.sums[i], sums)
	}
}

// resampleVector makes all rows of dst with vectors.
func (r *Resampler) resampleVector(ctx context.Context, dst, src Plane) error {
	for y, t := range r.rows.taps {
		if y%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r.vector.resampleRow(dst.Pix[y*dst.Stride:], src.Pix, src.Stride, t)
	}
	return nil
}

// checkArguments returns an error if the arguments of a resampling are invalid.
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

// isSide reports whether a window may go from x0 to x1 on a side of n samples. It
// permits a little more than n, since decoders round sizes.
func isSide(x0, x1 float64, n int) bool {
	wide := math.Abs(x1 - x0)
	return wide > 0 && wide <= 2*float64(n) && math.Abs(x0) <= 2*float64(n)
}

// holds reports whether p has samples for its size, and at least one.
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
