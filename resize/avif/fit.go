package avif

import "math"

// guesser guesses which quality of a picture fits a limit of bytes. The logarithm of an
// AVIF's length falls with base_q_idx, at about the same rate for every picture.
type guesser struct {
	limit float64 // logarithm of the bytes
	tries int
	// Of the qualities tried: the best that fits, and the worst that is too long.
	fits, tooLong struct {
		is                bool
		quantiser, length float64 // base_q_idx, and the logarithm of the length
	}
}

const (
	// slope is how much the logarithm of a length falls per base_q_idx: 0.0131 ± 0.001
	// over photographs of 0.15 and 1 megapixels at qualities from 40 to 85.
	slope = 0.0131
	// near is the gap to the limit, as a logarithm, that ends the search: about what one
	// or two steps of quality make.
	near = 0.03
	// mostGuesses is the number of guesses after which halving is as good.
	mostGuesses = 4
)

func newGuesser(limit int) *guesser { return &guesser{limit: math.Log(float64(limit))} }

// add records the length in bytes of the file at a quality.
func (g *guesser) add(quality, length int) {
	side := &g.fits
	log := math.Log(float64(length))
	if log > g.limit {
		side = &g.tooLong
	}
	side.is, side.quantiser, side.length = true, float64(Quantiser(quality)), log
}

// next returns the quality from low to high to try next, for [pic.FitGuessing]. It
// returns false if the best file so far is near enough to the limit.
func (g *guesser) next(low, high int) (quality int, ok bool) {
	if g.fits.is && g.limit-g.fits.length <= near {
		return 0, false
	}
	if g.tries++; g.tries > mostGuesses || !g.tooLong.is {
		return (low + high) / 2, true
	}
	falls := slope
	if g.fits.is && g.fits.quantiser > g.tooLong.quantiser && g.fits.length < g.tooLong.length {
		falls = (g.tooLong.length - g.fits.length) / (g.fits.quantiser - g.tooLong.quantiser)
	}
	quantiser := g.tooLong.quantiser + (g.tooLong.length-g.limit+near/2)/falls
	for quality = high; quality > low && float64(Quantiser(quality)) < quantiser; {
		quality--
	}
	return quality, true
}
