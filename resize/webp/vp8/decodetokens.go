package vp8

import (
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/transform"
)

// kindProbs holds the probabilities of one kind of block, by the number of a
// coefficient instead of its band, up to one after the last.
type kindProbs [17][tables.Contexts][tables.Nodes]uint8

// set fills k from probabilities by band.
func (k *kindProbs) set(bands *[tables.Bands][tables.Contexts][tables.Nodes]uint8) {
	for i, band := range tables.BandOf {
		k[i] = bands[band]
	}
}

// scan maps the coefficients of the first of four blocks, in coded order, to
// their places; scanY2 does so for Y2, which is alone.
var scan, scanY2 = func() (four, alone [16]uint8) {
	for i, at := range tables.Zigzag {
		four[i] = at&3 + at>>2*16
	}
	return four, tables.Zigzag
}()

// block says how to read the coefficients of a block.
type block struct {
	probs *kindProbs
	scan  *[16]uint8
	steps *[2]int // quantiser steps of DC and of AC
	out   *transform.Four
	at    uint // place of the first coefficient in out
}

// shortToken is how many bits must be left to read three more, each of which
// takes up to 7, and another one after them.
const shortToken = 21

// coefficients reads the coefficients from number n on, 0 or 1, and stores those
// that are not 0, times their steps, in b.out. context is how many of the two
// neighbouring blocks have any. It returns the number after the last one read; n
// if there is none.
func (r *reader) coefficients(b *block, n, context int) int {
	value, span, bits := r.value, r.span, r.bits
	out, at := b.out, b.at
	step := b.steps[n&1]
	p := &b.probs[n][context]
	for {
		// The end of the block may only come if the last coefficient is not 0.
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
		// The sign halves the span, which is at most 253 after the very first
		// bit. The span becomes one bit narrower; widened again it is the same,
		// or one less.
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

// carefully does what coefficients does near the end of the data, from number n
// and probabilities p on. afterZero says that the last coefficient was 0.
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

// large reads the rest of a value above 1.
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
