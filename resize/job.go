package resize

import (
	"context"
	"errors"
	"image"
	"iter"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// job makes one variant.
type job struct {
	header   pic.Header
	effects  effects
	bytes    int // of the original
	upright  upright
	box      pic.View        // of upright: what the variant shows, unless search finds better
	view     pic.View        // box as stored
	part     image.Rectangle // of the stored picture, without its border; empty is all
	search   *search         // nil if the view is already where it should be
	canvas   canvas
	decoding *pic.Decoding
	budget   pic.Budget
	rooms    []room // to try, best first
	memory   int64  // what the costliest takes, in bytes; or all at once
	buffers  *pic.Buffers
	together bool        // whether the buffers of all encoders that may be tried fit at once
	still    *pic.Raster // the raster of a picture of one frame, once it is made
	watch    *stopwatch
	times    Times
	passed   []PassedOver
}

// plan checks the limits of req and returns the job of making its variant from a part of
// p, before any pixel of the variant is decoded. together is how many bytes the buffers
// of all encoders may take at once.
func (p *Picture) plan(part part, req Request, together int64) (*job, error) {
	header := req.effects().header(p.picture.Header())
	u := part.upright(header)
	box, err := req.box(u.width, u.height)
	if err != nil && !(errors.Is(err, ErrSameSize) && part.trims(header)) {
		return nil, err
	}
	if err := req.checkPixels(p.Info()); err != nil {
		return nil, err
	}
	j := &job{
		header: header, effects: req.effects(), bytes: p.arrival.Len(),
		upright: u, box: box, view: u.stored(box), part: part.trimmed(header), times: part.times,
		search: req.search(box, u), canvas: req.canvas(box, u.width, u.height),
		budget: pic.Budget{MaxBytes: req.MaxBytes, Quality: req.Quality, MinQuality: req.MinQuality},
	}
	if j.decoding, err = p.picture.Plan(j.search.decoded(j.view)); err != nil {
		return nil, err
	}
	j.rooms, j.memory, err = j.affordable(req, j.written(p.formats, req), j.budget, together)
	if err != nil && j.search != nil { // the centre takes less memory
		req.Smart = false
		return p.plan(part, req, together)
	}
	if err != nil {
		return nil, err
	}
	return j, nil
}

// run makes the planned variant of p.
func (j *job) run(ctx context.Context, p *Picture) (*Variant, error) {
	if err := j.searchFirstFrame(ctx, p); err != nil {
		return nil, err
	}
	w, h := j.canvas.size.X, j.canvas.size.Y
	v, err := j.encode(ctx, j.rooms, pic.Sequence{Header: j.header, Width: w, Height: h, Frames: j.rasters(ctx)}, j.budget)
	if err != nil {
		return nil, err
	}
	j.watch.lap(&j.times.Encode)
	v.Width, v.Height, v.Focus = w, h, j.upright.focus(j.search.shown(j.box).Window)
	v.PassedOver, v.Times = j.passed, j.times
	return v, nil
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
