package predict

import "github.com/edgeresize/edgeresize/resize/avif/av1/tables"

// derivatives says how far a direction goes along one edge for 64 samples away from it,
// by the angle between them.
var derivatives = &tables.DrIntraDerivative

// smoothWeights are the weights of the modes SMOOTH by the size of a side, 4 to 32, as
// wide as samples.
var smoothWeights = [4][maxSize]uint16{
	widened(tables.SmWeightsTx4x4[:]), widened(tables.SmWeightsTx8x8[:]),
	widened(tables.SmWeightsTx16x16[:]), widened(tables.SmWeightsTx32x32[:]),
}

func widened(weights []uint8) (wide [maxSize]uint16) {
	for i, w := range weights {
		wide[i] = uint16(w)
	}
	return wide
}
