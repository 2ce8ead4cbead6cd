package vp8

import (
	"github.com/edgeresize/edgeresize/resize/webp/vp8/loopfilter"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// settings are what follows from Params for a picture.
type settings struct {
	params    Params
	segmented bool // whether there is more than one segment
	quantizer [segments]int
	deltas    tables.Deltas
	steps     [segments]segmentSteps
	treeProbs [segments - 1]uint8 // of the tree of segments

	filterLevels [segments]int
	sharpness    int
}

// segmentSteps are how a segment is quantised.
type segmentSteps struct {
	planes      [tables.Planes]planeSteps
	dequantised tables.Steps
	lambda      int64
}

// What is worth most by SSIMULACRA 2.1 over photographs: finer steps of what is of low
// frequency and of chroma, and a filter that is hardly there.
var finer = tables.Deltas{LumaDC: -11, Y2DC: -2, Y2AC: -3, ChromaDC: -7}

const (
	sharpness = 6
	// filterStep is of which quantiser step the filter's level is one.
	filterStep = 10
)

// Weights of squared errors, as coefficients are coded: luma's, which fall with the
// frequency, Y2's, whose scale is twice luma's, and chroma's.
var lumaWeights, y2Weights, chromaWeights = func() (luma, second, chroma [16]int64) {
	for n, at := range tables.Zigzag {
		luma[n] = (1500 - 200*int64(at>>2+at&3)) << choiceBits
		second[n] = 380 << choiceBits
		chroma[n] = 2400 << choiceBits
	}
	return luma, second, chroma
}()

// lambdaOf returns what 1/256 bit costs, in the unit of weights, beside errors of luma by
// steps of that size.
func lambdaOf(step int) int64 { return int64((step*step*3+8)>>4) << choiceBits }

// set makes the settings for p.
func (e *Encoder) set(p Params) {
	e.params, e.deltas, e.sharpness = p, finer, sharpness
	e.classify()
	for i, q := range e.quantizer {
		e.filterLevels[i] = min(int(tables.AC[q])/filterStep, loopfilter.MaxLevel)
	}
	if e.fuzz != nil {
		e.fuzzSettings()
	}
	for i, q := range e.quantizer {
		s := &e.steps[i]
		s.dequantised = tables.StepsOf(q, e.deltas)
		s.planes[tables.PlaneLumaAC].set(s.dequantised.Luma, &lumaWeights)
		s.planes[tables.PlaneLuma].set(s.dequantised.Luma, &lumaWeights)
		s.planes[tables.PlaneY2].set(s.dequantised.Y2, &y2Weights)
		s.planes[tables.PlaneChroma].set(s.dequantised.Chroma, &chromaWeights)
		s.lambda = lambdaOf(s.dequantised.Luma[1])
	}
}

// fuzzSettings chooses any.
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
