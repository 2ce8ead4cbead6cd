package vp8

import "github.com/edgeresize/edgeresize/resize/webp/vp8/tables"

// neighbour is what macroblocks below and to the right need of a macroblock: the
// modes of its last 4 × 4 blocks, and which of its last blocks have coefficients,
// 1 or 0.
type neighbour struct {
	modes  [4]uint8
	luma   [4]uint8
	chroma [2][2]uint8 // U and V
	y2     uint8
}

// skip records that a macroblock has no coefficients. One with 4 × 4 modes has no
// Y2, so y2 keeps its value.
func (n *neighbour) skip(mode int) {
	n.luma, n.chroma = [4]uint8{}, [2][2]uint8{}
	if mode != tables.Sub {
		n.y2 = 0
	}
}
