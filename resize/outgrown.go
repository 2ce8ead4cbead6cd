package resize

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// qualityMargin is how far a variant's quality may exceed its original's; beyond it the
// quality is not worth its bytes. A variant of a photograph that was reduced by little
// has as many bytes as its original some 18 above the original's quality, and shows
// there half of what 100 would add. A reduced picture has details that are finer than
// the original's quality.
const qualityMargin = 30

// outgrows reports whether a still variant in the original's own format has more bytes
// than the original, although it has no more pixels.
func (j *job) outgrows(f Format, encoded pic.Encoded) bool {
	return f == j.header.Format && j.header.Frames == 1 && len(encoded.Data) > j.bytes
}

// shorter returns the best encoding that b permits with at most as many bytes as the
// original, at a quality that is worth its bytes. If none is that short, it returns the
// encoding of that quality. It returns best, the encoding made before, if a share of
// the time is too short or if a lower quality takes no fewer bytes.
func (j *job) shorter(ctx context.Context, room room, s pic.Sequence, b pic.Budget, best pic.Encoded) (pic.Encoded, error) {
	worth := b.Quality
	if j.header.Quality > 0 {
		worth = max(min(worth, j.header.Quality+qualityMargin), b.MinQuality)
	}
	within := b
	within.MaxBytes = j.bytes // fewer than best has, and so fewer than b permits
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
