package pic

import (
	"context"
	"errors"
	"time"
)

// ErrTooLong is returned if an encoding is longer than allowed.
var ErrTooLong = errors.New("longer than the limit")

// ErrNoFit is returned if no permitted encoding of the variant fits the limit in bytes.
var ErrNoFit = errors.New("resize: no encoding fits the byte limit")

// Fitted is the encoding that Fit found.
type Fitted struct {
	Data  []byte
	Level int
	// Hurried says that there was no time to find out whether a higher level fits too.
	Hurried bool
}

// Fit returns the encoding at the highest level from least to most for which encode
// does not return [ErrTooLong]. It assumes that a higher level gives a longer encoding.
// If ctx's deadline leaves less time than twice the longest try so far, it returns the
// best encoding that it has, or else tries least at once. The error is [ErrNoFit] or
// that of encode.
func Fit(ctx context.Context, least, most int, encode func(level int) ([]byte, error)) (Fitted, error) {
	half := func(low, high int) (int, bool) { return (low + high) / 2, true }
	return FitGuessing(ctx, least, most, half, encode)
}

// FitGuessing does what [Fit] does, with guesses at lengths. It tries most first. guess
// then returns which level from low to high to try next, or false if the best try so
// far is good enough.
func FitGuessing(ctx context.Context, least, most int, guess func(low, high int) (level int, ok bool), encode func(level int) ([]byte, error)) (Fitted, error) {
	var best Fitted
	var longest time.Duration
	low, high := least, most
	for try, ok := most, low <= high; ok; {
		if deadline, ok := ctx.Deadline(); ok && longest > 0 && time.Until(deadline) < 2*longest {
			best.Hurried = true
			if best.Data != nil {
				break
			}
			try, high = least, least
		}
		start := time.Now()
		tried, err := encode(try)
		longest = max(longest, time.Since(start))
		switch {
		case errors.Is(err, ErrTooLong):
			high = try - 1
		case err != nil:
			return Fitted{}, err
		default:
			best.Data, best.Level = tried, try
			low = try + 1
		}
		if ok = low <= high; ok {
			try, ok = guess(low, high)
		}
	}
	if best.Data == nil {
		return Fitted{}, ErrNoFit
	}
	return best, nil
}
