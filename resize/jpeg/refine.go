package jpeg

import "math/bits"

// refineAC decodes a block of a scan that gives AC coefficients their next bit
// (ITU-T T.81, G.1.2.3).
func (d *Decoder) refineAC(s *scan, c *scanComponent, bx, by int) error {
	f := c.coefficientsAt(bx, by)
	nonzero := &c.nonzero[by*c.blocksX+bx]
	k := s.first
	if s.eobRun == 0 {
		var ok bool
		if k, ok = d.refineBand(s, c, f, nonzero); !ok {
			return errCorrupt
		}
	}
	if s.eobRun > 0 {
		s.eobRun--
		d.correct(s, c, f, *nonzero&between(k, s.last))
	}
	return nil
}

// between is the set of coefficients from index k to index last.
func between(k, last int) uint64 {
	return ^uint64(0) << k & (^uint64(0) >> (63 - last))
}

// refineBand decodes a block up to an end-of-band run or the end of the band.
// It returns the index of the coefficient where it stopped, and false for bad
// data.
func (d *Decoder) refineBand(s *scan, c *scanComponent, f []int16, nonzero *uint64) (k int, ok bool) {
	r := &d.bits
	for k = s.first; k <= s.last; {
		r.refill()
		e := c.ac.look[r.acc>>(64-lookBits)]
		if e.length() == 0 {
			if e = c.ac.long(r.acc); e == 0 {
				return 0, false
			}
		}
		r.acc <<= e.length()
		r.n -= e.length()
		if e.advance() == endOfBand {
			class := uint(e.value())
			s.eobRun = int(1<<class | r.bits(class))
			return k, true
		}
		v := e.value()
		if v < -1 || v > 1 {
			return 0, false
		}
		// The coefficient is the one that comes after as many that are still 0
		// as the run says. On the way there, those that are not get a bit each.
		zeros := ^*nonzero & between(k, s.last)
		for range e.advance() - 1 {
			zeros &= zeros - 1
		}
		if zeros == 0 {
			return 0, false
		}
		at := bits.TrailingZeros64(zeros)
		d.correct(s, c, f, *nonzero&between(k, at))
		if v != 0 {
			*nonzero |= 1 << at
			if to := c.dequant[at] & 0xff; int(to) < len(f) {
				f[to] = int16(v << s.low)
			}
		}
		k = at + 1
	}
	return k, true
}

// correct reads a bit for each of the given coefficients, which are not 0, and
// where it is 1 makes the coefficient larger.
func (d *Decoder) correct(s *scan, c *scanComponent, f []int16, which uint64) {
	r := &d.bits
	step := int16(1) << s.low
	for which != 0 {
		r.refill()
		for range min(bits.OnesCount64(which), 48) {
			k := bits.TrailingZeros64(which)
			which &= which - 1
			bit := int64(r.acc) < 0
			r.acc <<= 1
			r.n--
			if !bit {
				continue
			}
			to := c.dequant[k] & 0xff
			if int(to) >= len(f) {
				continue
			}
			if f[to] >= 0 {
				f[to] += step
			} else {
				f[to] -= step
			}
		}
	}
}
