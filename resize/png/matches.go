package png

import (
	"encoding/binary"
	"math/bits"
)

const (
	// The bits of hashes of four and of three bytes.
	fourBits, threeBits = 15, 15
	// enoughMatch is the length from which on no longer match is looked for, nor
	// another one within it.
	enoughMatch = 64
	// chunkBytes is how much is parsed at a time.
	chunkBytes = 32 << 10
	// never is a place that lies outside of every window.
	never = -1 << 20
)

// matchFinder finds what repeats in data, of which it goes through chunks in turn.
type matchFinder struct {
	// Where each hash of four and of three bytes was last seen, and how far each
	// place within the window is behind the last one of the same hash of four, at
	// most 65535.
	fours   [1 << fourBits]int32
	threes  [1 << threeBits]int32
	earlier [window]uint16
	// found holds the matches of the places of a chunk, in their order, longer and
	// farther ones of each last; counts says how many each place has.
	found  []token
	counts [chunkBytes]uint8
}

// reset forgets what was seen.
func (f *matchFinder) reset() {
	for i := range f.fours {
		f.fours[i] = never
	}
	for i := range f.threes {
		f.threes[i] = never
	}
}

// findRuns finds bytes that come again at once, in a chunk, data[from:to].
func (f *matchFinder) findRuns(data []byte, from, to int) {
	f.found = f.found[:0]
	clear(f.counts[:to-from])
	for i := max(from, 1); i < to; i++ {
		if data[i] != data[i-1] {
			continue
		}
		end := i + 1
		for end < to && data[end] == data[i] {
			end++
		}
		for ; i+minMatch <= end; i++ {
			f.found = append(f.found, match(min(end-i, maxMatch), 1))
			f.counts[i-from] = 1
		}
		i = end - 1
	}
}

// find finds matches of the places of a chunk, data[from:to]; it must have seen all
// before. It compares each with as many places as the effort says, and one of the same
// three bytes.
func (f *matchFinder) find(data []byte, from, to int, e effort) {
	f.found = f.found[:0]
	clear(f.counts[:to-from])
	data = data[:to]
	p, i := newPlaces(from, e)
	for ; i+4 <= len(data); i += p.step() {
		v := binary.LittleEndian.Uint32(data[i:])
		four := &f.fours[v*2654435761>>(32-fourBits)]
		three := &f.threes[v<<8*2654435761>>(32-threeBits)]
		distance, near := i-int(*four), i-int(*three)
		*four, *three = int32(i), int32(i)
		f.earlier[i%window] = uint16(min(distance, 65535))
		before, longest := len(f.found), minMatch
		if near <= window && (binary.LittleEndian.Uint32(data[i-near:])^v)<<8 == 0 {
			longest = matchLength(data, i-near, i)
			f.found = append(f.found, match(longest, near))
		}
		for tries := e.depth; distance <= window; {
			at := i - distance + longest - 3
			if end := i + longest - 3; end+4 <= len(data) && binary.LittleEndian.Uint32(data[at:]) == binary.LittleEndian.Uint32(data[end:]) {
				if length := matchLength(data, i-distance, i); length > longest {
					longest = length
					f.found = append(f.found, match(length, distance))
				}
			}
			if tries--; tries == 0 || longest >= enoughMatch {
				break
			}
			distance += int(f.earlier[(i-distance)&(window-1)])
		}
		f.counts[i-from] = uint8(len(f.found) - before)
		if longest >= enoughMatch {
			i = f.pass(data, &p, i, i+longest)
		}
	}
}

// pass has seen the places behind one of p's up to another, where nothing is to be
// found, and returns the last one of them.
func (f *matchFinder) pass(data []byte, p *places, i, to int) int {
	if p.row == 1 {
		f.passAll(data, i+1, min(to, len(data)-3))
		return to - 1
	}
	for {
		next := *p
		n := next.step()
		if i+n >= to || i+n+4 > len(data) {
			return i
		}
		*p, i = next, i+n
		v := binary.LittleEndian.Uint32(data[i:])
		four := &f.fours[v*2654435761>>(32-fourBits)]
		f.earlier[i%window] = uint16(min(i-int(*four), 65535))
		*four = int32(i)
		f.threes[v<<8*2654435761>>(32-threeBits)] = int32(i)
	}
}

// passAll has seen all places from one up to another.
func (f *matchFinder) passAll(data []byte, from, to int) {
	for i := from; i < to; i++ {
		v := binary.LittleEndian.Uint32(data[i:])
		four := &f.fours[v*2654435761>>(32-fourBits)]
		f.earlier[i%window] = uint16(min(i-int(*four), 65535))
		for i+1 < to && binary.LittleEndian.Uint32(data[i+1:]) == v { // a byte again and again
			i++
			f.earlier[i%window] = 1
		}
		*four = int32(i)
		f.threes[v<<8*2654435761>>(32-threeBits)] = int32(i)
	}
}

// saves returns how many bytes matches could save about, of data that takes so many
// without: those with where the same three bytes were last seen, unless that is a
// run. It forgets what was seen.
func (f *matchFinder) saves(data []byte, coded int) int {
	f.reset()
	literal := 8 * coded / max(1, len(data)) // bits
	saved := 0
	for i := 0; i+4 <= len(data); i++ {
		v := binary.LittleEndian.Uint32(data[i:])
		three := &f.threes[v<<8*2654435761>>(32-threeBits)]
		distance := i - int(*three)
		*three = int32(i)
		if isRun := (v^v>>8)&0xffff == 0; isRun || distance > window || (binary.LittleEndian.Uint32(data[i-distance:])^v)<<8 != 0 {
			continue
		}
		length := matchLength(data, i-distance, i)
		const code = 10 // bits of the codes, about
		if gain := length*literal - code - bits.Len(uint(distance)); gain > 0 {
			saved += gain
			i += length - 1
		}
	}
	return saved / 8
}

// matchLength returns how many bytes are the same from two places on, of which the
// second one is the later, up to the end of data.
func matchLength(data []byte, there, here int) int {
	n, most := 0, min(len(data)-here, maxMatch)
	for ; n+8 <= most; n += 8 {
		if x := binary.LittleEndian.Uint64(data[there+n:]) ^ binary.LittleEndian.Uint64(data[here+n:]); x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
	}
	for n < most && data[there+n] == data[here+n] {
		n++
	}
	return n
}
