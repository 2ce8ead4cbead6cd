// Package predict predicts blocks of samples of 8 bits from samples around them, and
// chroma from luma, as section 7.11 (Prediction processes) of the AV1 specification
// says for intra blocks of a sequence without intra edge filter and filter intra.
//
// Blocks are of 4, 8, 16 or 32 samples in each direction. A prediction has 16 bits a
// sample, and row y of it begins at y*width.
//
// With AVX2 and GOEXPERIMENT=simd vectors do the work, to the same samples.
package predict

// Origin is where in an edge the first sample beside the block is. What is before it
// but the corner, and what is behind width+height samples, is of no meaning; it is
// there to be read by vectors.
const Origin = 16

// Edge holds samples along one side of a block.
type Edge [Origin + 2*maxSize + beyond]uint16

const (
	maxSize = 32
	beyond  = maxSize + 16 // samples that a direction may look at behind the last one
)

// Edges holds the samples around a block: AboveRow[ i ] of the specification at
// Above[Origin+i] and LeftCol[ i ] at Left[Origin+i], for i = -1 … width+height-1. The
// zero value is ready for Load; Edges are for one goroutine.
type Edges struct {
	Above, Left         Edge
	HaveAbove, HaveLeft bool
}

// Load takes the samples around the block of width x height whose first sample is
// plane[at]. Above says how many samples there are in the row above, from the
// block's first column on: 0 if there is no such row, otherwise from width to
// min(2*width, width+height), and left how many there are in the column to the left,
// likewise. What is missing of width+height is made as section 7.11.2 says. Behind the
// last row of plane 32 samples must follow that may be read.
func (e *Edges) Load(plane []uint8, stride, at, width, height, above, left int) {
	if !e.vectorLoad(plane, stride, at, width, height, above, left) {
		e.load(plane, stride, at, width, height, above, left)
	}
}

// load is Load without vectors.
func (e *Edges) load(plane []uint8, stride, at, width, height, above, left int) {
	n := width + height
	e.HaveAbove, e.HaveLeft = above > 0, left > 0
	aboveRow, leftCol := e.Above[Origin:][:n], e.Left[Origin:][:n]
	switch {
	case e.HaveAbove:
		for i, s := range plane[at-stride:][:above] {
			aboveRow[i] = uint16(s)
		}
		fill(aboveRow[above:], aboveRow[above-1])
	case e.HaveLeft:
		fill(aboveRow, uint16(plane[at-1]))
	default:
		fill(aboveRow, 127)
	}
	switch {
	case e.HaveLeft:
		for i := range left {
			leftCol[i] = uint16(plane[at-1+i*stride])
		}
		fill(leftCol[left:], leftCol[left-1])
	case e.HaveAbove:
		fill(leftCol, aboveRow[0])
	default:
		fill(leftCol, 129)
	}
	e.loadCorner(plane, at-stride-1)
}

// loadCorner sets the corner, once the sides are there, of which plane[at] is the
// sample.
func (e *Edges) loadCorner(plane []uint8, at int) {
	corner := uint16(128)
	switch {
	case e.HaveAbove && e.HaveLeft:
		corner = uint16(plane[at])
	case e.HaveAbove:
		corner = e.Above[Origin]
	case e.HaveLeft:
		corner = e.Left[Origin]
	}
	e.Above[Origin-1], e.Left[Origin-1] = corner, corner
}

// fill sets samples to s.
func fill(samples []uint16, s uint16) {
	for i := range samples {
		samples[i] = s
	}
}
