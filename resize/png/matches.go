package png

import (
	"encoding/binary"
	"math/bits"
)

const (
	// The bits of hashes of four and of three bytes.
	fourBits, threeBits = 15, 15
	// enoughMatch is the length of a match that ends the search for longer ones, and
	// for others within it.
	enoughMatch = 64
	// chunkBytes is how many bytes are parsed at a time.
	chunkBytes = 32 << 10
	// never is a position outside of every window.
	never = -1 << 20
)

// matchFinder finds repetitions in data, chunk by chunk.
type matchFinder struct {
	// Where each hash of four and of three bytes was last seen, and for each position
	// in the window its distance from the previous one with the same hash of four, at
	// most 65535.
	fours   [1 << fourBits]int32
	threes  [1 << threeBits]int32
	earlier [window]uint16
	// found holds the matches of the positions of a chunk, in order; for each position,
	// longer and farther matches come later. counts says how many each position has.
	found  []token
	counts [chunkBytes]uint8
}

// reset forgets the positions seen.
func (f *matchFinder) reset() {
	for i := range f.fours {
		f.fours[i] = never
	}
	for i := range f.threes {
		f.threes[i] = never
	}
}

// findRuns finds runs of equal bytes in a chunk, data[from:to].
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

// find finds matches for the positions of a chunk, data[from:to]. It must have seen
// everything before. It compares each position with as many others as the effort says,
// and with one that has the same three bytes.
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
			i = f.skip(data, &p, i, i+longest)
		}
	}
}

// skip records the positions of p after i and before to, without searching, and returns
// the last of them.
func (f *matchFinder) skip(data []byte, p *places, i, to int) int {
	if p.row == 1 {
		f.skipAll(data, i+1, min(to, len(data)-3))
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

// skipAll records all positions in [from, to).
func (f *matchFinder) skipAll(data []byte, from, to int) {
	for i := from; i < to; i++ {
		v := binary.LittleEndian.Uint32(data[i:])
		four := &f.fours[v*2654435761>>(32-fourBits)]
		f.earlier[i%window] = uint16(min(i-int(*four), 65535))
		for i+1 < to && binary.LittleEndian.Uint32(data[i+1:]) == v { // a run of one byte
			i++
			f.earlier[i%window] = 1
		}
		*four = int32(i)
		f.threes[v<<8*2654435761>>(32-threeBits)] = int32(i)
	}
}

// saves returns about how many bytes matches could save in data that takes coded bytes
// without. It counts matches with the last position of the same three bytes, except
// runs. It forgets the positions seen.
func (f *matchFinder) saves(data []byte, coded int) int {
	f.reset()
	literal := 8 * coded / max(1, len(data)) // bits of a literal
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
		const code = 10 // estimated bits of the codes
		if gain := length*literal - code - bits.Len(uint(distance)); gain > 0 {
			saved += gain
			i += length - 1
		}
	}
	return saved / 8
}

// matchLength returns how many bytes from there on equal those from here on, up to the
// end of data. here is the later position.
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
