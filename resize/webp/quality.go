package webp

// alike are indices of quantisation of VP8 at which a lossy WebP looks about as this
// project's JPEG does at qualities of 0, 10, 20, … 100, and one at 95. The command
// resize/bench/bytes measures with -calibrate what they should be.
var alike = [...]struct{ quality, quantizer int }{
	{0, 127}, {10, 110}, {20, 80}, {30, 60}, {40, 52}, {50, 43}, {60, 37}, {70, 28}, {80, 21}, {90, 11}, {95, 4}, {100, 0},
}

// Quantizer returns VP8's index of quantisation, 0 to 127, at which pictures look, on
// average, as JPEGs do at a quality from 1 to 100.
func Quantizer(quality int) int {
	i := 1
	for quality > alike[i].quality {
		i++
	}
	low, high := alike[i-1], alike[i]
	span := high.quality - low.quality
	return low.quantizer - ((low.quantizer-high.quantizer)*(quality-low.quality)+span/2)/span
}
