package avif

import "github.com/edgeresize/edgeresize/resize/pic"

// alike has values of AV1's base_q_idx, by SSIMULACRA 2.1 over photographs. The command
// resize/bench/bytes measures with -calibrate what they should be.
var alike = pic.Alike{
	{0, 240}, {10, 198}, {20, 163}, {30, 138}, {40, 121}, {50, 108}, {60, 97}, {70, 83}, {80, 57}, {90, 35}, {95, 19}, {100, 1},
}

// Quantizer returns AV1's base_q_idx, 1 to 255, at which pictures look, on average, as
// JPEGs do at a quality from 1 to 100.
func Quantizer(quality int) int { return alike.Quantizer(quality) }

// alphaQuantizer returns AV1's base_q_idx of alpha: edges of what is cut out are seen
// before what is within them is.
func alphaQuantizer(quality int) int { return max(1, Quantizer(quality)/2) }
