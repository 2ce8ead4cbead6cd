package resize

import (
	"context"
	"errors"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// orShorterRival returns encoded, which the slow rooms[0] made at b's quality since
// start, as a variant; or the variant of another of the rooms if that is shorter.
func (j *job) orShorterRival(ctx context.Context, rooms []room, s pic.Sequence, b pic.Budget, encoded pic.Encoded, start time.Time) (*Variant, error) {
	room := rooms[0]
	rival, over := j.rival(ctx, rooms[1:], s, b, encoded)
	if rival == nil {
		return j.variant(ctx, room, s, b, encoded)
	}
	again, ok := j.atRivalQuality(ctx, room, s, b, rival)
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

// rival returns the shortest variant, if it is shorter than encoded, that rooms make at
// b's quality or at the quality that the original is worth; else nil, and also if time
// is too short. It tries the rooms that can hold the picture, up to the first that is
// not slow. over lists the formats tried before the rival's. Tiny pictures are shorter
// without the boxes of an AVIF or a WebP, drawings of few colours as PNG.
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
			v = j.substitute(ctx, rooms[i:], s, b, n)
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

// substitute returns the variant of rooms[1] at b's quality, a JPEG for a PNG, if it
// has less than n bytes and rooms[0] has no encoding that fits b.MaxBytes; else nil.
// Few variants are that short, so rooms[0] is tried again only then.
func (j *job) substitute(ctx context.Context, rooms []room, s pic.Sequence, b pic.Budget, n int) *Variant {
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

// shorterThan returns the variant that a room makes at b's quality, or at the quality
// that the original is worth, if it has less than n bytes; else nil, with the error if
// there was one.
func (j *job) shorterThan(ctx context.Context, room room, s pic.Sequence, b pic.Budget, n int) (*Variant, error) {
	j.anotherEncoder()
	same := b
	same.MinQuality = b.Quality
	if !room.yields { // other rooms reduce colours or quality, or outgrow the original
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

// atRivalQuality encodes in a room at the quality of a rival that was lowered to what
// the original is worth. It returns false if the result is not shorter than the rival,
// or if time runs out.
func (j *job) atRivalQuality(ctx context.Context, room room, s pic.Sequence, b pic.Budget, rival *Variant) (pic.Encoded, bool) {
	if rival.Outgrown == 0 || rival.Quality == 0 || rival.Quality == b.Quality || len(rival.Data) < 2 {
		return pic.Encoded{}, false
	}
	j.anotherEncoder()
	b.Quality, b.MinQuality, b.MaxBytes = rival.Quality, rival.Quality, len(rival.Data)-1
	encoded, err := j.encodeIn(ctx, room, false, s, b)
	return encoded, err == nil
}
