package vp8l

import (
	"encoding/binary"
	"io"
)

// bitReader reads bits, the least significant of a byte first. Zeros follow the
// data without end; callers check err from time to time.
type bitReader struct {
	data []byte
	at   int    // offset of the next byte that is not in bits; may be beyond the data
	bits uint64 // the lowest n are unread; those above are 0 or the bits that follow
	n    uint
}

// newBitReader returns a bitReader that begins at the given bit of data.
func newBitReader(data []byte, bit int) bitReader {
	r := bitReader{data: data, at: bit / 8}
	r.fill()
	r.bits >>= uint(bit % 8)
	r.n -= uint(bit % 8)
	return r
}

// fill makes at least 56 bits available.
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

// take reads n bits, at most 32.
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

// err returns io.ErrUnexpectedEOF if more bits have been read than there are.
func (r *bitReader) err() error {
	if r.bit() > 8*len(r.data) {
		return io.ErrUnexpectedEOF
	}
	return nil
}
