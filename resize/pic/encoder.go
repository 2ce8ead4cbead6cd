package pic

import (
	"context"
	"errors"
	"iter"
)

// Encoder writes a format. It keeps no state of a picture, so several goroutines may
// use it at once.
type Encoder interface {
	// Holds reports whether the format can hold r: its size, its transparency and its
	// kind of colours.
	Holds(r *Raster) bool
	// Memory returns the most bytes that Encode allocates for frames of width × height
	// pixels of an original with header h.
	Memory(h Header, width, height int, b Budget) int64
	// Encode writes the frames of s; a format for stills writes the first one. The
	// error is [ErrNoFit] if no encoding that b permits has at most b.MaxBytes, and
	// [ErrNotHeld] if the format turns out not to hold the frames at b.Quality. Errors
	// of s and of ctx are returned unchanged.
	Encode(ctx context.Context, kept *Buffers, s Sequence, b Budget) (Encoded, error)
}

// Budget bounds an encoding's size and quality.
type Budget struct {
	// MaxBytes is the largest encoding in bytes; 0 is no limit.
	MaxBytes int
	// Quality is the quality of lossy formats. If the result is longer than MaxBytes,
	// the quality is lowered, but not below MinQuality. Both are 1 to 100.
	Quality, MinQuality int
	// Rival is [Encoded].Lengths of an animation that this one must be shorter than;
	// nil is none. The encoder may give up with [ErrNoFit] if it is longer at Quality,
	// and need not try lower ones.
	Rival []int
	// Last says that no other format is left to try: the encoder does not give an
	// animation up before ctx is done, and writes a still even if it looks worse than
	// Quality.
	Last bool
}

// Fits reports whether n bytes are within b.
func (b Budget) Fits(n int) bool { return b.MaxBytes == 0 || n <= b.MaxBytes }

// Bound returns the smaller of n and MaxBytes.
func (b Budget) Bound(n int64) int64 {
	if b.MaxBytes == 0 {
		return n
	}
	return min(n, int64(b.MaxBytes))
}

// Encoded is an encoded picture.
type Encoded struct {
	Data    []byte
	Quality int // the quality used; 0 if the format has none
	// Effort says in a word how hard the encoder tried, if it has a choice.
	Effort string
	// Hurried says that more time would have made it better or shorter: see [Fitted].
	Hurried bool
	// Lengths are the bytes of an animation up to the end of each frame; nil if not
	// counted.
	Lengths []int
}

// Sequence is the frames of a variant.
type Sequence struct {
	Header        Header // of the original
	Width, Height int    // pixels
	// Frames yields each frame, and ends with the first error. It may be ranged over
	// again. The rasters of an animation may be kept and changed. The raster of a still
	// is also yielded to the next format that is tried: only the colours of fully
	// transparent pixels may be changed in it.
	Frames iter.Seq2[*Raster, error]
}

// ErrNotHeld is returned if a format cannot hold a picture, or not at the quality asked
// for.
var ErrNotHeld = errors.New("resize: the format cannot hold the picture")

// ErrNoFrames is returned for a [Sequence] without frames.
var ErrNoFrames = errors.New("resize: the picture has no frames")

// First returns the first frame, or [ErrNoFrames] if there is none.
func (s Sequence) First() (*Raster, error) {
	for r, err := range s.Frames {
		return r, err
	}
	return nil, ErrNoFrames
}
