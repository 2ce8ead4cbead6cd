package vp8l

import (
	"context"
	"math/bits"
)

const (
	// mostCopied is the longest reference in pixels (RFC 9649 section 3.6.2.2).
	mostCopied = 4096
	// longEnough is a length for which no other reference is tried: neither at
	// its first pixel nor, except for its last ones, within it.
	longEnough = 128

	// stopLength is the length from which on a search stops looking for a longer reference.
	stopLength = 1024
	// runTail is how many of the last pixels of a run are searched for elsewhere.
	runTail = 16

	lengthBits = 12 // bits of a match's length
	lengthMask = 1<<lengthBits - 1
)

// match is the distance in pixels of a reference << lengthBits | its length - 1;
// 0 means none. The match of the next pixel, within the same reference, is 1
// less.
type match uint32

// newMatch returns a match; it is 0 if distance is 0.
func newMatch(distance, length int) match {
	if distance == 0 {
		return 0
	}
	return match(distance<<lengthBits | (length - 1))
}

// distance returns the distance of m in pixels; 0 if m is none.
func (m match) distance() int { return int(m >> lengthBits) }

// length returns the length of m in pixels; 1 if m is none.
func (m match) length() int { return int(m&lengthMask) + 1 }

// matches holds what an image repeats: for each pixel the longest reference that
// was tried.
type matches struct {
	found []match  // for each pixel
	head  []uint32 // by hash, the last pixel with it + 1
	prev  []uint32 // by pixel, the previous one with the same hash + 1
	runs  []uint16
}

// find looks for matches in pix, in at most tries places for each pixel.
func (m *matches) find(ctx context.Context, pix []uint32, width, tries int) error {
	m.found = sized(m.found, len(pix))
	m.prev = sized(m.prev, len(pix))
	m.measureRuns(pix)
	hashBits := min(20, max(8, bits.Len(uint(len(pix)))))
	m.head = sized(m.head, 1<<hashBits)
	clear(m.head)
	shift := 64 - uint(hashBits)
	known := 0 // up to here, matches continue a long one
	m.found[len(pix)-1] = 0
	for i := range len(pix) - 1 {
		if i&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if n := int(m.runs[i]); n > runTail && i > 0 && pix[i-1] == pix[i] {
			m.found[i] = withinRun(m.found[i-1], n)
			continue
		}
		chain := uint32(0)
		if tries > 0 {
			key := m.key(pix, i) >> shift
			chain = m.head[key]
			m.prev[i] = chain
			m.head[key] = uint32(i + 1)
		}
		if i < known {
			m.found[i] = m.found[i-1] - 1
			continue
		}
		distance, length := m.longest(pix, width, i, int(chain), tries)
		m.found[i] = newMatch(distance, length)
		if length >= longEnough {
			known = i + length - longEnough/2
		}
	}
	return nil
}

// withinRun returns the match of a pixel within a run, which is neither its first
// nor among its last; n pixels of the run follow. last is the match of the
// previous pixel.
func withinRun(last match, n int) match {
	n = min(n+1, mostCopied)
	if last.length() > n {
		return last - 1
	}
	return newMatch(1, n)
}

// measureRuns sets m.runs to how many equal pixels follow each pixel.
func (m *matches) measureRuns(pix []uint32) {
	m.runs = sized(m.runs, len(pix))
	n, next := uint16(0), ^pix[len(pix)-1]
	runs := m.runs[:len(pix)]
	for i := len(pix) - 1; i >= 0; i-- {
		v := pix[i]
		if v == next {
			n = min(n+1, mostCopied)
		} else {
			n, next = 0, v
		}
		runs[i] = n
	}
}

// key hashes what begins at pixel i, which is not the last: a run, with its
// length and the next pixel, so that flat areas are not all alike; or two pixels.
func (m *matches) key(pix []uint32, i int) uint64 {
	const a, b = 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f
	n := int(m.runs[i])
	next := i + n + 1
	if next >= len(pix) {
		next = i
	}
	return (uint64(pix[i])*a ^ bits.RotateLeft64((uint64(pix[next])+uint64(n)<<32)*b, 29)) * a
}

// longest returns the longest match at pixel i, with distance 0 if none has two
// pixels. It tries neighbours, then up to tries places of the chain. Of equally
// long ones it returns the first.
func (m *matches) longest(pix []uint32, width, i, chain, tries int) (distance, length int) {
	most := min(mostCopied, len(pix)-i)
	here := pix[i : i+most]
	length = 1
	for _, d := range [...]int{width, 1, width + 1, width - 1} {
		if d > i || d < 1 || pix[i-d] != here[0] || length == most || pix[i-d+length] != here[length] {
			continue
		}
		if n := same32(here, pix[i-d:]); n > length {
			distance, length = d, n
		}
	}
	for ; chain > 0 && tries > 0 && length < stopLength && length < most; tries-- {
		at := chain - 1
		if i-at > mostDistance {
			break
		}
		if pix[at+length] == here[length] && pix[at] == here[0] {
			if n := same32(here, pix[at:]); n > length {
				distance, length = i-at, n
			}
		}
		chain = int(m.prev[at])
	}
	return distance, length
}

// same32 returns how many of the first pixels of a and b are equal. b must not be
// shorter.
func same32(a, b []uint32) int {
	b = b[:len(a)]
	for i, v := range a {
		if b[i] != v {
			return i
		}
	}
	return len(a)
}
