package jpeg

import "math/bits"

// As the scans of a progressive picture come, the decoder decides what may be
// left out, by the largest error that the missing bits can cause, whatever they
// are. So the bound holds for every order of scans.
//
// An AC coefficient that lacks its lowest n bits is off by up to 2^n-1 steps,
// because its first scan cut it off towards zero (ITU-T T.81, G.1.2.1).

// gain is the largest share of the amplitude of AC coefficients that a resampler
// lets through, in the mean square over its results: X for coefficients that vary
// across, Y for those that vary down, and X·Y for those that vary both ways; 1
// for all of it. A filter that makes one sample out of many averages away what
// has a mean of 0 over fewer.
type gain struct{ X, Y float64 }

const (
	// maxMeanError is by how much a block's mean may be off, in levels of 0 to
	// 255: what 1 bit of libjpeg's chroma comes to at quality 75. The middle of
	// the possible values stands for missing bits.
	maxMeanError = 0.6

	// maxSpreadError is the largest mean square error, in levels, that missing
	// bits of AC coefficients may cause in the samples: 45.7 dB. Not all bits of
	// a picture are at their worst: variants of photographs come to 51 dB.
	maxSpreadError = 1.75

	// maxPassedError is the largest mean square error that may remain after
	// resampling, if that is less: 43.5 dB.
	maxPassedError = 2.9
)

// settle removes the coefficients whose missing bits do not matter from c.left.
func (c *component) settle() {
	if c.left&1 != 0 && c.low[0] != uncoded && c.gain != (gain{}) && c.meanError() <= maxMeanError {
		c.left &^= 1
	}
	if c.left&^1 != 0 && !c.matter(maxLow) {
		c.left &= 1
	}
}

// readToTheLast reports whether AC coefficients are needed to their last bits:
// whether it matters if each lacks that bit, as is usual until a late scan.
func (c *component) readToTheLast() bool { return c.left&^1 != 0 && c.matter(1) }

// meanError returns by how much, in levels, the blocks' means may be off without
// the lowest bits of DC coefficients.
func (c *component) meanError() float64 {
	return float64(int(1)<<c.low[0]-1) / 2 * float64(c.dequant[0]>>8) / 8
}

// matter reports whether the missing bits of the needed AC coefficients matter. It
// counts no more than most bits of each. maxLow is more than any coefficient of
// 8-bit samples has, and stands for one that is not coded yet.
//
// Samples are an orthogonal transform of coefficients, so their mean square error
// is the sum of the coefficients' squares over 64. The resampler lets no more
// than that through; but in what it does let through, coefficients may add up:
// there amplitudes are summed.
func (c *component) matter(most uint8) bool {
	var spread, passed float64
	for set := c.needed &^ 1; set != 0; set &= set - 1 {
		k := bits.TrailingZeros64(set)
		amplitude := float64(int(1)<<min(c.low[k], most)-1) * float64(c.dequant[k]>>8) / 8
		spread += amplitude * amplitude
		if zigzag[k]%8 > 0 {
			amplitude *= c.gain.X
		}
		if zigzag[k]/8 > 0 {
			amplitude *= c.gain.Y
		}
		passed += amplitude
	}
	if c.gain == (gain{}) {
		return spread > 0
	}
	return spread > maxSpreadError && passed*passed > maxPassedError
}
