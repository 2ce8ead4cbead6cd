package resize

import "time"

// PassedOver is a format that was to be tried, and is not the variant's.
type PassedOver struct {
	Format Format
	Why    Why
	// Took is how long encoding took that came to nothing.
	Took time.Duration
}

// Why says why a format was passed over.
type Why string

// The reasons to pass over a format.
const (
	NotWritten    Why = "not-written"     // nothing is, or no animations are
	TooManyPixels Why = "too-many-pixels" // for Limits.AVIFPixels
	TooMuchMemory Why = "too-much-memory" // for Limits.Memory
	CannotHold    Why = "cannot-hold"     // the picture's size, transparency or colours, or its chroma at the quality
	DoesNotFit    Why = "does-not-fit"    // MaxBytes
	OutOfTime     Why = "out-of-time"     // with some left for the next format
	NotSmaller    Why = "not-smaller"     // than the next format at the same quality
)

func (j *job) pass(f Format, why Why, took time.Duration) {
	j.passed = append(j.passed, PassedOver{f, why, took})
}
