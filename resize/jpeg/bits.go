package jpeg

import (
	"bytes"
	"encoding/binary"
)

const (
	windowSpace = 16 << 10

	// windowSize is how many bytes of the window hold data.
	windowSize = windowSpace - windowPad

	// windowPad is how many bytes a block may read past its start: 64 symbols of
	// at most 16 bits of code and 15 of value, 14 bits of an end-of-band run, and
	// 8 bytes read ahead, generously rounded up.
	windowPad = 512

	// windowLow is how many bytes the window must hold for fill not to wait.
	windowLow = 4 * windowPad
)

// bitReader reads the bits of one entropy-coded segment (T.81, B.1.1.5): the
// bytes between two markers. It copies them into a window without their stuffed
// zeros; the window ends where the next marker begins, and zeros follow. So
// reading a block tests neither for markers nor for the end: the caller calls
// ready before each block, which also detects data that ended too early.
type bitReader struct {
	// acc holds the unread bits, the next one at the top. n of them count; the
	// bits below are 0 or the bits that follow.
	acc uint64
	n   uint

	pos   int // next byte of the window to go into acc
	limit int // while pos <= limit, a block can be read without calling more
	end   int // bytes in the window

	in     *input
	next   int   // offset in in of the first byte not yet in the window
	closed bool  // next is at a marker, at the end, or where the source failed with err
	err    error // from the source

	window window
}

// window holds the data and pads it, so that an 8-byte word can be read anywhere.
type window [windowSpace + 8]byte

// word returns the 8 bytes at pos. (The mask changes nothing: it proves to the
// compiler that the index is in range.)
func (w *window) word(pos int) uint64 {
	return binary.BigEndian.Uint64(w[pos&(windowSpace-1):])
}

// start begins reading a segment of in at offset.
func (r *bitReader) start(in *input, offset int) {
	r.acc, r.n = 0, 0
	r.pos, r.end = 0, 0
	r.in, r.next, r.closed, r.err = in, offset, false, nil
	r.fill()
}

// ready makes sure that a block can be read. It returns false if bits beyond the
// end have been read already, or if the source failed.
func (r *bitReader) ready() bool {
	return r.pos <= r.limit || r.more()
}

// more reads on once the window is nearly used up; it returns what ready does.
func (r *bitReader) more() bool {
	if r.closed {
		return r.err == nil && !r.overrun()
	}
	r.fill()
	return r.err == nil
}

// failure returns why ready returned false.
func (r *bitReader) failure() error {
	if r.err != nil {
		return r.err
	}
	return errTruncated
}

// overrun reports whether more bits have been read than there are.
func (r *bitReader) overrun() bool {
	return 8*r.pos-int(r.n) > 8*r.end
}

// fill moves the unread bytes to the front of the window and fills it with what
// has arrived. It waits for more bytes only if the window holds fewer than
// windowLow.
func (r *bitReader) fill() {
	r.end = copy(r.window[:], r.window[r.pos:r.end])
	r.pos = 0
	for {
		r.copyPlain()
		if r.end == windowSize {
			break
		}
		// What is ahead is empty or begins with 0xff.
		ahead := r.in.data[r.next:]
		if len(ahead) >= 2 && ahead[1] == 0 {
			r.window[r.end] = 0xff
			r.end++
			r.next += 2
			continue
		}
		if len(ahead) < 2 && r.end >= windowLow {
			break
		}
		if len(ahead) >= 2 || !r.wait(len(ahead)+1) {
			r.close()
			return
		}
	}
	r.limit = r.end - windowPad
}

// close marks the window as the last one of the segment.
func (r *bitReader) close() {
	r.closed = true
	r.limit = r.end - 1
	if r.err != nil {
		r.limit = -1
	}
	clear(r.window[r.end:][:windowPad])
}

// copyPlain copies what has arrived before the next 0xff to the window, as far as
// there is room.
func (r *bitReader) copyPlain() {
	src := r.in.data[r.next:]
	src = src[:min(len(src), windowSize-r.end)]
	if i := bytes.IndexByte(src, 0xff); i >= 0 {
		src = src[:i]
	}
	r.end += copy(r.window[r.end:], src)
	r.next += len(src)
}

// wait waits for n bytes from next on. It reports whether there are that many.
func (r *bitReader) wait(n int) bool {
	r.err = r.in.reach(r.next + n)
	return r.err == nil && r.next+n <= len(r.in.data)
}

// refill makes sure that acc holds at least 56 bits.
func (r *bitReader) refill() {
	r.acc |= r.window.word(r.pos) >> (r.n & 63)
	r.pos += int(63-r.n) >> 3
	r.n |= 56
}

// bits reads n bits, at most 16.
func (r *bitReader) bits(n uint) uint64 {
	r.refill()
	v := r.acc >> (64 - n)
	r.acc <<= n & 63
	r.n -= n
	return v
}
