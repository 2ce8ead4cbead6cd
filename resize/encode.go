package resize

import (
	"context"
	"errors"
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
		encoded, err := j.encodeIn(ctx, room, i == len(rooms)-1, s, b)
		switch {
		case err == nil:
		case errors.Is(err, errNotHeld):
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
		v := &Variant{Format: room.format}
		if room.slow && j.compares(len(encoded.Data)) {
			if rival, over := j.rival(ctx, rooms[i+1:], s, b, len(encoded.Data)); rival != nil {
				again, ok := j.asRival(ctx, room, s, b, rival)
				if !ok {
					j.pass(room.format, NotSmaller, time.Since(start))
					j.passed = append(j.passed, over...)
					return rival, nil
				}
				if len(encoded.Data) > j.bytes {
					v.Outgrown = len(encoded.Data)
				}
				encoded = again
			}
		}
		if j.outgrows(room.format, encoded) {
			v.Outgrown = len(encoded.Data)
			if room.yields {
				if encoded, err = j.shorter(ctx, room, s, b, encoded); err != nil {
					return nil, err
				}
			}
		}
		v.Data, v.Quality, v.Effort, v.Hurried = encoded.Data, encoded.Quality, encoded.Effort, encoded.Hurried
		return v, nil
	}
	return nil, none
}

// errNotHeld says that a format cannot hold a picture.
var errNotHeld = errors.New("resize: the format cannot hold the picture")

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
			return pic.Encoded{}, errNotHeld
		}
	}
	if room.slow && !last {
		var cancel context.CancelFunc
		ctx, cancel = withPart(ctx, slowPart)
		defer cancel()
	}
	return room.encoder.Encode(ctx, j.buffers, s, b)
}

// slowPart is the part of the time left that a slow encoder gets. A thirtieth of what
// it needs at its quickest is enough for a JPEG. Animations take about as long in
// all formats: their encoder gives up soon where this is too little.
const slowPart = 0.75

// withPart returns a context that ends after a part of what is left of ctx's time.
func withPart(ctx context.Context, part float64) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	left := time.Until(deadline)
	return context.WithTimeout(ctx, time.Duration(part*float64(left)))
}

// compares reports whether n bytes that a slow encoder wrote are to be held against a rival.
// An animation has to be made again for that, and is shorter already but where it is tiny
// or, like text that scrolls, has the bytes of its larger original.
func (j *job) compares(n int) bool {
	const mostPixels = 1 << 20
	h := j.header
	return h.Frames == 1 || int64(h.Frames)*int64(h.Width)*int64(h.Height) <= mostPixels || n > j.bytes
}

// rival returns the shortest of what the next rooms that can hold the picture, up to the
// first that is not slow, make of it at b's quality, or at the one that its original is
// worth, if that is of less than n bytes, and there is time to find out; else nil. over are
// the formats between that are not the rival's. Tiny pictures are shorter without the boxes
// of an AVIF or a WebP, drawings of few colours as PNG.
func (j *job) rival(ctx context.Context, rooms []room, s pic.Sequence, b pic.Budget, n int) (best *Variant, over []PassedOver) {
	ctx, cancel := withPart(ctx, slowPart)
	defer cancel()
	var between []PassedOver
	for _, room := range rooms {
		start := time.Now()
		v, err := j.shorterThan(ctx, room, s, b, n)
		if v != nil {
			best, n = v, len(v.Data)
			over = between
		}
		if errors.Is(err, errNotHeld) {
			between = append(between, PassedOver{room.format, CannotHold, 0})
			continue
		}
		if !room.slow {
			break
		}
		between = append(between, PassedOver{room.format, NotSmaller, time.Since(start)})
	}
	return best, over
}

// shorterThan returns what a room makes of a picture at b's quality, or at the one that its
// original is worth, if that is of less than n bytes; else nil, and an error where there is
// one.
func (j *job) shorterThan(ctx context.Context, room room, s pic.Sequence, b pic.Budget, n int) (*Variant, error) {
	j.anotherEncoder()
	same := b
	same.MinQuality = b.Quality
	if !room.yields { // others have fewer colours, or outgrow the original
		same.MaxBytes = max(1, n-1)
	}
	encoded, err := j.encodeIn(ctx, room, true, s, same)
	v := &Variant{Format: room.format}
	if err == nil && j.outgrows(room.format, encoded) {
		v.Outgrown = len(encoded.Data)
		if room.yields {
			encoded, err = j.shorter(ctx, room, s, b, encoded)
		}
	}
	if err != nil || len(encoded.Data) >= n {
		return nil, err
	}
	v.Data, v.Quality, v.Effort, v.Hurried = encoded.Data, encoded.Quality, encoded.Effort, encoded.Hurried
	return v, nil
}

// asRival encodes in a room at a rival's quality, where that came down to what the
// original is worth. It is false where that is not shorter than the rival, or there is
// no time.
func (j *job) asRival(ctx context.Context, room room, s pic.Sequence, b pic.Budget, rival *Variant) (pic.Encoded, bool) {
	if rival.Outgrown == 0 || rival.Quality == 0 || rival.Quality == b.Quality || len(rival.Data) < 2 {
		return pic.Encoded{}, false
	}
	j.anotherEncoder()
	b.Quality, b.MinQuality, b.MaxBytes = rival.Quality, rival.Quality, len(rival.Data)-1
	encoded, err := j.encodeIn(ctx, room, false, s, b)
	return encoded, err == nil
}
