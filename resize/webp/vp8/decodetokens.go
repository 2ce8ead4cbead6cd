package vp8

import (
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/transform"
)

// kindProbs are the probabilities of a kind of blocks by the number of a coefficient,
// rather than its band, up to one behind the last.
type kindProbs [17][tables.Contexts][tables.Nodes]uint8

func (k *kindProbs) set(bands *[tables.Bands][tables.Contexts][tables.Nodes]uint8) {
	for i, band := range tables.BandOf {
		k[i] = bands[band]
	}
}

// scan is where in coefficients of several blocks those of the first one are, as they
// are coded. Those of Y2 are alone.
var scan, scanY2 = func() (four, alone [16]uint8) {
	for i, at := range tables.Zigzag {
		four[i] = at&3 + at>>2*16
	}
	return four, tables.Zigzag
}()

// block is the coefficients of a block that are to be read.
type block struct {
	probs *kindProbs
	scan  *[16]uint8
	steps *[2]int // of quantisation, of DC and of AC
	out   *transform.Four
	at    uint // of the first coefficient in out
}

// shortToken is how many bits have to be left for three more to be read, of which each
// takes up to 7, and another one after them.
const shortToken = 21

// coefficients reads coefficients from number n on, 0 or 1, and puts them into b, times
// their steps, where they are not zero. context is how many of the blocks beside have
// any. It returns the number behind the last that it has read: n if there is none.
func (r *reader) coefficients(b *block, n, context int) int {
	value, span, bits := r.value, r.span, r.bits
	out, at := b.out, b.at
	step := b.steps[n&1]
	p := &b.probs[n][context]
	for {
		// The end of the block may come unless the last coefficient is zero.
		if bits < shortToken {
			if r.at+4 > len(r.data) {
				r.value, r.span, r.bits = value, span, bits
				return r.carefully(b, n, p, false)
			}
			value |= uint64(binary.BigEndian.Uint32(r.data[r.at:])) << uint((24-bits)&63)
			r.at += 4
			bits += 32
		}
		split := span * uint64(p[0]) >> 8
		if value>>56 <= split {
			shift := shifts[uint8(split)]
			r.value, r.span, r.bits = value<<(shift&63), uint64(widened[uint8(split)]), bits-int(shift)
			return n
		}
		value -= (split + 1) << 56
		span -= split + 1
		shift := shifts[uint8(span)]
		value <<= shift & 63
		span = uint64(widened[uint8(span)])
		bits -= int(shift)

		for {
			split = span * uint64(p[1]) >> 8
			if value>>56 > split {
				break
			}
			shift = shifts[uint8(split)]
			value <<= shift & 63
			span = uint64(widened[uint8(split)])
			bits -= int(shift)
			n++
			if n == 16 {
				r.value, r.span, r.bits = value, span, bits
				return n
			}
			step = b.steps[1]
			p = &b.probs[n&15][0]
			if bits < shortToken {
				if r.at+4 > len(r.data) {
					r.value, r.span, r.bits = value, span, bits
					return r.carefully(b, n, p, true)
				}
				value |= uint64(binary.BigEndian.Uint32(r.data[r.at:])) << uint((24-bits)&63)
				r.at += 4
				bits += 32
			}
		}
		value -= (split + 1) << 56
		span -= split + 1
		shift = shifts[uint8(span)]
		value <<= shift & 63
		span = uint64(widened[uint8(span)])
		bits -= int(shift)

		v := 1
		split = span * uint64(p[2]) >> 8
		next := 1
		if value>>56 <= split {
			shift = shifts[uint8(split)]
			value <<= shift & 63
			span = uint64(widened[uint8(split)])
			bits -= int(shift)
		} else {
			value -= (split + 1) << 56
			span -= split + 1
			shift = shifts[uint8(span)]
			value <<= shift & 63
			span = uint64(widened[uint8(span)])
			bits -= int(shift)
			r.value, r.span, r.bits = value, span, bits
			v = r.large(p)
			value, span, bits = r.value, r.span, r.bits
			if bits < 0 {
				r.load()
				value, bits = r.value, r.bits
			}
			next = 2
		}
		// The sign halves the span, which is 253 at most behind the first bit of all: that
		// makes it one bit narrower, and widened it is what it was, or one less.
		split = span >> 1
		negative := -int(((split+1)<<56 - 1 - value) >> 63)
		value -= (split + 1) << 56 & uint64(negative)
		value <<= 1
		span = (span + uint64(negative)) | 1
		bits--
		out[(uint(b.scan[n&15])+at)&63] = int16(((v ^ negative) - negative) * step)
		n++
		if n == 16 {
			r.value, r.span, r.bits = value, span, bits
			return n
		}
		step = b.steps[1]
		p = &b.probs[n&15][next]
	}
}

// carefully is coefficients near the end of the data, from number n and probabilities p
// on. afterZero says that the last one was zero.
func (r *reader) carefully(b *block, n int, p *[tables.Nodes]uint8, afterZero bool) int {
	for n < 16 {
		if !afterZero && r.bit(p[0]) == 0 {
			return n
		}
		if afterZero = r.bit(p[1]) == 0; afterZero {
			n++
			p = &b.probs[n][0]
			continue
		}
		v, next := 1, 1
		if r.bit(p[2]) != 0 {
			v, next = r.large(p), 2
		}
		if r.flag() {
			v = -v
		}
		b.out[(uint(b.scan[n])+b.at)&63] = int16(v * b.steps[min(n, 1)])
		n++
		p = &b.probs[n][next]
	}
	return n
}

// large reads the rest of a value of more than 1.
func (r *reader) large(p *[tables.Nodes]uint8) int {
	if r.bit(p[3]) == 0 {
		if r.bit(p[4]) == 0 {
			return 2
		}
		return 3 + r.bit(p[5])
	}
	var category int
	if r.bit(p[6]) == 0 {
		category = r.bit(p[7])
	} else {
		category = 2 + 2*r.bit(p[8])
		category += r.bit(p[9+category>>2])
	}
	c := &tables.Categories[category]
	v := 0
	for _, prob := range c.Probs {
		v = 2*v + r.bit(prob)
	}
	return c.Base + v
}
