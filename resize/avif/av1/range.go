package av1

import (
	"encoding/binary"
	"math/bits"
)

// rangeEncoder writes symbols as the specification's "Parsing process for symbol decoder"
// reads them, and adapts their distributions as "Symbol decoding process" does.
//
// low is the start of the interval in a window of 16 bits. Above these it has pending
// bits that are not in out yet, and above those one for a carry. A decoder's first window
// has 15 bits, so pending starts at -1.
type rangeEncoder struct {
	out     []byte
	low     uint64
	width   uint32 // of the interval, 1<<15 to 1<<16-1
	pending int
}

// reset begins a tile that is appended to out.
func (e *rangeEncoder) reset(out []byte) {
	e.out, e.low, e.width, e.pending = out, 0, 1<<15, -1
}

// symbol codes s by a distribution and adapts that.
func (e *rangeEncoder) symbol(s int, cdf []uint16) {
	n := len(cdf) - 1
	low := uint32(0)
	if s > 0 {
		low = uint32(cdf[s-1])
	}
	e.interval(low, uint32(cdf[s]), n-s-1)
	adapt(s, cdf)
}

// oneOfFour codes s like symbol, but faster, by a distribution of four symbols.
func (e *rangeEncoder) oneOfFour(s int, cdf *[5]uint16) {
	all := uint64(cdf[0]) | uint64(cdf[1])<<16 | uint64(cdf[2])<<32 | uint64(cdf[3])<<48
	at := 16 * uint(s&3)
	top := chance(e.width, uint16(all<<16>>at), 4-s)
	if s == 0 {
		top = e.width
	}
	e.narrow(e.width-top, top-chance(e.width, uint16(all>>at), 3-s))

	count := cdf[4]
	rate := 5 + uint(oneIf(count > 15)) + uint(oneIf(count > 31))
	cdf[4] = count + uint16(oneIf(count < 32))
	// Values before s fall and the rest rise, the last one by 0.
	const ones uint64 = 1<<48 | 1<<32 | 1<<16 | 1
	lanes, before := ones*(uint64(0xffff)>>rate), uint64(1)<<at-1
	all += ((ones<<15-all)>>rate&^before)&lanes - (all>>rate&before)&lanes
	cdf[0], cdf[1], cdf[2] = uint16(all), uint16(all>>16), uint16(all>>32)
}

// adapt moves a distribution towards s.
func adapt(s int, cdf []uint16) {
	n := len(cdf) - 1
	count := cdf[n]
	rate := 3 + min(bits.Len(uint(n))-1, 2)
	if count > 15 {
		rate++
	}
	if count > 31 {
		rate++
	} else {
		cdf[n] = count + 1
	}
	for i, c := range cdf[:n-1] {
		v := c + (1<<15-c)>>rate
		if i < s {
			v = c - c>>rate
		}
		cdf[i] = v
	}
}

// interval narrows the interval to the part from low to high of a distribution. after is
// the number of symbols after the coded one.
func (e *rangeEncoder) interval(low, high uint32, after int) {
	top := e.width
	if low > 0 {
		top = chance(e.width, uint16(low), after+1)
	}
	bottom := chance(e.width, uint16(high), after)
	e.narrow(e.width-top, top-bottom)
}

// chance returns how much of an interval's width belongs to the symbols above a
// distribution's value; symbols is their number.
func chance(width uint32, value uint16, symbols int) uint32 {
	const least = 4 // EC_MIN_PROB
	return (width>>8)*((1<<15-uint32(value))>>6)>>1 + least*uint32(symbols)
}

// narrow moves the start of the interval by offset, sets its width and scales both up to
// 16 bits.
func (e *rangeEncoder) narrow(offset, width uint32) {
	shift := bits.LeadingZeros16(uint16(width))
	e.low = (e.low + uint64(offset)) << shift
	e.width = width << shift
	e.pending += shift
	if e.pending >= 32 {
		e.flush()
	}
}

// flush moves four bytes from low to out.
func (e *rangeEncoder) flush() {
	e.pending -= 32
	top := e.low >> (16 + e.pending)
	e.low &= 1<<(16+e.pending) - 1
	if top>>32 != 0 {
		e.carry()
	}
	if len(e.out)+4 > cap(e.out) {
		e.out = append(make([]byte, 0, max(2*cap(e.out), 64)), e.out...)
	}
	e.out = binary.BigEndian.AppendUint32(e.out, uint32(top))
}

// carry adds one to out as a number.
func (e *rangeEncoder) carry() {
	for i := len(e.out) - 1; ; i-- {
		e.out[i]++
		if e.out[i] != 0 {
			return
		}
	}
}

// bit codes a bit of a literal.
func (e *rangeEncoder) bit(set bool) {
	split := (e.width>>8)<<7 + 4
	offset, width := uint32(0), e.width-split
	if set {
		offset, width = width, split
	}
	e.narrow(offset, width)
}

// literal codes the lowest n bits of v, the highest of them first.
func (e *rangeEncoder) literal(v uint32, n int) {
	for n--; n >= 0; n-- {
		e.bit(v>>n&1 != 0)
	}
}

// finish ends the tile with a one and zeros, as "Exit process for symbol decoder"
// demands, and returns all bytes.
func (e *rangeEncoder) finish() []byte {
	const below = 1<<14 - 1
	v := (e.low+below)&^below | 1<<14
	for n := e.pending + 16; n > 14; n -= 8 {
		top := v >> (n - 8)
		if top>>8 != 0 {
			e.carry()
		}
		e.out = append(e.out, byte(top))
		v &= 1<<(n-8) - 1
	}
	return e.out
}
