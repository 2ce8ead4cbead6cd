package avif

import "github.com/edgeresize/edgeresize/resize/pic"

// alike maps qualities to AV1's base_q_idx, calibrated with SSIMULACRA 2.1 over
// photographs. The command resize/bench/bytes measures the values with -calibrate.
var alike = pic.Alike{
	{0, 240}, {10, 198}, {20, 163}, {30, 138}, {40, 121}, {50, 108}, {60, 97}, {70, 83}, {80, 57}, {90, 35}, {95, 19}, {100, 1},
}

// Quantiser returns AV1's base_q_idx, 1 to 255, at which a picture looks on average like
// a JPEG of quality, 1 to 100.
func Quantiser(quality int) int { return alike.Quantiser(quality) }

// alphaQuantiser returns AV1's base_q_idx for alpha: the edges of a cut-out show errors
// before its inside does.
func alphaQuantiser(quality int) int { return max(1, Quantiser(quality)/2) }
