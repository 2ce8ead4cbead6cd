package pic

import "fmt"

// UnsupportedError is returned for an original whose format, or one of whose features,
// is not supported.
type UnsupportedError struct {
	Format Format // of the original, or [Unknown]
	// Name is what is not supported: "HEIC", "JPEG with 12 bits a sample".
	Name string
}

// Error returns a sentence: "HEIC is not resized".
func (e UnsupportedError) Error() string { return e.Name + " is not resized" }

// Unsupported returns an [UnsupportedError].
func Unsupported(format Format, name string) error { return UnsupportedError{format, name} }

// FormatError is returned for an original that is not a valid file of its format:
// corrupt or truncated.
type FormatError struct {
	Format Format
	Err    error
}

// Error implements error.
func (e *FormatError) Error() string { return fmt.Sprintf("resize: bad %s: %v", e.Format, e.Err) }

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }

// Invalid returns a [*FormatError].
func Invalid(format Format, err error) error { return &FormatError{format, err} }
