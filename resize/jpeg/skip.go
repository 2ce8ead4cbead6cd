package jpeg

import "encoding/binary"

// skipEntry passes over as many whole symbols as lookBits hold the codes of,
// with their values. From the lowest bit:
//
//	5 bits: bits of codes and values together
//	6 bits: how far they take the index of the current coefficient
//	1 bit: the last of them is an end of block
//
// 0 where there is no such symbol.
type skipEntry uint16

const skipEnd skipEntry = 1 << 11

func (e skipEntry) length() uint { return uint(e & 31) }
func (e skipEntry) advance() int { return int(e >> 5 & 63) }

func (t *huffTable) fillSkip(codes *[1 << lookBits]codeEntry) {
	for i := range t.skip {
		t.skip[i] = skipSymbols(codes, uint(i))
	}
}

// skipSymbols makes the entry for the given bits.
func skipSymbols(codes *[1 << lookBits]codeEntry, bits uint) skipEntry {
	var length, advance uint
	for length < lookBits {
		c := codes[bits<<length&(1<<lookBits-1)]
		if c.length == 0 || length+uint(c.length) > lookBits {
			break
		}
		run, size := uint(c.symbol>>4), uint(c.symbol&15)
		if c.symbol == 0 {
			return skipEntry(length+uint(c.length)|advance<<5) | skipEnd
		}
		if size == 0 && run != 15 || advance+run+1 > 63 {
			break // an end-of-band run, or more coefficients than there are
		}
		length += uint(c.length) + size
		advance += run + 1
	}
	return skipEntry(length | advance<<5)
}

// skip passes over the coefficients after index k, to index last or an end of
// band. It returns the class of the latter: r for a run of 2^r bands (ITU-T
// T.81, G.1.2.2), of which 0 is an end of block. It says false for bad data.
func (r *bitReader) skip(t *huffTable, k, last int) (class uint, ok bool) {
	acc, n, pos := r.acc, r.n, r.pos
	for k < last {
		acc |= binary.BigEndian.Uint64(r.window[pos:]) >> n
		pos += int(63-n) >> 3
		n |= 56

		// The last symbols may belong to the next block already; then the
		// entry is of no use.
		s := t.skip[acc>>(64-lookBits)]
		next := k + s.advance()
		if s&skipEnd != 0 && next < last {
			acc <<= s.length()
			n -= s.length()
			k = next
			break
		}
		if s != 0 && s&skipEnd == 0 && next <= last {
			acc <<= s.length()
			n -= s.length()
			k = next
			continue
		}

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
