package webp

// fixed is more than tables and headers take, in bytes.
const fixed = 256 << 10

// memory returns how many bytes golang.org/x/image takes for a lossy WebP: a copy of
// the data, planes of YCbCr in whole blocks and where there is alpha its plane and
// pixels of both; of the alpha pixels of 4 bytes, twice where they were indices, and
// those of transforms; and its Huffman codes.
func (h *header) memory() int64 {
	pixels := int64(h.width+15) * int64(h.height+15)
	memory := fixed + int64(h.size) + 2*pixels
	if h.alpha {
		memory += 9*pixels + h.huffmanMemory() + pixels + 4*pixels
	}
	return memory
}

// huffmanMemory is what the Huffman codes of lossless data take at most. There
// is a group of five codes for each square of 4 by 4 pixels at most, and for no
// more than 2600 in all, which is what the decoder takes. A code is a table, and
// nodes that depend on its number of symbols: all of a group's are 51 kB at
// most, and 290 bytes for each byte of the file that they are read from.
func (h *header) huffmanMemory() int64 {
	const maxGroups, tables, nodes, nodesPerByte = 2600, 2700, 51_000, 290
	groups := min(maxGroups, int64((h.width+3)/4)*int64((h.height+3)/4))
	return groups*tables + min(groups*nodes, nodesPerByte*int64(h.size))
}
