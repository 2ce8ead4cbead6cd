package avif

// alike are quantisers (base_q_idx of AV1) at which an AVIF looks as this project's JPEG
// does at qualities of 0, 10, 20, … 100, by SSIMULACRA 2.1 and on average over
// photographs, and one at 95. The command resize/bench/bytes measures that with
// -calibrate.
var alike = [...]struct{ quality, quantizer int }{
	{0, 240}, {10, 198}, {20, 163}, {30, 138}, {40, 121}, {50, 108}, {60, 97}, {70, 83}, {80, 57}, {90, 35}, {95, 19}, {100, 1},
}

// Quantizer returns AV1's base_q_idx, 1 to 255, at which pictures look, on average, as
// JPEGs do at a quality from 1 to 100.
func Quantizer(quality int) int {
	i := 1
	for quality > alike[i].quality {
		i++
	}
	low, high := alike[i-1], alike[i]
	span := high.quality - low.quality
	return low.quantizer - ((low.quantizer-high.quantizer)*(quality-low.quality)+span/2)/span
}

// alphaQuantizer returns AV1's base_q_idx of alpha: edges of what is cut out are seen
// before what is within them is.
func alphaQuantizer(quality int) int { return max(1, Quantizer(quality)/2) }
