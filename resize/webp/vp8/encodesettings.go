package vp8

import (
	"github.com/edgeresize/edgeresize/resize/webp/vp8/loopfilter"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// settings holds what follows from Params for a picture.
type settings struct {
	params    Params
	segmented bool // there is more than one segment
	quantiser [segments]int
	deltas    tables.Deltas
	steps     [segments]segmentSteps
	treeProbs [segments - 1]uint8 // probabilities of the tree of segments

	filterLevels [segments]int
	sharpness    int
}

// segmentSteps says how a segment is quantised.
type segmentSteps struct {
	planes      [tables.Planes]planeSteps
	dequantised tables.Steps
	lambda      int64
}

// What gains most by SSIMULACRA 2.1 over photographs: finer steps for low
// frequencies and for chroma, and a very weak filter.
var finer = tables.Deltas{LumaDC: -11, Y2DC: -2, Y2AC: -3, ChromaDC: -7}

const (
	sharpness = 6
	// filterStep is the AC quantiser step for each level of the filter.
	filterStep = 10
)

// Weights of squared errors, in coded order: luma's, which fall with the
// frequency; Y2's, whose scale is twice luma's; and chroma's.
var lumaWeights, y2Weights, chromaWeights = func() (luma, second, chroma [16]int64) {
	for n, at := range tables.Zigzag {
		luma[n] = (1500 - 200*int64(at>>2+at&3)) << choiceBits
		second[n] = 380 << choiceBits
		chroma[n] = 2400 << choiceBits
	}
	return luma, second, chroma
}()

// lambdaOf returns the cost of 1/256 bit, in the unit of weights, against luma
// errors with steps of the given size.
func lambdaOf(step int) int64 { return int64((step*step*3+8)>>4) << choiceBits }

// set computes the settings for p.
func (e *Encoder) set(p Params) {
	e.params, e.deltas, e.sharpness = p, finer, sharpness
	e.classify()
	for i, q := range e.quantiser {
		e.filterLevels[i] = min(int(tables.AC[q])/filterStep, loopfilter.MaxLevel)
	}
	if e.fuzz != nil {
		e.fuzzSettings()
	}
	for i, q := range e.quantiser {
		s := &e.steps[i]
		s.dequantised = tables.StepsOf(q, e.deltas)
		s.planes[tables.PlaneLumaAC].set(s.dequantised.Luma, &lumaWeights)
		s.planes[tables.PlaneLuma].set(s.dequantised.Luma, &lumaWeights)
		s.planes[tables.PlaneY2].set(s.dequantised.Y2, &y2Weights)
		s.planes[tables.PlaneChroma].set(s.dequantised.Chroma, &chromaWeights)
		s.lambda = lambdaOf(s.dequantised.Luma[1])
	}
}

// fuzzSettings chooses random settings.
func (e *Encoder) fuzzSettings() {
	for _, d := range [...]*int{&e.deltas.LumaDC, &e.deltas.Y2DC, &e.deltas.Y2AC, &e.deltas.ChromaDC, &e.deltas.ChromaAC} {
		*d = e.fuzz(2) * (e.fuzz(31) - 15)
	}
	e.sharpness = e.fuzz(8)
	for i := range e.filterLevels {
		if e.filterLevels[i] = e.filterLevels[0]; e.segmented || i == 0 {
			e.filterLevels[i] = e.fuzz(loopfilter.MaxLevel+1) * e.fuzz(2)
		}
	}
}
