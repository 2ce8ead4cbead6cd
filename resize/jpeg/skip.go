package jpeg

// skipEntry skips as many whole symbols, with their values, as skipBits hold the
// codes of. From the lowest bit:
//
//	5 bits: bits of codes and values together
//	8 bits: how far they advance the index of the current coefficient, plus
//	        skipEnd if the last of them is an end of block
//
// If there is no such symbol it advances too far: skipNone.
type skipEntry uint16

const (
	skipEnd  = 128
	skipNone = skipEntry(64 << 5)
)

// length and advance return the fields of e.
func (e skipEntry) length() uint { return uint(e & 31) }
func (e skipEntry) advance() int { return int(e >> 5) }

// fillSkip makes the skip table.
func (t *huffTable) fillSkip(codes *[1 << skipBits]codeEntry) {
	for i := range t.skip {
		t.skip[i] = skipSymbols(codes, uint(i))
	}
}

// skipSymbols returns the entry for bits.
func skipSymbols(codes *[1 << skipBits]codeEntry, bits uint) skipEntry {
	var length, advance uint
	for length < skipBits {
		c := codes[bits<<length&(1<<skipBits-1)]
		if c.length == 0 || length+uint(c.length) > skipBits {
			break
		}
		run, size := uint(c.symbol>>4), uint(c.symbol&15)
		if c.symbol == 0 {
			return skipEntry(length + uint(c.length) | (advance+skipEnd)<<5)
		}
		if size == 0 && run != 15 || advance+run+1 > 63 {
			break // an end-of-band run, or too many coefficients
		}
		length += uint(c.length) + size
		advance += run + 1
	}
	if length == 0 {
		return skipNone
	}
	return skipEntry(length | advance<<5)
}

// skip skips the coefficients after index k, to index last or an end of band. It
// returns the end of band's class: r for a run of 2^r bands (ITU-T T.81,
// G.1.2.2); 0 is an end of block. ok is false for bad data.
func (r *bitReader) skip(t *huffTable, k, last int) (class uint, ok bool) {
	acc, n, pos := r.acc, r.n, r.pos
	for k < last {
		acc |= r.window.word(pos) >> (n & 63)
		pos += int(63-n) >> 3
		n |= 56

		s := t.skip[acc>>(64-skipBits)]
		if next := k + s.advance(); next <= last {
			acc <<= s.length()
			n -= s.length()
			k = next
			// At least 56-27 bits are left.
			s = t.skip[acc>>(64-skipBits)]
			if next = k + s.advance(); next <= last {
				acc <<= s.length()
				n -= s.length()
				k = next
				continue
			}
		}
		if next := k + s.advance() - skipEnd; next >= 0 && next < last {
			acc <<= s.length()
			n -= s.length()
			break
		}
		if k == last {
			break
		}

		// The last symbols of the entry belong to the next block: read one symbol.
		acc |= r.window.word(pos) >> (n & 63)
		pos += int(63-n) >> 3
		n |= 56
		e := t.look[acc>>(64-lookBits)]
		if e.length() == 0 {
			if e = t.long(acc); e == 0 {
				return 0, false
			}
		}
		acc <<= e.length()
		n -= e.length()
		k += e.advance()
		if k > last {
			if e.advance() != endOfBand {
				return 0, false
			}
			class = uint(e.value())
			break
		}
	}
	r.acc, r.n, r.pos = acc, n, pos
	return class, true
}
