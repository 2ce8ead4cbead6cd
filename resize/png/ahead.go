package png

import "encoding/binary"

// Only the table shows how long a code is, so decoding waits for it at every symbol,
// and the processor could do twice as much meanwhile. So a block of literals is decoded
// at two places at once: at the current one, and further ahead, at a guessed one where
// no code need begin. Decoding from a wrong place soon reaches the beginning of a real
// code, and is right from there on. The result is taken over if normal decoding reaches
// a place where a code began ahead too.

const (
	// aheadRoom is the most that is decoded ahead, in bytes.
	aheadRoom = 20 << 10
	// leastAhead and mostAhead are how far ahead it begins, in bytes of the stream.
	leastAhead, mostAhead = 1 << 10, 16 << 10
	// fewMatches is the share of codes that may be matches, in 32768ths. Every match
	// interrupts decoding in parallel.
	fewMatches = 1 << 9
	// aheadStarts is for how many literals the start of the code is remembered.
	aheadStarts = 96
)

// ahead is the state of decoding ahead of an inflater.
type ahead struct {
	bits bitReader

	starts  [aheadStarts]int // where the codes of the first literals begin, in bits
	out     [aheadRoom]byte  // literals
	written int
	// matches[:found] holds the matches among the literals. behind is how many literals
	// precede a match.
	matches [256]struct{ behind, length, distance int }
	found   int
	total   int // the bytes that the matches produce
}

// begin begins at byte pos of in. It reports whether it has decoded aheadStarts
// literals in a row.
func (a *ahead) begin(z *inflater, pos int) bool {
	a.bits, a.written, a.found, a.total = bitReader{pos: pos}, 0, 0, 0
	for range 4 * aheadStarts {
		if a.written == aheadStarts {
			return true
		}
		a.starts[a.written] = a.bits.at()
		if !a.decodeOne(z) {
			return false
		}
		if a.found > 0 { // begin anew after the match
			a.written, a.found, a.total = 0, 0, 0
		}
	}
	return false
}

// decodeOne decodes a literal or a match. It reports whether there was one, and room
// for it.
func (a *ahead) decodeOne(z *inflater) bool {
	if a.bits.pos > len(z.in)-2*spare || a.written == len(a.out) || a.found == len(a.matches) {
		return false
	}
	b := a.bits
	b.refill(z.in)
	e := b.symbol(&z.literals, literalBits)
	switch {
	case e&entryLiteral != 0:
		a.out[a.written] = byte(e >> 16)
		a.written++
	case e&entryBase != 0:
		length := b.value(e)
		e = b.symbol(&z.distances, distanceBits)
		if e&entryBase == 0 || a.total+length > aheadRoom {
			return false
		}
		m := &a.matches[a.found]
		m.behind, m.length, m.distance = a.written, length, b.value(e)
		a.found++
		a.total += length
	default:
		return false
	}
	a.bits = b
	return true
}

// takeOver appends what was decoded ahead, beginning with literal number from, whose
// code begins where the inflater is. There must be room. It returns an error if a match
// reaches back too far.
func (a *ahead) takeOver(z *inflater, from int) error {
	for _, m := range a.matches[:a.found] {
		z.written += copy(z.out[z.written:], a.out[from:m.behind])
		from = m.behind
		if m.distance > z.written {
			return errDeflate
		}
		copyMatch(z.out, z.written, m.distance, m.length)
		z.written += m.length
	}
	z.written += copy(z.out[z.written:], a.out[from:a.written])
	z.pos, z.buffer, z.held = a.bits.pos, a.bits.buffer, a.bits.held
	return nil
}

// decodeTwice does what decodeFilled does for a block of literals. It reports whether
// it has done anything.
func (z *inflater) decodeTwice() (bool, error) {
	room := len(z.out) - slack - z.written
	// Half of the rest of the block, assuming that it is as long as the last one.
	// Either half may expand, so there must be room for that.
	step := min(max(z.lastBlock-z.blockBytes(), 2*leastAhead)/2, (len(z.in)-4*spare-z.pos)/2, room/3, mostAhead)
	if !z.fewMatches || step < leastAhead {
		return false, nil
	}
	if z.ahead == nil {
		z.ahead = &ahead{}
	}
	a, target := z.ahead, z.pos+step
	if !a.begin(z, target) {
		return true, z.decodeFilled(target)
	}
	for z.inStep(target) {
		going := a.decodeOne(z)
		if err := z.decodeOne(); err != nil || z.block != huffmanBlock {
			return true, err
		}
		if !going {
			break
		}
	}
	if err := z.decodeFilled(target); err != nil {
		return true, err
	}
	next := 0 // of a's literals
	for z.block == huffmanBlock && z.written <= len(z.out)-slack {
		at := 8*z.pos - int(z.held)
		for next < aheadStarts && a.starts[next] < at {
			next++
		}
		if next == aheadStarts {
			break // decoding ahead was in vain
		}
		if a.starts[next] == at {
			if a.written+a.total > len(z.out)-slack-z.written {
				break
			}
			return true, a.takeOver(z, next)
		}
		if err := z.decodeOne(); err != nil {
			return true, err
		}
	}
	return true, nil
}

// blockBytes returns how many bytes of the block have been read.
func (z *inflater) blockBytes() int { return z.moved + z.pos - z.blockStart }

// inStep decodes literals here and ahead in turn, until one of the two needs more than
// the first lookup. It returns false if it stops because target is reached or there is
// no more room.
func (z *inflater) inStep(target int) bool {
	a := z.ahead
	in, out := z.in, z.out
	pos, buffer, held, w := z.pos, z.buffer, z.held, z.written
	aPos, aBuffer, aHeld, aw := a.bits.pos, a.bits.buffer, a.bits.held, a.written
	lastIn, lastOut := len(in)-2*spare, len(out)-slack
	n := stride
	for n == stride && pos <= target && aPos <= lastIn && w <= lastOut && aw <= len(a.out)-stride {
		buffer |= binary.LittleEndian.Uint64(in[pos:]) << (held & 63)
		pos += int((63 - held) >> 3)
		held |= 56
		aBuffer |= binary.LittleEndian.Uint64(in[aPos:]) << (aHeld & 63)
		aPos += int((63 - aHeld) >> 3)
		aHeld |= 56
		var used, aUsed uint32
		buffer, aBuffer, used, aUsed, n = literalPairs(&z.literals, (*[stride]byte)(out[w:]), (*[stride]byte)(a.out[aw:]), buffer, aBuffer)
		held -= uint(used & 63)
		aHeld -= uint(aUsed & 63)
		w += n
		aw += n
	}
	z.pos, z.buffer, z.held, z.written = pos, buffer, held, w
	a.bits.pos, a.bits.buffer, a.bits.held, a.written = aPos, aBuffer, aHeld, aw
	return n < stride
}

// stride is how many literals fit into 56 bits if the first lookup decodes each.
const stride = 5

// literalPairs decodes n literals from each of two buffers, until a code needs more
// than the first lookup. The lower six bits of used and aUsed are the bits consumed. It
// is a separate function so that all variables are in registers.
//
//go:noinline
func literalPairs(t *table, to, aTo *[stride]byte, buffer, aBuffer uint64) (_, _ uint64, used, aUsed uint32, n int) {
	var e, f uint32
	e, f = t[buffer%(1<<literalBits)], t[aBuffer%(1<<literalBits)]
	if e&f&entryLiteral == 0 {
		return buffer, aBuffer, used, aUsed, 0
	}
	to[0], aTo[0] = byte(e>>16), byte(f>>16)
	buffer >>= e & 63
	aBuffer >>= f & 63
	used += e
	aUsed += f
	e, f = t[buffer%(1<<literalBits)], t[aBuffer%(1<<literalBits)]
	if e&f&entryLiteral == 0 {
		return buffer, aBuffer, used, aUsed, 1
	}
	to[1], aTo[1] = byte(e>>16), byte(f>>16)
	buffer >>= e & 63
	aBuffer >>= f & 63
	used += e
	aUsed += f
	e, f = t[buffer%(1<<literalBits)], t[aBuffer%(1<<literalBits)]
	if e&f&entryLiteral == 0 {
		return buffer, aBuffer, used, aUsed, 2
	}
	to[2], aTo[2] = byte(e>>16), byte(f>>16)
	buffer >>= e & 63
	aBuffer >>= f & 63
	used += e
	aUsed += f
	e, f = t[buffer%(1<<literalBits)], t[aBuffer%(1<<literalBits)]
	if e&f&entryLiteral == 0 {
		return buffer, aBuffer, used, aUsed, 3
	}
	to[3], aTo[3] = byte(e>>16), byte(f>>16)
	buffer >>= e & 63
	aBuffer >>= f & 63
	used += e
	aUsed += f
	e, f = t[buffer%(1<<literalBits)], t[aBuffer%(1<<literalBits)]
	if e&f&entryLiteral == 0 {
		return buffer, aBuffer, used, aUsed, 4
	}
	to[4], aTo[4] = byte(e>>16), byte(f>>16)
	buffer >>= e & 63
	aBuffer >>= f & 63
	used += e
	aUsed += f
	return buffer, aBuffer, used, aUsed, stride
}

// decodeOne decodes a symbol. There must be enough bits in z.in and room in z.out.
func (z *inflater) decodeOne() error {
	b := bitReader{z.pos, z.buffer, z.held}
	b.refill(z.in)
	e := b.symbol(&z.literals, literalBits)
	switch {
	case e&entryLiteral != 0:
		z.out[z.written] = byte(e >> 16)
		z.written++
	case e&entryBase != 0:
		length := b.value(e)
		e = b.symbol(&z.distances, distanceBits)
		if e&entryBase == 0 {
			return errDeflate
		}
		distance := b.value(e)
		if distance > z.written {
			return errDeflate
		}
		copyMatch(z.out, z.written, distance, length)
		z.written += length
	case e&entryEnd != 0:
		z.block = between
	default:
		return errDeflate
	}
	z.pos, z.buffer, z.held = b.pos, b.buffer, b.held
	return nil
}
