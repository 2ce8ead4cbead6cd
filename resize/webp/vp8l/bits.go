package vp8l

import (
	"encoding/binary"
	"io"
)

// bitReader reads bits, the least significant of a byte first. Behind the data are
// zeros without end: whoever reads asks err now and then.
type bitReader struct {
	data []byte
	at   int    // of the next byte that is not in bits; may be beyond the data
	bits uint64 // the lowest n are to be read, those above are zeros or what follows
	n    uint
}

// newBitReader returns a bitReader that begins at a bit of data.
func newBitReader(data []byte, bit int) bitReader {
	r := bitReader{data: data, at: bit / 8}
	r.fill()
	r.bits >>= uint(bit % 8)
	r.n -= uint(bit % 8)
	return r
}

// fill makes 56 bits at least ready.
func (r *bitReader) fill() {
	if r.at+8 <= len(r.data) {
		r.bits |= binary.LittleEndian.Uint64(r.data[r.at:]) << r.n
		r.at += int(63-r.n) >> 3
		r.n |= 56
		return
	}
	for ; r.n < 56; r.n += 8 {
		if r.at < len(r.data) {
			r.bits |= uint64(r.data[r.at]) << r.n
		}
		r.at++
	}
}

// take reads n bits, 32 at most.
func (r *bitReader) take(n uint) int {
	if r.n < n {
		r.fill()
	}
	v := r.bits & (1<<n - 1)
	r.bits >>= n
	r.n -= n
	return int(v)
}

// bit returns how many bits have been read.
func (r *bitReader) bit() int { return 8*r.at - int(r.n) }

// err returns io.ErrUnexpectedEOF where more has been read than there is.
func (r *bitReader) err() error {
	if r.bit() > 8*len(r.data) {
		return io.ErrUnexpectedEOF
	}
	return nil
}
