package resize

import (
	"errors"
	"fmt"
)

// ErrLarger says that the variant asked for is wider or higher than the
// upright original.
var ErrLarger = errors.New("resize: larger than the original")

// ErrSameSize says that the variant asked for has exactly the original's size.
var ErrSameSize = errors.New("resize: the original has this size already")

// ErrNoFit says that no permitted encoding of the variant fits MaxBytes.
var ErrNoFit = errors.New("resize: no encoding fits the byte limit")

// UnsupportedError says that an original is of a format, or has a feature, that
// is not resized.
type UnsupportedError struct {
	Format Format // of the original; [Unknown] where nobody knows
	// Name says what is not resized: "HEIC", "JPEG with 12 bits a sample".
	Name string
}

// Error returns a sentence: "HEIC is not resized".
func (e UnsupportedError) Error() string { return e.Name + " is not resized" }

// FormatError says that an original is not a valid file of its format:
// corrupt or truncated.
type FormatError struct {
	Format Format
	Err    error
}

func (e *FormatError) Error() string { return fmt.Sprintf("resize: bad %s: %v", e.Format, e.Err) }

func (e *FormatError) Unwrap() error { return e.Err }

// LimitError says that an original would cost more than [Limits] allow.
type LimitError struct {
	What     string // "pixels" or "memory"
	Got, Max int64  // pixels or bytes
	Info     Info   // of the original, where it is about pixels
}

// Error returns both numbers: "60 × 1200 × 900 pixels, more than 50000000", or
// "resizing takes 90000000 bytes of memory, more than 40000000".
func (e *LimitError) Error() string {
	if e.What == "memory" {
		return fmt.Sprintf("resizing takes %d bytes of memory, more than %d", e.Got, e.Max)
	}
	frames := ""
	if e.Info.Frames > 1 {
		frames = fmt.Sprintf("%d × ", e.Info.Frames)
	}
	return fmt.Sprintf("%s%d × %d pixels, more than %d", frames, e.Info.Width, e.Info.Height, e.Max)
}
