package jpeg

import "math/bits"

// What may be left out of a progressive picture is decided as its scans come,
// by what the bits that are still open could do at most, whatever they are: so
// it holds for every order in which they may come.
//
// An AC coefficient of which the lowest n bits are open is off by up to 2^n-1
// steps, because its first scan cut it off towards zero (ITU-T T.81, G.1.2.1).

// gain says how much of the amplitude of AC coefficients a resampler lets through
// at most, in the mean square over what it makes of the samples: X of those that
// vary across, Y of those that vary down, and X·Y of those that vary both ways; 1
// for all of it. A filter that makes one sample out of many evens out what has a
// mean of 0 over fewer.
type gain struct{ X, Y float64 }

const (
	// maxMeanError is by how much a block's mean may be off, in levels of 0 to
	// 255: that is what 1 bit of libjpeg's chroma of quality 75 comes to. The
	// middle of what is open stands for it.
	maxMeanError = 0.6

	// maxSpreadError is the largest mean square error, in levels, that open
	// bits of AC coefficients may cause in the samples: 45.7 dB. Not all bits
	// of a picture are at their worst: variants of photographs come to 51 dB.
	maxSpreadError = 1.75

	// maxPassedError is the largest that may be left of it once resampled,
	// where that is less: 43.5 dB.
	maxPassedError = 2.9
)

// settle takes the coefficients off those that are left whose open bits do not
// matter.
func (c *component) settle() {
	if c.left&1 != 0 && c.low[0] != uncoded && c.gain != (gain{}) && c.meanError() <= maxMeanError {
		c.left &^= 1
	}
	if c.left&^1 != 0 && !c.matter(maxLow) {
		c.left &= 1
	}
}

// readToTheLast reports whether the last bits of AC coefficients matter, if all
// of them have such that come late, as some have.
func (c *component) readToTheLast() bool { return c.left&^1 != 0 && c.matter(1) }

// meanError returns by how much the blocks' means may be off, in levels, for
// want of the lowest bits of DC coefficients.
func (c *component) meanError() float64 {
	return float64(int(1)<<c.low[0]-1) / 2 * float64(c.dequant[0]>>8) / 8
}

// matter reports whether the open bits of the AC coefficients that are needed
// matter, or the most bits that are given where more are open: maxLow is more than
// any coefficient of 8-bit samples has, and stands for one that is not coded yet.
//
// Samples are an orthogonal transform of coefficients, so the mean square of
// their error is the sum of the coefficients' over 64, and no more of that comes
// through the resampler. Of what does come through, coefficients may add to each
// other: there the sum is of amplitudes.
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
