package jpeg

import (
	"cmp"
	"slices"
)

// symbolCounts says how often each symbol is used.
type symbolCounts [256]int32

func (c *symbolCounts) any() bool { return *c != symbolCounts{} }

// symbolCodes is a Huffman code that T.81 can define: no code is longer than 16
// bits, and none consists of ones alone.
type symbolCodes struct {
	lengths [17]uint8 // BITS: codes of each length, 1 to 16
	symbols []uint8   // HUFFVAL: symbols in the order of their codes
	// codes holds for each symbol the code, shifted left to leave room for
	// the bits that follow the symbol, and the length of both.
	codes [256]struct {
		bits   uint32
		length uint8
	}
}

func (c *symbolCodes) used() bool { return len(c.symbols) > 0 }

// optimalCodes makes the best code for symbols that are used as often as
// counted, at least one of them.
func optimalCodes(counts *symbolCounts) symbolCodes {
	var leaves []leaf
	for s, n := range counts {
		if n > 0 {
			leaves = append(leaves, leaf{uint8(s), int64(n)})
		}
	}
	slices.SortStableFunc(leaves, func(a, b leaf) int { return cmp.Compare(b.count, a.count) })
	c := symbolCodes{}
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
			follow := symbol & 15
			c.symbols = append(c.symbols, symbol)
			c.codes[symbol].bits = code << follow
			c.codes[symbol].length = uint8(length) + follow
			code++
			i++
		}
		code <<= 1
	}
	return c
}

// leaf is a symbol of a Huffman tree.
type leaf struct {
	symbol uint8
	count  int64
}

// codeLengths returns how many symbols get codes of each length, up to 16, in
// the best code for at least two leaves, the most frequent first.
func codeLengths(leaves []leaf) (lengths [17]uint8) {
	// Nodes are made in order of their counts, so that the two smallest are
	// always the next leaf or the next node.
	n := len(leaves)
	counts := make([]int64, 0, 2*n-1)
	for i := n - 1; i >= 0; i-- {
		counts = append(counts, leaves[i].count)
	}
	parent := make([]int, 2*n-1)
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
	long := make([]int, n+1)
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

// shorten changes a code, given as the number of codes of each length, to one
// without codes of more than 16 bits (T.81, figure K.3).
func shorten(lengths []int) {
	for i := len(lengths) - 1; i > 16; i-- {
		for lengths[i] > 0 {
			// Of two codes with the same prefix one takes the prefix, the other
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

// bits returns how many bits symbols take that are used as often as counted,
// with what follows them.
func (c *symbolCodes) bits(counts *symbolCounts) int64 {
	var n int64
	for s, count := range counts {
		n += int64(count) * int64(c.codes[s].length)
	}
	return n
}

// define returns the parameters of the DHT segment (T.81, B.2.4.2).
func (c *symbolCodes) define(id byte) []byte {
	params := append([]byte{id}, c.lengths[1:]...)
	return append(params, c.symbols...)
}
