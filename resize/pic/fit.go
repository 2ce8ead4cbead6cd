package pic

import (
	"context"
	"errors"
	"time"
)

// ErrTooLong says that an encoding is longer than allowed.
var ErrTooLong = errors.New("longer than the limit")

// ErrNoFit says that no permitted encoding of the variant fits the limit in bytes.
var ErrNoFit = errors.New("resize: no encoding fits the byte limit")

// Fitted is the encoding that Fit found.
type Fitted struct {
	Data  []byte
	Level int
	// Hurried says that a higher level might fit too, which there was no time to
	// find out.
	Hurried bool
}

// Fit returns the encoding at the highest level from least to most that is not
// [ErrTooLong]. A higher level is taken to give a longer encoding. Where ctx's
// deadline leaves no time for two more of the longest try so far, it makes do with
// the best that there is, or tries the least level at once. The error is
// [ErrNoFit] or that of encode.
func Fit(ctx context.Context, least, most int, encode func(level int) ([]byte, error)) (Fitted, error) {
	half := func(low, high int) (int, bool) { return (low + high) / 2, true }
	return FitGuessing(ctx, least, most, half, encode)
}

// FitGuessing is [Fit] for those who know more of lengths than that they grow: guess
// returns which level to try after the first, most, of those that the result may be,
// low to high, and false if the best try so far will do.
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
