package webp

import (
	"math"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// alike and alikeLarge map qualities to quantiser indices of VP8 at which
// pictures look as libjpeg's do, by SSIMULACRA 2.1, over 12 photographs at
// 500x300 and 8 at 1200x800: the larger, the finer. The command
// resize/bench/bytes measures them with
//
//	bytes -calibrate -only WebP -in DIR
var (
	alike = pic.Alike{
		{0, 127}, {10, 106}, {20, 74}, {30, 58}, {40, 50}, {50, 42}, {60, 36}, {70, 28}, {80, 22}, {90, 12}, {95, 5}, {100, 0},
	}
	alikeLarge = pic.Alike{
		{0, 127}, {10, 106}, {20, 74}, {30, 57}, {40, 47}, {50, 38}, {60, 31}, {70, 24}, {80, 18}, {90, 9}, {95, 3}, {100, 0},
	}
)

// The numbers of pixels at which alike and alikeLarge hold. Between them
// quantisers are interpolated by the logarithm.
const (
	fewPixels  = 500 * 300
	manyPixels = 1200 * 800
)

// Quantiser returns VP8's quantiser index, 0 to 127, at which small pictures
// look, on average, as libjpeg's do at a quality from 1 to 100.
func Quantiser(quality int) int { return alike.Quantiser(quality) }

// QuantiserAt returns what [Quantiser] does, for pictures with the given number
// of pixels.
func QuantiserAt(quality, pixels int) int {
	small, large := alike.Quantiser(quality), alikeLarge.Quantiser(quality)
	part := math.Log2(float64(pixels)/fewPixels) / math.Log2(float64(manyPixels)/fewPixels)
	return small - int(math.Round(float64(small-large)*max(0, min(1, part))))
}
