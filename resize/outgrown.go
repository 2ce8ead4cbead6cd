package resize

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// finer is by how much the quality of a variant may be above its original's before
// it is not worth its bytes. Of photographs that were reduced by little, variants
// have their originals' bytes some 18 above their quality, and there half of what a
// hundred would bring; reduced, an original has details that are finer than its own
// quality.
const finer = 30

// outgrows reports whether a still in the original's own format has more bytes than
// the original, of which it has fewer pixels.
func (j *job) outgrows(f Format, encoded pic.Encoded) bool {
	return f == j.header.Format && j.header.Frames == 1 && len(encoded.Data) > j.bytes
}

// shorter returns the best encoding that b permits with at most as many bytes as the
// original, at a quality that is worth them. Where there is none it is the one of
// that quality. best is what b led to, and what it remains where a part of the time
// is too little, or a lower quality takes no fewer bytes.
func (j *job) shorter(ctx context.Context, room room, s pic.Sequence, b pic.Budget, best pic.Encoded) (pic.Encoded, error) {
	worth := b.Quality
	if j.header.Quality > 0 {
		worth = max(min(worth, j.header.Quality+finer), b.MinQuality)
	}
	within := b
	within.MaxBytes = j.bytes // fewer than best has, and so than b permits
	within.Quality = min(worth, b.Quality-1)
	part, cancel := withPart(ctx, slowPart)
	defer cancel()
	encoded, err := room.encoder.Encode(part, j.buffers, s, within)
	if errors.Is(err, ErrNoFit) {
		if worth >= max(best.Quality, 1) {
			return best, nil
		}
		b.Quality, b.MinQuality = worth, worth
		encoded, err = room.encoder.Encode(part, j.buffers, s, b)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		best.Hurried = true
		return best, nil
	case errors.Is(err, ErrNoFit), err == nil && len(encoded.Data) >= len(best.Data):
		return best, nil
	}
	return encoded, err
}
