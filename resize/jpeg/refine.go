package jpeg

import "math/bits"

// refineAC decodes a block of a scan that gives AC coefficients their next bit
// (ITU-T T.81, G.1.2.3).
func (d *decoder) refineAC(s *scan, c *scanComponent, bx, by int) error {
	f := c.coefficientsAt(bx, by)
	nonzero := &c.nonzero[by*c.blocksX+bx]
	rest := between(s.first, s.last)
	if s.eobRun == 0 {
		var ok bool
		if rest, ok = d.bits.refineBand(s, c, f, nonzero); !ok {
			return errCorrupt
		}
	}
	if s.eobRun > 0 {
		s.eobRun--
		d.bits.correct(c.component, f, *nonzero&rest, s.low)
	}
	return nil
}

// between returns the set of coefficients from index k to index last.
func between(k, last int) uint64 {
	return ^uint64(0) << k & (^uint64(0) >> (63 - last))
}

// refineBand decodes a block up to an end-of-band run or the end of the band. It
// returns the set of coefficients that it did not reach, and false for bad data.
// It marks the coefficients that it adds in nonzero.
func (r *bitReader) refineBand(s *scan, c *scanComponent, f []int16, nonzero *uint64) (rest uint64, ok bool) {
	history := *nonzero
	acc, n, pos := r.acc, r.n, r.pos
	for rest = between(s.first, s.last); rest != 0; {
		acc |= r.window.word(pos) >> (n & 63)
		pos += int(63-n) >> 3
		n |= 56
		e := c.ac.look[acc>>(64-lookBits)]
		if e.length() == 0 {
			if e = c.ac.long(acc); e == 0 {
				return 0, false
			}
		}
		acc <<= e.length()
		n -= e.length()
		if e.advance() == endOfBand {
			r.acc, r.n, r.pos = acc, n, pos
			class := uint(e.value())
			s.eobRun = int(1<<class | r.bits(class))
			return rest, true
		}
		v := e.value()
		if v < -1 || v > 1 {
			return 0, false
		}
		// The new coefficient follows as many coefficients that are still 0 as
		// the run says. Those on the way that are not 0 get a correction bit
		// each.
		place := dropLowest(rest&^history, e.advance()-1)
		if place == 0 {
			return 0, false
		}
		passed := place ^ (place - 1)
		if which := rest & passed & history; which != 0 {
			r.acc, r.n, r.pos = acc, n, pos
			r.correct(c.component, f, which, s.low)
			acc, n, pos = r.acc, r.n, r.pos
		}
		rest &^= passed
		if v != 0 {
			k := bits.TrailingZeros64(place)
			*nonzero |= 1 << k
			if to := c.dequant[k&63] & 0xff; int(to) < len(f) {
				f[to] = int16(v << s.low)
			}
		}
	}
	r.acc, r.n, r.pos = acc, n, pos
	return 0, true
}

// dropLowest returns a set without its n lowest elements.
func dropLowest(set uint64, n int) uint64 {
	for ; n >= 4; n -= 4 {
		set &= set - 1
		set &= set - 1
		set &= set - 1
		set &= set - 1
	}
	// Without a branch: runs are hard to predict.
	if less := set & (set - 1); n&1 != 0 {
		set = less
	}
	less := set & (set - 1)
	if less &= less - 1; n&2 != 0 {
		set = less
	}
	return set
}

// correct reads a bit for each coefficient in which, none of which is 0. If the
// bit is 1, it adds 1<<low to the coefficient's magnitude.
func (r *bitReader) correct(c *component, f []int16, which uint64, low uint) {
	const half = 1<<32 - 1
	r.correctPart(c, f, which&half, low)
	if which > half {
		r.correctPart(c, f, which&^half, low)
	}
}

// correctPart does what correct does, for at most 32 coefficients.
func (r *bitReader) correctPart(c *component, f []int16, which uint64, low uint) {
	r.refill()
	acc := r.acc
	count := uint(bits.OnesCount64(which))
	r.acc <<= count & 63
	r.n -= count
	if f == nil || which&c.needed == 0 {
		return
	}
	for ; which != 0; which &= which - 1 {
		to := c.dequant[bits.TrailingZeros64(which)&63] & 0xff
		if int(to) < len(f) {
			sign := f[to] >> 15
			bit := int16(acc >> 63)
			f[to] += (bit<<low ^ sign) - sign
		}
		acc <<= 1
	}
}
