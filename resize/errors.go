package resize

import (
	"errors"
	"fmt"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// ErrLarger is returned if the variant asked for is wider or higher than the upright
// original, unless [Request].Largest is set.
var ErrLarger = errors.New("resize: larger than the original")

// ErrSameSize is returned if the variant asked for has exactly the original's size,
// and neither [Request].Largest nor an effect such as a blur is asked for.
var ErrSameSize = errors.New("resize: the original already has this size")

// ErrNoFit is returned if no permitted encoding of the variant fits MaxBytes.
var ErrNoFit = pic.ErrNoFit

// UnsupportedError is returned for an original whose format, or one of whose features,
// is not supported.
type UnsupportedError = pic.UnsupportedError

// FormatError is returned for an original that is not a valid file of its format:
// corrupt or truncated.
type FormatError = pic.FormatError

// LimitError is returned for an original that would cost more than [Limits] allow.
type LimitError struct {
	What     string // "pixels" or "memory"
	Got, Max int64  // pixels or bytes
	Info     Info   // of the original; set if What is "pixels"
}

// Error returns a message with both numbers: "60 × 1200 × 900 pixels, more than
// 50000000", or "resizing takes 90000000 bytes of memory, more than 40000000".
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
