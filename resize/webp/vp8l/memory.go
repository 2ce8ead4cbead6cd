package vp8l

import "unsafe"

// Memory returns the most bytes that a new [Decoder] allocates for a stream of n
// bytes.
func (h Header) Memory(n int) int64 {
	const (
		tileBits   = 2 // the smallest size of tiles
		mostGroups = 1 << 16
		// 2304 entries of a table take at least 9 bytes: those of a length of 11
		// bits, given once.
		entriesPerByte = 256
		// Growing a slice by appending leaves about as much garbage as it holds.
		growth  = 2
		named   = 1 + 2    // bytes: whether tiles name a group, and its number
		bundles = 256 << 3 // pixels
	)
	width := int64(h.Width)
	tiles := int64(tilesOf(h.Width, tileBits)) * int64(tilesOf(h.Height, tileBits))
	written := min(mostGroups, int64(n)*8/groupBits)
	groups := min(written, tiles)
	entries := min(keptEntries, groups*codes*maxTable, entriesPerByte*int64(n)+codes<<rootBits)
	rows := (transforms*2+1)*4*(width+1) + 4*width*int64(windowRows(h.Width, h.Height))
	// The tiles of two transforms and of groups, and the image they are read
	// from.
	subimages := (2*4+2)*tiles + 4*min(tiles, 2*window)
	return int64(unsafe.Sizeof(Decoder{})) + 4*bundles + rows + subimages + named*written +
		growth*(2*entries+groups*(8+4)+min(groups, keptGroups)*int64(unsafe.Sizeof(group{})))
}

// EncoderMemory returns the most bytes that a new [Encoder] allocates for a
// picture of width × height pixels.
func EncoderMemory(width, height int) int64 {
	const (
		// Pixels, and transformed pixels twice; matches, the chains of places and
		// runs; tokens; and symbols, in the order of tiles and counted. A bit for
		// each says whether it is a literal.
		perPixel = 4*3 + 4 + 4 + 2 + 8 + 4*2 + 4*4
		// For a block of tokens: costs, how each place is reached, and tokens.
		perPlace = 4 + 8 + 8
		perGroup = 2*4*mostTogether + 3*mostTogether + 64*8
		entries  = 4 << 20 // the most of the matches' table
	)
	pixels := int64(width) * int64(height)
	written := 5 * pixels * 2 // for noise, and what growing leaves behind
	tiles := 8 * int64(tilesOf(width, predictionBits)) * int64(tilesOf(height, predictionBits))
	return int64(unsafe.Sizeof(Encoder{})) + perPixel*pixels + pixels/8 + perPlace*min(pixels, block) +
		mostGroups*perGroup + min(entries, 8*pixels+4096) + written + (perPixel+8)*tiles/8
}
