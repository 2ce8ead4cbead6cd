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

// UnsupportedError names a format or feature that is not resized, such as
// "animated WebP" or "SVG".
type UnsupportedError string

func (e UnsupportedError) Error() string { return "resize: unsupported: " + string(e) }

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
	Got, Max int64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("resize: %d %s, more than the limit of %d", e.Got, e.What, e.Max)
}
