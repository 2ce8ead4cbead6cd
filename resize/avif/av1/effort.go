package av1

import (
	"github.com/edgeresize/edgeresize/resize/avif/av1/deblock"
	"github.com/edgeresize/edgeresize/resize/avif/av1/tables"
)

// Effort is how hard to search.
type Effort uint8

// The efforts, from the fastest to the one of the fewest bytes.
const (
	Fast Effort = iota
	Medium
	Best
)

// effort is what an Effort means.
type effort struct {
	modes     int     // luma modes whose coefficients are looked at
	promising float32 // of what one transform looks like that four may, to be tried
	// trusting says that four which may be tried are taken, without a look at what levels
	// of one and of four cost.
	trusting bool
	// thorough says that all modes whose coefficients are looked at are coded, with all
	// transform types, and compared by what their levels cost.
	thorough     bool
	chromaSmooth bool       // mode SMOOTH for chroma
	around       []float32  // directions to rank, in degrees from the edge's
	good         [2]float32 // price of a sample below which blocks of 16 and 32 are not split
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

// wholeBelow is the mean variance, in squared steps, from which whole blocks of 16 and 32 are
// not tried.
var wholeBelow = [2]float32{40, 4}

// wholeCoarser is how much larger the qindex of whole chroma is than of half, which has
// a quarter of the samples: drawings take 1.3% fewer bytes at the same SSIMULACRA2.
const wholeCoarser = 12

// drawingFlat is the share of flat cells from which on a picture is a drawing: it has
// edges between areas of few colours.
const drawingFlat = 0.125

// filterSharpness is loop_filter_sharpness.
const filterSharpness = 4

// settings are what follows from Params for a picture.
type settings struct {
	params            Params
	quantizer         int // base_q_idx
	matrixY, matrixUV int
	chromaDelta       int  // DeltaQUDc, DeltaQUAc and V's
	deltaQ            bool // whether superblocks have quantisers of their own
	drawing           bool // whether to try what drawings are coded well by
	masking           float32
	filterLevel       int // all of loop_filter_level
}

// set makes the settings for p.
func (e *frame) set(p Params) {
	e.params, e.quantizer = p, p.Quantizer
	e.drawing = e.flat >= drawingFlat
	if e.fuzz != nil {
		e.drawing = e.fuzz(2) == 0
	}
	e.deltaQ = e.cols > 8 || e.rows > 8
	e.matrixY, e.matrixUV = matrixLevels(p.Quantizer)
	e.masking = min(max(float32(p.Quantizer+55)/20, 4), 8)
	e.chromaDelta = -4 - p.Quantizer/10
	if e.format == format444 {
		e.chromaDelta += wholeCoarser
	}
	e.chromaDelta = max(e.chromaDelta, 1-p.Quantizer)
	e.filterLevel = min(int(0.8*float64(tables.AcQlookup[p.Quantizer])/16+0.5), deblock.MaxLevel)
}

// matrixLevels returns qm_y and qm_u for a quantizer: steeper ones, which are
// of lower level, the coarser it is.
func matrixLevels(quantizer int) (y, uv int) {
	y, uv = 6, 6
	for _, from := range [...]int{36, 41, 46, 66, 86} {
		if quantizer >= from {
			y--
		}
	}
	for _, from := range [...]int{44, 70, 90} {
		if quantizer >= from {
			uv--
		}
	}
	return y, uv
}
