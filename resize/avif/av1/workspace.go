package av1

import (
	"github.com/edgeresize/edgeresize/resize/avif/av1/predict"
	"github.com/edgeresize/edgeresize/resize/avif/av1/transform"
)

// workspace is scratch of the search.
type workspace struct {
	sums        contextSums
	transformer transform.Transformer
	residual    transform.Block
	part        transform.Block
	edges       [2]predict.Edges

	predictions [maxCandidates + maxPalettes][1024]uint16
	quarter     [2][1024]uint16 // predictions of parts, and of chroma
	candidates  [maxCandidates + maxPalettes]candidate
	palettes    paletteWork
	coefs       [3][1024]int32 // of two transforms being compared, and of one more
	x           [1024]float32
	weighed     [1024]int16 // levels that weigh has chosen
	split       [1024]int16 // luma levels of four transforms
	chroma      chromaWork

	transformRate float32 // of all transforms of the block so far

	whole  [2]savedBlock // of 16 and 32
	before edges         // contexts that a block found, for its next mode
}
