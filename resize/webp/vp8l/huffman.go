package vp8l

import (
	"math/bits"
	"slices"
)

// huffman makes prefix codes from counts. Its fields are scratch space.
type huffman struct {
	leaves []uint64 // count << 16 | symbol, by count
	nodes  []uint32 // counts of inner nodes
	parent []uint16 // of leaves, then of inner nodes
	depth  []uint8
	next   [maxLength + 2]uint32
}

// lengths sets out to the lengths, at most limit, of an optimal code for counts
// or, if that would be longer, of a nearly optimal one. A symbol that does not
// occur has length 0, and a single symbol has length 1.
func (h *huffman) lengths(out []uint8, counts []uint32, limit uint8) {
	clear(out)
	for least := uint32(1); ; least *= 2 {
		h.leaves = h.leaves[:0]
		for symbol, n := range counts {
			if n > 0 {
				h.leaves = append(h.leaves, uint64(max(n, least))<<16|uint64(symbol))
			}
		}
		switch len(h.leaves) {
		case 0:
			return
		case 1:
			out[h.leaves[0]&0xffff] = 1
			return
		}
		slices.Sort(h.leaves)
		if h.depths() <= limit {
			break
		}
	}
	for i, leaf := range h.leaves {
		out[leaf&0xffff] = h.depth[i]
	}
}

// depths sets the depths of leaves in Huffman's tree and returns the largest.
// Inner nodes are made in the order of their counts, so they form a queue.
func (h *huffman) depths() (deepest uint8) {
	n := len(h.leaves)
	h.nodes = h.nodes[:0]
	h.parent = sized(h.parent, 2*n-1)
	h.depth = sized(h.depth, 2*n-1)
	leaf, node := 0, 0
	take := func() uint32 {
		if leaf < n && (node == len(h.nodes) || uint32(h.leaves[leaf]>>16) <= h.nodes[node]) {
			h.parent[leaf] = uint16(n + len(h.nodes))
			leaf++
			return uint32(h.leaves[leaf-1] >> 16)
		}
		h.parent[n+node] = uint16(n + len(h.nodes))
		node++
		return h.nodes[node-1]
	}
	for len(h.nodes) < n-1 {
		a := take()
		b := take()
		h.nodes = append(h.nodes, a+b)
	}
	h.depth[2*n-2] = 0
	for i := 2*n - 3; i >= 0; i-- {
		h.depth[i] = h.depth[h.parent[i]] + 1
		deepest = max(deepest, h.depth[i])
	}
	return deepest
}

// assign sets out to the canonical code of lengths, the first bit lowest.
func (h *huffman) assign(out []uint16, lengths []uint8) {
	clear(h.next[:])
	for _, n := range lengths {
		if n > 0 {
			h.next[n+1]++
		}
	}
	for n := 2; n < len(h.next); n++ {
		h.next[n] = (h.next[n-1] + h.next[n]) << 1
	}
	// next[n+1] held the number of codes of n bits; next[n] is the first code of
	// n bits.
	for symbol, n := range lengths {
		if n > 0 {
			out[symbol] = bits.Reverse16(uint16(h.next[n])) >> (16 - n)
			h.next[n]++
		}
	}
}
