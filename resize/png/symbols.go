package png

import "math/bits"

// minMatch is the least length of a match (RFC 1951, 3.2.5).
const minMatch = 3

// lengthSymbol maps a match length to its symbol, less 257. lengthBase and lengthExtra
// hold the least length of each symbol and the number of its extra bits. distanceBase
// and distanceExtra are the same for distances (RFC 1951, 3.2.5).
var (
	lengthSymbol                [maxMatch + 1]uint8
	lengthBase, lengthExtra     [maxLiterals - 257]uint16
	distanceBase, distanceExtra [maxDistances]uint16
)

func init() {
	base := minMatch
	for i := range lengthBase {
		extra := max(0, i/4-1)
		if i == len(lengthBase)-1 {
			base, extra = maxMatch, 0
		}
		lengthBase[i], lengthExtra[i] = uint16(base), uint16(extra)
		for j := base; j < min(base+1<<extra, maxMatch+1); j++ {
			lengthSymbol[j] = uint8(i)
		}
		base += 1 << extra
	}
	base = 1
	for i := range distanceBase {
		extra := max(0, i/2-1)
		distanceBase[i], distanceExtra[i] = uint16(base), uint16(extra)
		base += 1 << extra
	}
}

// distanceSymbol returns the symbol of a distance: there are two for each power of two.
func distanceSymbol(distance int) int {
	if distance <= 2 {
		return distance - 1
	}
	top := bits.Len(uint(distance-1)) - 1
	return 2*top + (distance-1)>>(top-1)&1
}

// token is a unit of deflate data: a literal, or a match, which has its length in bits
// 16 and up and its distance, less 1, below.
type token uint32

func match(length, distance int) token { return token(length<<16 | (distance - 1)) }

func (t token) isMatch() bool { return t >= minMatch<<16 }
func (t token) length() int   { return int(t >> 16) }
func (t token) distance() int { return int(t&0xffff) + 1 }

// tally counts the symbols of tokens.
type tally struct {
	literals  [maxLiterals]uint32 // and lengths
	distances [maxDistances]uint32
}

func (y *tally) add(tokens []token) {
	for _, t := range tokens {
		if t.isMatch() {
			y.literals[257+int(lengthSymbol[t.length()])]++
			y.distances[distanceSymbol(t.distance())]++
		} else {
			y.literals[t&0xff]++
		}
	}
}

// addBytes counts bytes as literals. It uses four counts, because incrementing the same
// one twice in a row would stall.
func (y *tally) addBytes(data []byte) {
	var counts [4][256]uint32
	for ; len(data) >= 4; data = data[4:] {
		counts[0][data[0]]++
		counts[1][data[1]]++
		counts[2][data[2]]++
		counts[3][data[3]]++
	}
	for _, v := range data {
		counts[0][v]++
	}
	for i := range 256 {
		y.literals[i] += counts[0][i] + counts[1][i] + counts[2][i] + counts[3][i]
	}
}

func (y *tally) join(other *tally) {
	for i, n := range other.literals {
		y.literals[i] += n
	}
	for i, n := range other.distances {
		y.distances[i] += n
	}
}

// extraBits returns how many extra bits the tokens take after their codes.
func (y *tally) extraBits() int {
	n := 0
	for i, extra := range lengthExtra {
		n += int(y.literals[257+i]) * int(extra)
	}
	for i, extra := range distanceExtra {
		n += int(y.distances[i]) * int(extra)
	}
	return n
}
