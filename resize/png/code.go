package png

import (
	"math/bits"
	"slices"
)

// prefixCode is a Huffman code as deflate writes it: the bits of each symbol's code,
// the first one lowest, and the number of bits, or 0 for a symbol without a code.
type prefixCode struct {
	bits    [maxLiterals]uint16
	lengths [maxLiterals]uint8
	used    int // number of symbols up to the last that has a code
	sorted  [maxLiterals]uint64
}

// set makes the shortest code for symbols with the given counts, of at most limit bits
// for each. It makes at least two codes, which all decoders accept.
func (c *prefixCode) set(counts []uint32, limit int) {
	n := 0
	for symbol, count := range counts {
		if count > 0 {
			c.sorted[n] = uint64(count)<<16 | uint64(symbol)
			n++
		}
	}
	for symbol := 0; n < 2; symbol++ {
		if counts[symbol] == 0 {
			c.sorted[n] = 1<<16 | uint64(symbol)
			n++
		}
	}
	sorted := c.sorted[:n]
	slices.Sort(sorted)
	var perLength [maxCodeBits + 1]int
	c.countLengths(n, limit, &perLength)
	clear(c.lengths[:])
	at := n
	for length := 1; length <= limit; length++ {
		for range perLength[length] { // the most frequent symbols get the shortest codes
			at--
			c.lengths[sorted[at]&0xffff] = uint8(length)
		}
	}
	c.number(&perLength)
}

// countLengths counts in perLength how many of the n sorted symbols have codes of each
// length. It walks Huffman's tree from the leaves to the root, and cuts what is deeper
// than limit.
func (c *prefixCode) countLengths(n, limit int, perLength *[maxCodeBits + 1]int) {
	var weights [maxLiterals]uint64 // of inner nodes, in the order of their creation
	var parents [2 * maxLiterals]uint16
	leaf, node := 0, 0
	for made := range n - 1 {
		for range 2 {
			if node == made || leaf < n && c.sorted[leaf]>>16 <= weights[node] {
				weights[made] += c.sorted[leaf] >> 16
				parents[leaf] = uint16(made)
				leaf++
			} else {
				weights[made] += weights[node]
				parents[maxLiterals+node] = uint16(made)
				node++
			}
		}
	}
	var depths [maxLiterals]int // of inner nodes; the root is the last
	for i := n - 3; i >= 0; i-- {
		depths[i] = depths[parents[maxLiterals+i]] + 1
	}
	room := 1 << limit // free codes, counted as codes of limit bits
	for i := range n {
		length := min(depths[parents[i]]+1, limit)
		perLength[length]++
		room -= 1 << (limit - length)
	}
	// The cut codes take more room than there is: lengthen shorter codes.
	for ; room < 0; room++ {
		length := limit - 1
		for perLength[length] == 0 {
			length--
		}
		// One code becomes two, one of which replaces a code of limit bits.
		perLength[length]--
		perLength[length+1] += 2
		perLength[limit]--
	}
}

// number assigns codes to the symbols by length (RFC 1951, 3.2.2).
func (c *prefixCode) number(perLength *[maxCodeBits + 1]int) {
	var next [maxCodeBits + 2]int
	for length := 1; length <= maxCodeBits; length++ {
		next[length+1] = (next[length] + perLength[length]) << 1
	}
	c.used = 0
	for symbol, length := range c.lengths {
		if length == 0 {
			continue
		}
		c.used = symbol + 1
		c.bits[symbol] = bits.Reverse16(uint16(next[length])) >> (16 - length)
		next[length]++
	}
}

// size returns how many bits symbols with the given counts take.
func (c *prefixCode) size(counts []uint32) int {
	n := 0
	for symbol, count := range counts {
		n += int(count) * int(c.lengths[symbol])
	}
	return n
}
