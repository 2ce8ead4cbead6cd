package predict

import "github.com/edgeresize/edgeresize/resize/avif/av1/tables"

// derivatives has, by the angle between a direction and an edge, how far the direction
// moves along the edge for 64 samples away from it.
var derivatives = &tables.DrIntraDerivative

// smoothWeights are the weights of the SMOOTH modes by the size of a side, 4 to 32.
var smoothWeights = [4][maxSize]uint16{
	widened(tables.SmWeightsTx4x4[:]), widened(tables.SmWeightsTx8x8[:]),
	widened(tables.SmWeightsTx16x16[:]), widened(tables.SmWeightsTx32x32[:]),
}

// widened returns weights as wide as samples.
func widened(weights []uint8) (wide [maxSize]uint16) {
	for i, w := range weights {
		wide[i] = uint16(w)
	}
	return wide
}
