package av1

import "github.com/edgeresize/edgeresize/resize/avif/av1/tables"

// noMatrix is the matrix level that turns quantiser matrices off.
const noMatrix = 15

// Step returns the quantiser step of luma's AC coefficients at quantiser, a base_q_idx
// from 0 to 255, in eighths of a level.
func Step(quantiser int) int { return int(tables.AcQlookup[quantiser]) }

// quantSteps are the quantiser steps of a plane at a qindex, by transform size and
// transposed place. Coefficients of every size are 8 times those of an orthonormal
// transform.
type quantSteps struct {
	qindex  int
	ac      float32       // step without a matrix
	step    [4][]int32    // q2 of "Reconstruct process"
	inverse [4][]float32  // 1/step
	ints    [1360]int32   // backs step
	floats  [1360]float32 // backs inverse
}

// matrixAt has the offset of each transform size in a quantiser matrix (Qm_Offset).
var matrixAt = [5]int{0, 16, 80, 336, 1360}

// reset sets s to the steps of a plane at a qindex; difference is added to qindex for the
// plane, matrix is its matrix level.
func (s *quantSteps) reset(qindex, difference, matrix, plane int) {
	s.qindex = qindex
	at := min(max(qindex+difference, 0), 255)
	dcDifference := 0
	if plane > 0 {
		dcDifference = difference
	}
	dc, ac := int32(tables.DcQlookup[min(max(qindex+dcDifference, 0), 255)]), int32(tables.AcQlookup[at])
	s.ac = float32(ac)
	for tx := range 4 {
		from, end := matrixAt[tx], matrixAt[tx+1]
		s.step[tx], s.inverse[tx] = s.ints[from:end:end], s.floats[from:end:end]
		bits := tx + 2
		for i := range s.step[tx] {
			q := ac
			if i == 0 {
				q = dc
			}
			if matrix < noMatrix {
				transposed := i&(1<<bits-1)<<bits | i>>bits
				q = (q*int32(tables.QuantizerMatrix[matrix][plane][from+transposed]) + 16) >> 5
			}
			s.step[tx][i], s.inverse[tx][i] = q, 1/float32(q)
		}
	}
}

// quantPair holds the steps of luma and of chroma at a qindex.
type quantPair struct {
	luma, chroma quantSteps
}

// beginSteps drops all steps, which depend on the picture's settings.
func (e *searcher) beginSteps() {
	const most = 2*maxDeltaQ>>deltaQRes + 1
	if e.steps == nil {
		e.steps = make([]quantPair, 0, most)
	}
	e.steps, e.stepsOf = e.steps[:0], [256]uint8{}
}

// useQindex sets e.luma and e.chroma to the steps at a qindex.
func (e *searcher) useQindex(qindex int) {
	if e.stepsOf[qindex] == 0 {
		e.steps = e.steps[:len(e.steps)+1]
		e.stepsOf[qindex] = uint8(len(e.steps))
		s := &e.steps[len(e.steps)-1]
		s.luma.reset(qindex, 0, e.matrixY, 0)
		if e.planes > 1 {
			s.chroma.reset(qindex, e.chromaDelta, e.matrixUV, 1)
		}
	}
	s := &e.steps[e.stepsOf[qindex]-1]
	e.luma, e.chroma = &s.luma, &s.chroma
}
