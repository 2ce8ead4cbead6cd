package av1

// Intra modes ("Intra frame Y mode semantics").
const (
	modeDC = iota
	modeV
	modeH
	modeD45
	modeD135
	modeD113
	modeD157
	modeD203
	modeD67
	modeSmooth
	modeSmoothV
	modeSmoothH
	modePaeth
	modeCfL // of chroma only
)

// isDirectional reports whether a mode has an angle.
func isDirectional(mode uint8) bool { return mode >= modeV && mode <= modeD67 }

// The transform types in use, numbered as in the specification. The first half of a name
// is the transform of columns.
const (
	dctDct = iota
	adstDct
	dctAdst
	adstAdst
	txTypes
)

// Symbols of transform types ("Transform type syntax", inverse tables).
var (
	txSymbol7 = [txTypes]uint8{dctDct: 1, adstDct: 5, dctAdst: 6, adstAdst: 4} // up to 8
	txSymbol5 = [txTypes]uint8{dctDct: 1, adstDct: 3, dctAdst: 4, adstAdst: 2} // of 16
)

// modeTxType is the specification's Mode_To_Txfm.
var modeTxType = [modeCfL + 1]uint8{
	modeV: adstDct, modeH: dctAdst,
	modeD135: adstAdst, modeD113: adstDct, modeD157: dctAdst, modeD203: dctAdst, modeD67: adstDct,
	modeSmooth: adstAdst, modeSmoothV: adstDct, modeSmoothH: dctAdst, modePaeth: adstAdst,
}

// chromaTxType returns the transform type for a chroma mode and a transform size.
func chromaTxType(mode uint8, tx int) uint8 {
	if tx == 3 {
		return dctDct
	}
	return modeTxType[mode]
}

// leaf holds the decisions for a block.
type leaf struct {
	size    uint8   // 0 for 8, 1 for 16, 2 for 32
	depth   uint8   // tx_depth: 0 for one luma transform, 1 for four
	skip    bool    // no plane has coefficients
	palette palette // of luma, if mode is DC
	mode    uint8
	delta   int8 // AngleDeltaY
	uvMode  uint8
	uvDelta int8
	alpha   [2]int8 // CflAlphaU, CflAlphaV
	luma    [4]transformed
	chroma  [2]transformed
}

// cell returns the cell that l leaves on its edges.
func (l *leaf) cell() cell {
	return cell{l.mode, l.size + 1, l.size + 2 - l.depth, uint8(oneIf(l.skip)), l.palette}
}

// transformed is a coded transform block: eob is how many steps of its scan are coded,
// kind its type.
type transformed struct {
	eob  uint16
	kind uint8
}

// superblock holds the decisions for 64x64 samples. Cells are in Morton order, so that
// those of a block are consecutive. A cell has 64 luma levels. Each transform's levels
// are transposed; four transforms of a block follow one another.
type superblock struct {
	col, row int // cells
	qindex   int
	price    price
	leaves   [64]leaf
	levels   [3][64 * 64]int16
	// colourMap has the index of each sample's colour in its block's palette, if there is
	// one; each block is in rows.
	colourMap [64 * 64]uint8
}

// morton returns the number of a cell in its superblock.
func morton(col, row int) int {
	return spread[col&7] | spread[row&7]<<1
}

var spread = [8]int{0, 1, 4, 5, 16, 17, 20, 21}

// run returns the levels of plane p for the block of a size at cell number.
func (e *pass) run(p, number, size int) []int16 {
	shift := 0
	if p > 0 {
		shift = 2 * e.chromaShift
	}
	return e.sb.levels[p][number*64>>shift:][: 64<<(2*size)>>shift : 64<<(2*size)>>shift]
}
