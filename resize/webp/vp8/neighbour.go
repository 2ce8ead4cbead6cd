package vp8

import "github.com/edgeresize/edgeresize/resize/webp/vp8/tables"

// neighbour is what of a macroblock those below and to the right of it depend on: the
// modes of its last 4 × 4, and which of its last blocks have coefficients, 1 or 0.
type neighbour struct {
	modes  [4]uint8
	luma   [4]uint8
	chroma [2][2]uint8 // of U and of V
	y2     uint8
}

// skip notes that a macroblock has no coefficients. One of 4 × 4 modes has no Y2: that of
// those beside it is what it was.
func (n *neighbour) skip(mode int) {
	n.luma, n.chroma = [4]uint8{}, [2][2]uint8{}
	if mode != tables.Sub {
		n.y2 = 0
	}
}
