package resize

import "time"

// PassedOver is a format that was to be tried, but is not the variant's.
type PassedOver struct {
	Format Format
	Why    Why
	// Took is the time spent on encoding in vain.
	Took time.Duration
}

// Why is the reason to pass over a format.
type Why string

// The reasons to pass over a format.
const (
	NotWritten    Why = "not-written"     // we do not write the format, or not its animations
	TooManyPixels Why = "too-many-pixels" // more than Limits.AVIFPixels
	TooMuchMemory Why = "too-much-memory" // more than Limits.Memory
	CannotHold    Why = "cannot-hold"     // the format lacks the picture's size, transparency or colours, or enough chroma at the quality
	DoesNotFit    Why = "does-not-fit"    // more than MaxBytes
	OutOfTime     Why = "out-of-time"     // stopped, to leave time for the next format
	NotSmaller    Why = "not-smaller"     // no smaller than the next format at the same quality
)

// pass records that format f was passed over.
func (j *job) pass(f Format, why Why, took time.Duration) {
	j.passed = append(j.passed, PassedOver{f, why, took})
}
