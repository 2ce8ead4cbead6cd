// Package predict predicts blocks of 8-bit samples from the samples around them, and
// chroma from luma. It follows section 7.11 (Prediction processes) of the AV1
// specification for intra blocks of a sequence without intra edge filter and filter
// intra.
//
// Blocks have 4, 8, 16 or 32 samples in each direction. A prediction has 16 bits per
// sample; its row y begins at y*width.
//
// With AVX2 and GOEXPERIMENT=simd vectors do the work, with the same results.
package predict

// Origin is the index in an edge of the first sample beside the block. Samples before the
// corner, and those from width+height on, are undefined; vectors may read them.
const Origin = 16

// Edge holds the samples along one side of a block.
type Edge [Origin + 2*maxSize + beyond]uint16

const (
	maxSize = 32
	beyond  = maxSize + 16 // samples that a direction may read after the last one
)

// Edges holds the samples around a block: the specification's AboveRow[ i ] at
// Above[Origin+i] and LeftCol[ i ] at Left[Origin+i], for i = -1 … width+height-1. The
// zero value is ready for Load. Edges are for one goroutine.
type Edges struct {
	Above, Left         Edge
	HaveAbove, HaveLeft bool
}

// Load takes the samples around the block of width x height whose first sample is
// plane[at]. above is the number of samples available in the row above, from the block's
// first column on: 0 if there is no such row, otherwise from width to min(2*width,
// width+height). left is the number in the column to the left, likewise. Load adds the
// missing samples up to width+height as section 7.11.2 says. 32 readable samples must
// follow plane's last row.
func (e *Edges) Load(plane []uint8, stride, at, width, height, above, left int) {
	if !e.vectorLoad(plane, stride, at, width, height, above, left) {
		e.load(plane, stride, at, width, height, above, left)
	}
}

// load does Load without vectors.
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

// loadCorner sets the corner, whose sample is plane[at], after both sides are set.
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
