package resize

import (
	"context"
	"image"
	"iter"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// job makes one variant.
type job struct {
	header   pic.Header
	effects  effects
	bytes    int             // of the original
	view     pic.View        // as stored
	part     image.Rectangle // of the stored picture, without its border; empty is all
	search   *search         // nil if the view is already where it should be
	canvas   canvas
	decoding *pic.Decoding
	buffers  *pic.Buffers
	together bool        // whether the buffers of all encoders that may be tried fit at once
	still    *pic.Raster // the raster of a picture of one frame, once it is made
	watch    *stopwatch
	times    Times
	passed   []PassedOver
}

// anotherEncoder drops the buffers before another encoder is tried, unless the buffers
// of all encoders fit at once.
func (j *job) anotherEncoder() {
	if !j.together {
		*j.buffers = pic.Buffers{}
	}
}

// rasters decodes, resamples and pads frame by frame. A still is decoded only once.
func (j *job) rasters(ctx context.Context) iter.Seq2[*pic.Raster, error] {
	return func(yield func(*pic.Raster, error) bool) {
		if j.still != nil {
			yield(j.still, nil)
			return
		}
		j.watch.lap(&j.times.Encode)
		resampler, padder := j.resampler(), padder{canvas: j.canvas}
		for frame, err := range j.decoding.Frames(ctx, j.buffers) {
			j.watch.lap(&j.times.Decode)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			raster, err := resampler.raster(ctx, frame)
			if err == nil {
				err = j.effects.apply(ctx, raster)
			}
			if err == nil {
				raster = padder.raster(raster)
			}
			j.watch.lap(&j.times.Resample)
			if err == nil && j.header.Frames == 1 {
				j.still = raster
			}
			if !yield(raster, err) || err != nil || j.header.Frames == 1 {
				return
			}
			j.watch.lap(&j.times.Encode)
		}
	}
}

// resampler returns the resampler for the job's frames.
func (j *job) resampler() *resampler {
	r := &resampler{
		view: j.view, part: j.part, size: image.Pt(j.header.Width, j.header.Height), orientation: j.header.Orientation,
		buffers:   j.buffers,
		decoded:   func() { j.watch.lap(&j.times.Decode) },
		resampled: func() { j.watch.lap(&j.times.Resample) },
	}
	if j.header.Frames == 1 {
		r.search = j.search
	}
	return r
}
