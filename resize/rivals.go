package resize

import (
	"context"
	"errors"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// against returns what the first of the rooms, a slow one that began at start, made at b's
// quality as a variant, or what is shorter of the other rooms.
func (j *job) against(ctx context.Context, rooms []room, s pic.Sequence, b pic.Budget, encoded pic.Encoded, start time.Time) (*Variant, error) {
	room := rooms[0]
	rival, over := j.rival(ctx, rooms[1:], s, b, encoded)
	if rival == nil {
		return j.variant(ctx, room, s, b, encoded)
	}
	again, ok := j.asRival(ctx, room, s, b, rival)
	if !ok {
		j.pass(room.format, NotSmaller, time.Since(start))
		j.passed = append(j.passed, over...)
		return rival, nil
	}
	v := variantOf(room, again)
	if len(encoded.Data) > j.bytes {
		v.Outgrown = len(encoded.Data)
	}
	return v, nil
}

// rival returns the shortest of what the next rooms that can hold the picture, up to the
// first that is not slow, make of it at b's quality, or at the one that its original is
// worth, if that is shorter than encoded, and there is time to find out; else nil. over are
// the formats between that are not the rival's. Tiny pictures are shorter without the boxes
// of an AVIF or a WebP, drawings of few colours as PNG.
func (j *job) rival(ctx context.Context, rooms []room, s pic.Sequence, b pic.Budget, encoded pic.Encoded) (best *Variant, over []PassedOver) {
	b.Rival = encoded.Lengths
	n := len(encoded.Data)
	ctx, cancel := withPart(ctx, slowPart)
	defer cancel()
	var between []PassedOver
	for i, room := range rooms {
		start := time.Now()
		v, err := j.shorterThan(ctx, room, s, b, n)
		if !room.slow && errors.Is(err, ErrNoFit) {
			v = j.instead(ctx, rooms[i:], s, b, n)
		}
		if v != nil {
			best, n = v, len(v.Data)
			over = between
		}
		if errors.Is(err, pic.ErrNotHeld) {
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

// instead returns what the second of the rooms makes of a picture at b's quality in less
// than n bytes, where the first has no encoding that fits b.MaxBytes; else nil: a JPEG of a
// PNG. Few are shorter, so the first is tried again only then.
func (j *job) instead(ctx context.Context, rooms []room, s pic.Sequence, b pic.Budget, n int) *Variant {
	if b.MaxBytes == 0 || len(rooms) < 2 {
		return nil
	}
	v, _ := j.shorterThan(ctx, rooms[1], s, b, n)
	if v == nil {
		return nil
	}
	j.anotherEncoder()
	if _, err := j.encodeIn(ctx, rooms[0], true, s, b); !errors.Is(err, ErrNoFit) {
		return nil
	}
	return v
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
	if err != nil {
		return nil, err
	}
	v, err := j.variant(ctx, room, s, b, encoded)
	if err != nil || len(v.Data) >= n {
		return nil, err
	}
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
