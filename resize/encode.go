package resize

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// encode tries the rooms in order and returns the variant of the first that can hold
// the frames within the budget. If there is none, but one might have fitted with more
// time, the error is [context.DeadlineExceeded].
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
			return j.orShorterRival(ctx, rooms[i:], s, b, encoded, start)
		}
		return j.variant(ctx, room, s, b, encoded)
	}
	return j.encodeAnyway(ctx, rooms, s, b, none)
}

// encodeAnyway tries the rooms that were passed over with CannotHold again, told that
// nothing else is left to try, and returns the first variant that fits. If there is
// none, it returns the error none.
func (j *job) encodeAnyway(ctx context.Context, rooms []room, s pic.Sequence, b pic.Budget, none error) (*Variant, error) {
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

// variant returns encoded, which the room made at b's quality, as a variant. If it
// outgrows the original and the room yields, the variant is a shorter one where
// possible.
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

// variantOf converts what a room encoded to a variant.
func variantOf(room room, e pic.Encoded) *Variant {
	return &Variant{Format: room.format, Data: e.Data, Quality: e.Quality, Effort: e.Effort, Hurried: e.Hurried}
}

// encodeIn encodes the frames in a room. A slow room that is not the last to be tried
// gets only a part of the time; if that runs out before ctx ends, the error is
// [context.DeadlineExceeded].
func (j *job) encodeIn(ctx context.Context, room room, last bool, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	if s.Header.Frames == 1 { // a room's animates field covers animations
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

// slowPart is the share of the remaining time that a slow encoder gets. A thirtieth of
// what it needs at its quickest is enough for a JPEG.
const slowPart = 0.75

// slowAnimationPart is slowPart for animations. An animation takes about as long in all
// formats, and its encoder gives up soon if the time is too short. In a simulation of
// 60,000 deadlines, of half to 4 times what the WebPs of animations need at their
// quickest, a WebP was done in time for 24% with a share of 0.5, for 43% with 0.75 and
// for 52% with 0.9; a GIF was made instead for 26%, 4% and 1%, and the original was
// left for 50%, 53% and 47%.
const slowAnimationPart = 0.9

// withPart returns a context that ends once the given share of ctx's remaining time is
// over.
func withPart(ctx context.Context, part float64) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	left := time.Until(deadline)
	return context.WithTimeout(ctx, time.Duration(part*float64(left)))
}
