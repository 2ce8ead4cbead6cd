package av1

import (
	"github.com/edgeresize/edgeresize/resize/avif/av1/deblock"
	"github.com/edgeresize/edgeresize/resize/avif/av1/tables"
)

// Effort says how hard to search.
type Effort uint8

// The efforts, from the fastest to the one of the fewest bytes.
const (
	Fast Effort = iota
	Medium
	Best
)

// effort is the meaning of an Effort.
type effort struct {
	modes int // luma modes that are compared by their coefficients
	// promising decides whether to try four transforms in place of one: if the proxy of
	// the four is below promising times that of the one.
	promising float32
	// trusting takes four transforms whenever they are tried, without comparing the prices
	// of levels.
	trusting bool
	// thorough codes each of the compared modes, with all transform types, and compares the
	// prices of their levels.
	thorough     bool
	chromaSmooth bool       // whether to try mode SMOOTH for chroma
	around       []float32  // directions to rank, in degrees from the edge's direction
	good         [2]float32 // price per sample below which blocks of 16 and 32 are not split
}

var efforts = [...]effort{
	Fast: {
		modes: 1, promising: 1, trusting: true,
		around: []float32{0, -4, 4}, good: [2]float32{0.2, 0.04},
	},
	Medium: {
		modes: 2, promising: 1.2, chromaSmooth: true,
		around: []float32{0, -4, 4, -8, 8}, good: [2]float32{0.02, 0.02},
	},
	Best: {
		modes: 6, promising: 1.2, thorough: true, chromaSmooth: true,
		around: []float32{0, -4, 4, -8, 8},
	},
}

// wholeBelow is the mean variance, in squared quantiser steps, from which on blocks of 16
// and 32 are split without being tried whole.
var wholeBelow = [2]float32{40, 4}

// wholeCoarser is added to chroma's qindex at 4:4:4, which has four times the samples of
// 4:2:0: drawings take 1.3% fewer bytes at the same SSIMULACRA2.
const wholeCoarser = 12

// drawingFlat is the share of flat cells from which on a picture is a drawing: it has
// edges between areas of few colours.
const drawingFlat = 0.125

// filterSharpness is loop_filter_sharpness.
const filterSharpness = 4

// settings are what follows from Params for a picture.
type settings struct {
	params            Params
	quantiser         int // base_q_idx
	matrixY, matrixUV int
	chromaDelta       int  // DeltaQUDc, DeltaQUAc and V's
	deltaQ            bool // whether superblocks have quantisers of their own
	drawing           bool // whether to use the tools for drawings
	masking           float32
	filterLevel       int // each loop_filter_level
}

// set derives the settings from p.
func (e *frame) set(p Params) {
	e.params, e.quantiser = p, p.Quantiser
	e.drawing = e.flat >= drawingFlat
	if e.fuzz != nil {
		e.drawing = e.fuzz(2) == 0
	}
	e.deltaQ = e.cols > 8 || e.rows > 8
	e.matrixY, e.matrixUV = matrixLevels(p.Quantiser)
	e.masking = min(max(float32(p.Quantiser+55)/20, 4), 8)
	e.chromaDelta = -4 - p.Quantiser/10
	if e.format == format444 {
		e.chromaDelta += wholeCoarser
	}
	e.chromaDelta = max(e.chromaDelta, 1-p.Quantiser)
	e.filterLevel = min(int(0.8*float64(tables.AcQlookup[p.Quantiser])/16+0.5), deblock.MaxLevel)
}

// matrixLevels returns qm_y and qm_u for a quantiser. A coarser quantiser gets a lower
// level, which is a steeper matrix.
func matrixLevels(quantiser int) (y, uv int) {
	y, uv = 6, 6
	for _, from := range [...]int{36, 41, 46, 66, 86} {
		if quantiser >= from {
			y--
		}
	}
	for _, from := range [...]int{44, 70, 90} {
		if quantiser >= from {
			uv--
		}
	}
	return y, uv
}
