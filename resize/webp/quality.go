package webp

import "github.com/edgeresize/edgeresize/resize/pic"

// alike has indices of quantisation of VP8. The command resize/bench/bytes measures with
// -calibrate what they should be.
var alike = pic.Alike{
	{0, 127}, {10, 110}, {20, 80}, {30, 60}, {40, 52}, {50, 43}, {60, 37}, {70, 28}, {80, 21}, {90, 11}, {95, 4}, {100, 0},
}

// Quantizer returns VP8's index of quantisation, 0 to 127, at which pictures look, on
// average, as JPEGs do at a quality from 1 to 100.
func Quantizer(quality int) int { return alike.Quantizer(quality) }
