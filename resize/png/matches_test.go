package png

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestMatches: every match is right and within reach, and of the matches of a position,
// longer ones are farther.
func TestMatches(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	data := make([]byte, 3*chunkBytes+100)
	for i := 0; i < len(data); i++ {
		data[i] = byte(random.IntN(100))
		if i > 2000 && random.IntN(50) == 0 { // something from before, at all distances
			from := max(0, i-window-50) + random.IntN(min(i, window)-100)
			i += copy(data[i:], data[from:from+100]) - 1
		}
	}
	copy(data[50_000:], bytes.Repeat([]byte{7}, 1000))
	var f matchFinder
	for _, e := range []effort{{}, {depth: 1}, {depth: 8}, {depth: 8, row: 10, pixel: 3}} {
		depth := e.depth
		f.reset()
		found, farthest, longest := 0, 0, 0
		for from := 0; from < len(data); from += chunkBytes {
			to := min(from+chunkBytes, len(data))
			if depth == 0 {
				f.findRuns(data, from, to)
			} else {
				f.find(data, from, to, e)
			}
			rest := f.found
			for i, n := range f.counts[:to-from] {
				length, distance := minMatch-1, 0
				for _, m := range rest[:n] {
					at := from + i
					if e.row > 0 && at%e.row > 0 && (at%e.row-1)%e.pixel > 0 {
						t.Fatalf("looked for at %d", at)
					}
					if m.length() <= length || m.distance() <= distance && depth == 1 || m.distance() > min(at, window) || at+m.length() > to {
						t.Fatalf("%d back from %d, %d long, after %d back, %d long", m.distance(), at, m.length(), distance, length)
					}
					length, distance = m.length(), m.distance()
					if !bytes.Equal(data[at:at+length], matched(data, at, distance, length)) {
						t.Fatalf("%d back from %d are no %d equal bytes", distance, at, length)
					}
					farthest, longest = max(farthest, distance), max(longest, length)
					found++
				}
				rest = rest[n:]
			}
			if len(rest) > 0 {
				t.Fatalf("%d matches of no place", len(rest))
			}
		}
		if found < 300 || e.row == 0 && found < 900 || longest != maxMatch || depth > 0 && farthest < window*9/10 {
			t.Errorf("depth %d: %d matches, as far as %d, as long as %d", depth, found, farthest, longest)
		}
	}
}

// matched returns what a match copies, which may overlap what it writes.
func matched(data []byte, at, distance, length int) []byte {
	var out []byte
	for i := range length {
		out = append(out, data[at-distance+i%distance])
	}
	return out
}

// TestMatchSymbols: symbols and extra bits give back every length and distance.
func TestMatchSymbols(t *testing.T) {
	for length := minMatch; length <= maxMatch; length++ {
		s := lengthSymbol[length]
		e := literalSymbols[257+int(s)]
		if base, extra := int(e>>16), int(e&63); base != int(lengthBase[s]) || extra != int(lengthExtra[s]) || length < base || length >= base+1<<extra {
			t.Errorf("length %d is symbol %d", length, s)
		}
	}
	for distance := 1; distance <= window; distance++ {
		s := distanceSymbol(distance)
		e := distanceSymbols[s]
		if base, extra := int(e>>16), int(e&63); base != int(distanceBase[s]) || extra != int(distanceExtra[s]) || distance < base || distance >= base+1<<extra {
			t.Errorf("distance %d is symbol %d", distance, s)
		}
	}
}
