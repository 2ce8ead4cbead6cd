package av1

// neighbours holds what blocks leave for the contexts of the blocks to the right and
// below.
type neighbours struct {
	above []cell // by columns of 8
	left  [8]cell
	// Coefficient contexts by plane and 4x4 samples: the level context times 4, plus the
	// DC category ("Coefficients syntax").
	aboveCoef [3][]uint8
	leftCoef  [3][16]uint8
}

// cell is what a block leaves on 8 luma samples of its edge. Sizes count from 1. A cell
// that is not available has a block size larger than any, and no transform.
type cell struct {
	mode uint8
	size uint8 // block: 1 for 8
	tx   uint8 // transform: 1 for 4
	skip uint8

	palette palette
}

var unavailable = cell{size: 255}

// reset makes room for a picture.
func (n *neighbours) reset(e *frame) {
	n.above = resized(n.above, e.cols)
	for i := range e.planes {
		shift := 0
		if i > 0 {
			shift = e.chromaShift
		}
		n.aboveCoef[i] = resized(n.aboveCoef[i], e.cols*2>>shift)
	}
}

// beginTile makes everything above a tile unavailable.
func (n *neighbours) beginTile() {
	for i := range n.above {
		n.above[i] = unavailable
	}
	for i := range n.aboveCoef {
		clear(n.aboveCoef[i])
	}
}

// beginRow makes everything to the left of a row of superblocks unavailable.
func (n *neighbours) beginRow() {
	for i := range n.left {
		n.left[i] = unavailable
	}
	n.leftCoef = [3][16]uint8{}
}

// edges are the parts of neighbours that a block of up to 32 touches.
type edges struct {
	above, left         [4]cell
	aboveCoef, leftCoef [3][8]uint8
}

// save copies what n holds beside a block of a size at a cell.
func (n *neighbours) save(to *edges, e *frame, col, row, size int) {
	k := 1 << size
	copy(to.above[:k], n.above[col:])
	copy(to.left[:k], n.left[row&7:])
	for p := range e.planes {
		u, shift := e.units(p)
		copy(to.aboveCoef[p][:k*u], n.aboveCoef[p][col*2>>shift:])
		copy(to.leftCoef[p][:k*u], n.leftCoef[p][(row&7)*2>>shift:])
	}
}

// restore copies back what save saved.
func (n *neighbours) restore(from *edges, e *frame, col, row, size int) {
	k := 1 << size
	copy(n.above[col:], from.above[:k])
	copy(n.left[row&7:], from.left[:k])
	for p := range e.planes {
		u, shift := e.units(p)
		copy(n.aboveCoef[p][col*2>>shift:], from.aboveCoef[p][:k*u])
		copy(n.leftCoef[p][(row&7)*2>>shift:], from.leftCoef[p][:k*u])
	}
}

// units returns how many 4x4 samples of plane p a cell is wide, and the plane's shift.
func (e *frame) units(p int) (units, shift int) {
	if p > 0 && e.chromaShift > 0 {
		return 1, 1
	}
	return 2, 0
}

// stamp sets the cells on a block's edges to c.
func (n *neighbours) stamp(c cell, col, row, size int) {
	for i := range 1 << size {
		n.above[col+i] = c
		n.left[row&7+i] = c
	}
}

// stampCoef sets the coefficient context of k units on plane p's edges, from unit x of
// the picture and unit y of the superblock on.
func (n *neighbours) stampCoef(v uint8, p, x, y, k int) {
	above, left := n.aboveCoef[p][x:x+k], n.leftCoef[p][y:y+k]
	for i := range above {
		above[i] = v
	}
	for i := range left {
		left[i] = v
	}
}

// coefContexts returns the contexts of all_zero and dc_sign for a transform of k units in
// plane p. part says whether its block has more transforms ("all_zero", "dc_sign" in "Cdf
// selection process").
func (n *neighbours) coefContexts(p, x, y, k int, part bool) (allZero, dcSign int) {
	above, left := n.aboveCoef[p][x:x+k], n.leftCoef[p][y:y+k]
	var top, side uint8
	sum := 0
	for i := range above {
		a, l := above[i], left[i]
		sum += dcSigns[a&3] + dcSigns[l&3]
		top, side = max(top, a), max(side, l)
	}
	switch {
	case sum < 0:
		dcSign = 1
	case sum > 0:
		dcSign = 2
	}
	if p > 0 {
		allZero = 7 + oneIf(top != 0) + oneIf(side != 0)
		if part {
			allZero += 3
		}
		return allZero, dcSign
	}
	top, side = top>>2, side>>2
	switch {
	case !part:
		allZero = 0
	case top == 0 && side == 0:
		allZero = 1
	case top == 0 || side == 0:
		allZero = 2 + oneIf(max(top, side) > 3)
	case max(top, side) <= 3:
		allZero = 4
	case min(top, side) <= 3:
		allZero = 5
	default:
		allZero = 6
	}
	return allZero, dcSign
}

// dcSigns are the signs of DC categories.
var dcSigns = [4]int{0, -1, 1, 0}

// partitionContext returns the context of partition.
func (n *neighbours) partitionContext(col, row, size int) int {
	own := uint8(size + 1)
	return oneIf(n.above[col].size < own) + 2*oneIf(n.left[row&7].size < own)
}

// txContext returns the context of tx_depth.
func (n *neighbours) txContext(col, row, size int) int {
	own := uint8(size + 2)
	return oneIf(n.above[col].tx >= own) + oneIf(n.left[row&7].tx >= own)
}

// skipContext returns the context of skip.
func (n *neighbours) skipContext(col, row int) int {
	return int(n.above[col].skip + n.left[row&7].skip)
}
