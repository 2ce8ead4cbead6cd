package vp8

import "encoding/binary"

// reader reads what is coded arithmetically in a partition, RFC 6386 section 7.
type reader struct {
	data []byte
	at   int // the next byte
	// value has bits+8 bits that have been read from data, from the highest down, less
	// the lower end of the interval; span is the interval's width, 128 to 255.
	value uint64
	bits  int
	span  uint64
	// ended says that a bit had to be read of which there were no bytes.
	ended bool
}

func newReader(data []byte) reader { return reader{data: data, bits: -8, span: 255} }

// loaded is how many bits more there are after bytes have been loaded together.
const loaded = 56

// load makes sure that there are bits to read the next one from. It reads zeros beyond
// the end.
func (r *reader) load() {
	switch {
	case r.at+8 <= len(r.data):
		// The bits of the last of these bytes come again with the next ones.
		r.value |= binary.BigEndian.Uint64(r.data[r.at:]) >> uint(r.bits+8)
		r.at += loaded / 8
		r.bits += loaded
	case r.at < len(r.data):
		r.value |= uint64(r.data[r.at]) << uint(48-r.bits)
		r.at++
		r.bits += 8
	default:
		r.ended = true
		r.bits += loaded
	}
}

// shifts is by how much a span is widened to be 128 at least.
var shifts = func() (s [256]uint8) {
	for i := 1; i < 128; i++ {
		for v := i; v < 128; v *= 2 {
			s[i]++
		}
	}
	return s
}()

// bit reads a bit that is 0 with a probability of prob/256.
func (r *reader) bit(prob uint8) int {
	if r.bits < 0 {
		r.load()
	}
	split := 1 + (r.span-1)*uint64(prob)>>8
	bit := 0
	if r.value>>56 >= split {
		r.value -= split << 56
		split = r.span - split
		bit = 1
	}
	shift := shifts[uint8(split)]
	r.value <<= shift & 7
	r.span = split << (shift & 7)
	r.bits -= int(shift)
	return bit
}

// flag reads a bit that is as often 0 as 1.
func (r *reader) flag() bool { return r.bit(128) != 0 }

// number reads a number of n bits, the highest first.
func (r *reader) number(n int) int {
	v := 0
	for range n {
		v = 2*v + r.bit(128)
	}
	return v
}

// signed reads a number of n bits and its sign, if a flag says that there is one.
func (r *reader) signed(n int) int {
	if !r.flag() {
		return 0
	}
	v := r.number(n)
	if r.flag() {
		return -v
	}
	return v
}

// leaf reads a leaf of a tree, RFC 6386 section 8.1.
func (r *reader) leaf(tree []int8, probs []uint8) int {
	i := int8(0)
	for {
		i = tree[int(i)+r.bit(probs[i>>1])]
		if i <= 0 {
			return -int(i)
		}
	}
}
