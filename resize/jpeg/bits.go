package jpeg

import (
	"bytes"
	"encoding/binary"
)

const (
	windowSpace = 16 << 10

	// windowSize is how much of it is used for data.
	windowSize = windowSpace - windowPad

	// windowPad is how many bytes may be read once a block has begun: 64
	// symbols of at most 16 bits of code and 15 of value, 14 bits of an
	// end-of-band run, and 8 bytes of reading ahead; generously rounded up.
	windowPad = 512

	// windowLow is how many bytes in the window are worth no waiting for more.
	windowLow = 4 * windowPad
)

// bitReader reads the bits of one entropy-coded segment (T.81, B.1.1.5): the
// bytes between two markers. They are copied into a window without their
// stuffed zeros; the window ends where the next marker begins, and zeros follow.
// So reading a block tests neither for markers nor for the end: whoever begins
// a block calls ready before, which also finds data that ended too early.
type bitReader struct {
	// acc holds the unread bits, the next one at the top, n of them counted.
	// Bits below these are either 0 or those that follow.
	acc uint64
	n   uint

	pos   int // next byte of the window to go into acc
	limit int // as long as pos is not beyond, a block can be read without asking
	end   int // bytes in the window

	in     *input
	next   int   // first byte of in that is not in the window
	closed bool  // next is at a marker, at the end, or at what err keeps from arriving
	err    error // the source's

	window window
}

// window has room for a word at each place that is used.
type window [windowSpace + 8]byte

// word returns the 8 bytes at pos. (The mask changes nothing; it shows the
// compiler that there are 8.)
func (w *window) word(pos int) uint64 {
	return binary.BigEndian.Uint64(w[pos&(windowSpace-1):])
}

// start begins a segment at an offset of in.
func (r *bitReader) start(in *input, offset int) {
	r.acc, r.n = 0, 0
	r.pos, r.end = 0, 0
	r.in, r.next, r.closed, r.err = in, offset, false, nil
	r.fill()
}

// ready makes sure that a block can be read. It says false where bits have been
// read already that are not there, or where they do not arrive.
func (r *bitReader) ready() bool {
	return r.pos <= r.limit || r.more()
}

func (r *bitReader) more() bool {
	if r.closed {
		return r.err == nil && !r.overrun()
	}
	r.fill()
	return r.err == nil
}

// failure says why no block can be read.
func (r *bitReader) failure() error {
	if r.err != nil {
		return r.err
	}
	return errTruncated
}

// overrun says whether more bits have been read than there are.
func (r *bitReader) overrun() bool {
	return 8*r.pos-int(r.n) > 8*r.end
}

// fill moves the window on: over what has arrived, for which it waits only
// where that is less than it takes to read some blocks.
func (r *bitReader) fill() {
	r.end = copy(r.window[:], r.window[r.pos:r.end])
	r.pos = 0
	for {
		r.copyPlain()
		if r.end == windowSize {
			break
		}
		// What is ahead is nothing, or begins with 0xff.
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

// close makes the window the last one of the segment.
func (r *bitReader) close() {
	r.closed = true
	r.limit = r.end - 1
	if r.err != nil {
		r.limit = -1
	}
	clear(r.window[r.end:][:windowPad])
}

// copyPlain copies to the window, as far as that has room, what has arrived
// before the next 0xff.
func (r *bitReader) copyPlain() {
	src := r.in.data[r.next:]
	src = src[:min(len(src), windowSize-r.end)]
	if i := bytes.IndexByte(src, 0xff); i >= 0 {
		src = src[:i]
	}
	r.end += copy(r.window[r.end:], src)
	r.next += len(src)
}

// wait waits for n bytes from next on. It says false where there are fewer.
func (r *bitReader) wait(n int) bool {
	r.err = r.in.reach(r.next + n)
	return r.err == nil && r.next+n <= len(r.in.data)
}

// refill makes sure of at least 56 bits.
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
