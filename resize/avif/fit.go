package avif

import "math"

// guesser guesses, for a limit of bytes, which quality of a picture fits: the logarithm
// of an AVIF's length falls with base_q_idx, and by about as much from picture to picture.
type guesser struct {
	limit float64 // its logarithm
	tries int
	// Of qualities that were tried: the best that fits, and the worst that is too long.
	fits, tooLong struct {
		is                bool
		quantizer, length float64 // base_q_idx, and the logarithm of the length
	}
}

const (
	// slope is by how much the logarithm of a length falls with base_q_idx: over
	// photographs of 0.15 and 1 megapixels at qualities of 40 to 85 it is 0.0131 on
	// average, by 0.001 more or less.
	slope = 0.0131
	// near is how much shorter than the limit files may be, as a logarithm, so that no
	// better ones are looked for: what one quality differs from the next by, or two.
	near = 0.03
	// mostGuesses is after how many of them halving is as good.
	mostGuesses = 4
)

func newGuesser(limit int) *guesser { return &guesser{limit: math.Log(float64(limit))} }

// add takes the length of a file of a quality.
func (g *guesser) add(quality, length int) {
	of := &g.fits
	log := math.Log(float64(length))
	if log > g.limit {
		of = &g.tooLong
	}
	of.is, of.quantizer, of.length = true, float64(Quantizer(quality)), log
}

// next is the guess of [pic.FitGuessing].
func (g *guesser) next(low, high int) (quality int, ok bool) {
	if g.fits.is && g.limit-g.fits.length <= near {
		return 0, false
	}
	if g.tries++; g.tries > mostGuesses || !g.tooLong.is {
		return (low + high) / 2, true
	}
	falls := slope
	if g.fits.is && g.fits.quantizer > g.tooLong.quantizer && g.fits.length < g.tooLong.length {
		falls = (g.tooLong.length - g.fits.length) / (g.fits.quantizer - g.tooLong.quantizer)
	}
	quantizer := g.tooLong.quantizer + (g.tooLong.length-g.limit+near/2)/falls
	for quality = high; quality > low && float64(Quantizer(quality)) < quantizer; {
		quality--
	}
	return quality, true
}
