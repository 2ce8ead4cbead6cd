package png

import "encoding/binary"

// bitReader reads bits from an inflater's input.
type bitReader struct {
	pos    int
	buffer uint64
	held   uint
}

// at returns how many bits have been consumed.
func (b *bitReader) at() int { return 8*b.pos - int(b.held) }

// refill fills the buffer to at least 56 bits.
func (b *bitReader) refill(in []byte) {
	b.buffer |= binary.LittleEndian.Uint64(in[b.pos:]) << b.held
	b.pos += int((63 - b.held) >> 3)
	b.held |= 56
}

// symbol consumes a symbol, without the extra bits of a length or distance.
func (b *bitReader) symbol(t *table, first uint) uint32 {
	e := t[b.buffer&(1<<first-1)]
	if e&entrySecond != 0 {
		b.drop(first)
		e = t[uint64(e>>16)+b.buffer%(1<<(maxCodeBits-first))]
	}
	if e&entryBase == 0 {
		b.drop(uint(e & 63))
	}
	return e
}

// value consumes the code and the extra bits of a length or distance, and returns its
// value.
func (b *bitReader) value(e uint32) int {
	v := int(e>>16) + int(b.buffer&(1<<(e&63)-1)>>(e>>8&15))
	b.drop(uint(e & 63))
	return v
}

func (b *bitReader) drop(n uint) {
	b.buffer >>= n & 63
	b.held -= n
}
