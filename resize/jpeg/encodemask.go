package jpeg

import (
	"math"
	"math/bits"
)

// A coefficient is worth its bits only if its loss shows. It shows less in a busy
// block, and less in a bright one: there more small coefficients become 0. The
// scale of the tables spends in other blocks what is saved there: 0.6% fewer
// bytes at the same SSIMULACRA2.

// maskLevels is the number of dead zones: at a level they reach to 0.5 + level/50
// steps.
const maskLevels = 16

// mask sets the level of each block: 5 / m, at most 15. m is (4/(4+a))^0.4 ·
// ((l+30)/128)^-0.8 for a luma block, divided by the geometric mean of that over
// the picture. a is the root mean square of the block's AC coefficients, in
// levels of samples; l is the mean of its samples. A chroma block's m is the
// geometric mean of m over the luma blocks that it covers.
func (c *coder) mask() {
	luma := &c.coded[0]
	c.masking = atLeast(c.masking, len(luma.blocks))
	var sum int64
	for i := range luma.blocks {
		b := &luma.blocks[i]
		v := maskingOf(b.energy(), int(b[0])-coefficientBias)
		c.masking[i] = v
		sum += int64(v)
	}
	mean := int32(sum / int64(len(luma.blocks)))
	luma.levels = atLeast(luma.levels, len(luma.blocks))
	for i, v := range c.masking {
		luma.levels[i] = maskLevel(int32(v) - mean)
	}
	for i := range c.planes[1:] {
		c.maskChroma(&c.coded[1+i], mean)
	}
}

// maskChroma sets the levels of a chroma plane; mean is the mean of c.masking.
func (c *coder) maskChroma(p *codedPlane, mean int32) {
	luma := &c.coded[0]
	side := 1
	if c.halved {
		side = 2
	}
	p.levels = atLeast(p.levels, len(p.blocks))
	for by := range p.down {
		above := c.masking[side*by*luma.across:][:luma.across]
		below := c.masking[min(side*by+side-1, luma.down-1)*luma.across:][:luma.across]
		for bx := range p.across {
			left, right := side*bx, min(side*bx+side-1, luma.across-1)
			sum := int32(above[left]) + int32(above[right]) + int32(below[left]) + int32(below[right])
			p.levels[by*p.across+bx] = maskLevel(sum/4 - mean)
		}
	}
}

// energy returns the sum of the squares of the AC coefficients: 64 times T.81's.
func (b *biasedBlock) energy() uint64 {
	if hasVectors() {
		return b.vectorEnergy()
	}
	return b.scalarEnergy()
}

// scalarEnergy computes energy without vectors.
func (b *biasedBlock) scalarEnergy() uint64 {
	var sum uint64
	for _, v := range b[1:] {
		d := int64(v) - coefficientBias
		sum += uint64(d * d)
	}
	return sum
}

// logUnit represents 1 in fixed-point logarithms.
const logUnit = 256

// maskingOf returns -ln m of a block, before the division by the mean. energy is
// the block's energy; dc is 64 times the mean of its samples less 128.
func maskingOf(energy uint64, dc int) int16 {
	n := bits.Len64(energy)
	return activityLogs[n<<3|int(energy<<(64-n)>>60&7)] + lightLogs[max(0, min(255, dc>>6+128))]
}

// activityLogs holds 0.4·ln((4+a)/4), indexed by the energy's logarithm in
// eighths of powers of 2; each entry is computed at the middle of its eighth.
var activityLogs = func() (logs [40 << 3]int16) {
	for i := range logs {
		energy := math.Ldexp(8.5+float64(i&7), i>>3-4)
		a := math.Sqrt(energy) / 64
		logs[i] = int16(math.Round(logUnit * 0.4 * math.Log((4+a)/4)))
	}
	return logs
}()

// lightLogs holds 0.8·ln((l+30)/128), indexed by l.
var lightLogs = func() (logs [256]int16) {
	for i := range logs {
		logs[i] = int16(math.Round(logUnit * 0.8 * math.Log((float64(i)+30)/128)))
	}
	return logs
}()

// maskLevel returns the level for v = -ln m.
func maskLevel(v int32) uint8 {
	return levelsOf[max(0, min(len(levelsOf)-1, int(v>>3)+len(levelsOf)/2))]
}

// levelsOf maps logarithms, in eighths of logUnit, to levels.
var levelsOf = func() (levels [256]uint8) {
	for i := range levels {
		inverse := math.Exp((float64(i-len(levels)/2) + 0.5) * 8 / logUnit)
		levels[i] = uint8(min(maskLevels-1, math.Round(5*inverse)))
	}
	return levels
}()
