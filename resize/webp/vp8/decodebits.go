package vp8

import "encoding/binary"

// reader reads arithmetically coded bits of a partition, RFC 6386 section 7.
type reader struct {
	data []byte
	at   int // the next byte
	// value holds bits+8 bits read from data, from the highest down, minus the
	// lower end of the interval. span is the interval's width less 1, 127 to 254.
	value uint64
	bits  int
	span  uint64
	// ended says that a bit was read beyond the end of data.
	ended bool
}

// newReader returns a reader of a partition. A partition that begins beyond the
// interval, which no encoder writes, is read as if it were empty.
func newReader(data []byte) reader {
	if len(data) > 0 && data[0] == 255 {
		data = nil
	}
	return reader{data: data, bits: -8, span: 254}
}

// loaded is how many bits load adds at a time.
const loaded = 56

// load makes bits available for the next one to be read. It reads zeros beyond
// the end.
func (r *reader) load() {
	switch {
	case r.at+8 <= len(r.data):
		// The last of these bytes is loaded again with the next ones.
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

// shifts and widened hold, by span, by how many bits it must be shifted to be at
// least 127, and the span after that.
var shifts, widened = func() (shift, wide [256]uint8) {
	for i := range 256 {
		v := i
		for ; v < 127; v = 2*v + 1 {
			shift[i]++
		}
		wide[i] = uint8(v)
	}
	return shift, wide
}()

// bit reads a bit that is 0 with a probability of prob/256.
func (r *reader) bit(prob uint8) int {
	if r.bits < 0 {
		r.load()
	}
	split := r.span * uint64(prob) >> 8
	bit := 0
	if r.value>>56 > split {
		r.value -= (split + 1) << 56
		split = r.span - split - 1
		bit = 1
	}
	shift := shifts[uint8(split)]
	r.value <<= shift & 63
	r.span = uint64(widened[uint8(split)])
	r.bits -= int(shift)
	return bit
}

// flag reads a bit that is 0 with a probability of 1/2.
func (r *reader) flag() bool { return r.bit(128) != 0 }

// number reads a number of n bits, the highest first.
func (r *reader) number(n int) int {
	v := 0
	for range n {
		v = 2*v + r.bit(128)
	}
	return v
}

// signed reads a flag and, if it is set, a number of n bits and its sign.
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
