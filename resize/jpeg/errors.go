package jpeg

import "fmt"

// FormatError says that data is not a valid JPEG: corrupt or truncated.
type FormatError string

func (e FormatError) Error() string { return "jpeg: invalid: " + string(e) }

// UnsupportedError says that a JPEG uses a valid feature that is not decoded.
type UnsupportedError string

func (e UnsupportedError) Error() string { return "jpeg: unsupported: " + string(e) }

// LimitError says that decoding would allocate more than Options.MaxMemory.
type LimitError struct {
	Need, Max int64 // bytes
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("jpeg: decoding takes %d bytes, more than the limit of %d", e.Need, e.Max)
}

// errTruncated says that the data ends before the picture does.
const errTruncated = FormatError("truncated")
