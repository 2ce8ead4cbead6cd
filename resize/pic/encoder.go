package pic

import (
	"context"
	"errors"
	"iter"
)

// Encoder writes a format. It holds nothing of a picture and may be used by
// several at a time.
type Encoder interface {
	// Holds reports whether the format can hold r: its size, its transparency and
	// what its colours mean.
	Holds(r *Raster) bool
	// Memory returns how many bytes Encode allocates at most for frames of width ×
	// height pixels of a picture that h is about.
	Memory(h Header, width, height int, b Budget) int64
	// Encode writes the frames of s, of a format for stills the first. The error is
	// [ErrNoFit] where no encoding that b permits has at most b.MaxBytes, and
	// [ErrNotHeld] where it turns out that the format cannot hold them at b.Quality;
	// those of s and of ctx come as they are.
	Encode(ctx context.Context, kept *Buffers, s Sequence, b Budget) (Encoded, error)
}

// Budget is what an encoding may cost.
type Budget struct {
	// MaxBytes is the longest encoding in bytes; 0 is no limit.
	MaxBytes int
	// Quality is that of lossy encodings where it fits MaxBytes, MinQuality the
	// lowest to step down to where it does not; 1 to 100.
	Quality, MinQuality int
	// Rival is [Encoded].Lengths of an animation that this one is to be shorter than; nil is
	// none. The encoder may give up with [ErrNoFit] where it is not at its best, and needs
	// to look no lower.
	Rival []int
	// Last says that nothing else can be made instead: an animation is not given up before
	// ctx is done, and a still that looks worse than Quality is to is held.
	Last bool
}

// Fits reports whether n bytes are within b.
func (b Budget) Fits(n int) bool { return b.MaxBytes == 0 || n <= b.MaxBytes }

// Bound returns n or, where that is less, MaxBytes.
func (b Budget) Bound(n int64) int64 {
	if b.MaxBytes == 0 {
		return n
	}
	return min(n, int64(b.MaxBytes))
}

// Encoded is an encoded picture.
type Encoded struct {
	Data    []byte
	Quality int // that was used; 0 where the format has none
	// Effort says how hard the encoder tried, where it has a choice, in a word.
	Effort string
	// Hurried says that with more time it would be better or shorter: see [Fitted].
	Hurried bool
	// Lengths are how many bytes of an animation there were behind each frame; nil where
	// nobody has counted.
	Lengths []int
}

// Sequence is the frames of a variant.
type Sequence struct {
	Header        Header // of the original
	Width, Height int    // pixels
	// Frames yields each frame, and ends with the first error. It may be ranged over
	// again. A raster of an animation may be kept and changed. That of a still is
	// yielded again to the next format that is tried: nothing of it may be changed
	// but the colours that fully transparent pixels hide.
	Frames iter.Seq2[*Raster, error]
}

// ErrNotHeld says that a format cannot hold a picture, or not as its quality is to look.
var ErrNotHeld = errors.New("resize: the format cannot hold the picture")

// ErrNoFrames says that a [Sequence] has no frames.
var ErrNoFrames = errors.New("resize: a picture without frames")

// First returns the first frame. The error is [ErrNoFrames] where there is none.
func (s Sequence) First() (*Raster, error) {
	for r, err := range s.Frames {
		return r, err
	}
	return nil, ErrNoFrames
}
