package resize

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// encode writes the frames in the first of the rooms that can hold them within the
// budget. Where there is none, but might have been with more time, the error is
// [context.DeadlineExceeded].
func (j *job) encode(ctx context.Context, rooms []room, s pic.Sequence, b pic.Budget) (*Variant, error) {
	none := ErrNoFit
	for i, room := range rooms {
		if i > 0 {
			j.anotherEncoder()
		}
		start := time.Now()
		last := i == len(rooms)-1
		try := b
		try.Last = last
		encoded, err := j.encodeIn(ctx, room, last, s, try)
		switch {
		case err == nil:
		case errors.Is(err, pic.ErrNotHeld):
			j.pass(room.format, CannotHold, 0)
			continue
		case errors.Is(err, ErrNoFit):
			j.pass(room.format, DoesNotFit, time.Since(start))
			continue
		case room.slow && errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			j.pass(room.format, OutOfTime, time.Since(start))
			none = context.DeadlineExceeded
			continue
		default:
			return nil, err
		}
		if room.slow {
			return j.against(ctx, rooms[i:], s, b, encoded, start)
		}
		return j.variant(ctx, room, s, b, encoded)
	}
	return j.inSpite(ctx, rooms, s, b, none)
}

// inSpite writes the frames, where no room has done so, in the first that holds them
// if it is told that nothing else can be made. Where there is none the error is none.
func (j *job) inSpite(ctx context.Context, rooms []room, s pic.Sequence, b pic.Budget, none error) (*Variant, error) {
	b.Last = true
	for _, room := range rooms {
		at := slices.IndexFunc(j.passed, func(p PassedOver) bool { return p.Format == room.format && p.Why == CannotHold })
		if at < 0 {
			continue
		}
		j.anotherEncoder()
		encoded, err := j.encodeIn(ctx, room, true, s, b)
		switch {
		case err == nil:
			j.passed = slices.Delete(j.passed, at, at+1)
			return j.variant(ctx, room, s, b, encoded)
		case !errors.Is(err, pic.ErrNotHeld) && !errors.Is(err, ErrNoFit):
			return nil, err
		}
	}
	return nil, none
}

// variant returns what a room made at b's quality as a variant. Where it outgrows the
// original it is a shorter one, if the room has any.
func (j *job) variant(ctx context.Context, room room, s pic.Sequence, b pic.Budget, encoded pic.Encoded) (*Variant, error) {
	outgrown := 0
	if j.outgrows(room.format, encoded) {
		outgrown = len(encoded.Data)
		if room.yields {
			var err error
			if encoded, err = j.shorter(ctx, room, s, b, encoded); err != nil {
				return nil, err
			}
		}
	}
	v := variantOf(room, encoded)
	v.Outgrown = outgrown
	return v, nil
}

// variantOf returns what a room encoded as a variant.
func variantOf(room room, e pic.Encoded) *Variant {
	return &Variant{Format: room.format, Data: e.Data, Quality: e.Quality, Effort: e.Effort, Hurried: e.Hurried}
}

// encodeIn writes the frames in a room. A slow one that is not the last to be tried
// gets a part of the time: its error is [context.DeadlineExceeded] where that is over
// and ctx is not done.
func (j *job) encodeIn(ctx context.Context, room room, last bool, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	if s.Header.Frames == 1 { // which formats hold an animation is known without
		raster, err := s.First()
		if err != nil {
			return pic.Encoded{}, err
		}
		if !room.encoder.Holds(raster) {
			return pic.Encoded{}, pic.ErrNotHeld
		}
	}
	if room.slow && !last {
		var cancel context.CancelFunc
		part := slowPart
		if s.Header.Frames > 1 {
			part = slowAnimationPart
		}
		ctx, cancel = withPart(ctx, part)
		defer cancel()
	}
	return room.encoder.Encode(ctx, j.buffers, s, b)
}

// slowPart is the part of the time left that a slow encoder gets. A thirtieth of what
// it needs at its quickest is enough for a JPEG.
const slowPart = 0.75

// slowAnimationPart is slowPart of an animation, which takes about as long in all formats,
// and is given up soon where this is too little. Of 60,000 deadlines that were simulated, of
// half to 4 times what the WebPs of animations need at their quickest, WebPs met 24% with
// 0.5 of the time, 43% with 0.75 and 52% with 0.9; GIFs met 26%, 4% and 1% of them instead,
// and originals were left for 50%, 53% and 47%.
const slowAnimationPart = 0.9

// withPart returns a context that ends after a part of what is left of ctx's time.
func withPart(ctx context.Context, part float64) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	left := time.Until(deadline)
	return context.WithTimeout(ctx, time.Duration(part*float64(left)))
}
