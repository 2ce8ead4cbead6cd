package jpeg

import (
	"cmp"
	"slices"
)

// symbolCounts counts how often each symbol is used.
type symbolCounts [256]int32

// symbolCodes is a Huffman code that T.81 can define: no code is longer than 16
// bits, and none consists of ones alone.
type symbolCodes struct {
	lengths [17]uint8  // BITS: codes of each length, 1 to 16
	symbols [256]uint8 // HUFFVAL: symbols in the order of their codes
	used    int        // how many of symbols are used
	// codes holds each symbol's code, shifted left to leave room for the bits
	// that follow the symbol, and the length of both.
	codes [256]symbolCode
}

// symbolCode is a code shifted left over the bits that follow it; length counts
// both.
type symbolCode struct {
	bits   uint32
	length uint8
}

// optimize sets c to the best code for symbols used as often as counts says.
func (c *symbolCodes) optimize(counts *symbolCounts) {
	var array [257]leaf
	leaves := array[:0]
	for s, n := range counts {
		if n > 0 {
			leaves = append(leaves, leaf{uint8(s), int64(n)})
		}
	}
	c.used, c.lengths = len(leaves), [17]uint8{}
	if c.used == 0 {
		return
	}
	slices.SortStableFunc(leaves, func(a, b leaf) int { return cmp.Compare(b.count, a.count) })
	// One more symbol, the rarest, takes the code of ones (K.2).
	c.lengths = codeLengths(append(leaves, leaf{count: 0}))
	for length := 16; ; length-- {
		if c.lengths[length] > 0 {
			c.lengths[length]--
			break
		}
	}
	code, i := uint32(0), 0
	for length := 1; length <= 16; length++ {
		for range c.lengths[length] {
			symbol := leaves[i].symbol
			follow := following(symbol)
			c.symbols[i] = symbol
			c.codes[symbol] = symbolCode{code << follow, uint8(length) + follow}
			code++
			i++
		}
		code <<= 1
	}
}

// leaf is a leaf of a Huffman tree: a symbol and its count.
type leaf struct {
	symbol uint8
	count  int64
}

// codeLengths returns how many symbols get a code of each length, up to 16, in
// the best code for 2 to 257 leaves. The most frequent leaf comes first.
func codeLengths(leaves []leaf) (lengths [17]uint8) {
	// Nodes are made in order of their counts, so that the two smallest are
	// always the next leaf or the next node.
	n := len(leaves)
	var countsArray [2*257 - 1]int64
	counts := countsArray[: 0 : 2*n-1]
	for i := n - 1; i >= 0; i-- {
		counts = append(counts, leaves[i].count)
	}
	var parentArray [2*257 - 1]int
	parent := parentArray[:2*n-1]
	nextLeaf, nextNode := 0, n
	smallest := func() int {
		if nextNode == len(counts) || nextLeaf < n && counts[nextLeaf] <= counts[nextNode] {
			nextLeaf++
			return nextLeaf - 1
		}
		nextNode++
		return nextNode - 1
	}
	for len(counts) < cap(counts) {
		a, b := smallest(), smallest()
		parent[a], parent[b] = len(counts), len(counts)
		counts = append(counts, counts[a]+counts[b])
	}
	depth := parent // a node's depth replaces its parent, from the root down
	depth[2*n-2] = 0
	var longArray [257 + 1]int
	long := longArray[:n+1]
	for i := 2*n - 3; i >= 0; i-- {
		depth[i] = depth[parent[i]] + 1
		if i < n {
			long[depth[i]]++
		}
	}
	shorten(long)
	for i := 1; i < min(len(long), len(lengths)); i++ {
		lengths[i] = uint8(long[i])
	}
	return lengths
}

// shorten changes a code, given as the number of codes of each length, so that no
// code is longer than 16 bits (T.81, figure K.3).
func shorten(lengths []int) {
	for i := len(lengths) - 1; i > 16; i-- {
		for lengths[i] > 0 {
			// Two codes have the same prefix: one takes the prefix, the other
			// moves below a shorter code, beside the symbol that had that.
			j := i - 2
			for lengths[j] == 0 {
				j--
			}
			lengths[i] -= 2
			lengths[i-1]++
			lengths[j+1] += 2
			lengths[j]--
		}
	}
}

// bits returns how many bits symbols used as often as counts says take, including
// the bits that follow them.
func (c *symbolCodes) bits(counts *symbolCounts) int64 {
	var n int64
	for s, count := range counts {
		if count > 0 {
			n += int64(count) * int64(c.codes[s].length)
		}
	}
	return n
}

// appendDefinition appends the table, for the given destination, to the
// parameters of a DHT segment (T.81, B.2.4.2).
func (c *symbolCodes) appendDefinition(params []byte, destination byte) []byte {
	params = append(append(params, destination), c.lengths[1:]...)
	return append(params, c.symbols[:c.used]...)
}
