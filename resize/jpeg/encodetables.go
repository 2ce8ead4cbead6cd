package jpeg

import "math"

// stepTable is a quantisation table of 8 bits, in the order of zigzag.
type stepTable [64]uint8

// baseSteps holds the steps of luma and chroma at a scale of 1, in 1/64, in the
// order of zigzag. A frequency of u periods in 16 samples across and v down has
// the distance r = √(u²+v²) from 0. Its step is 10·(0.8+0.281·r^1.3) for luma and
// 10·(0.935+0.3·r^1.2) for chroma; the step of DC is 0.8 and 0.85 of that.
// Compared with the tables of T.81, K.1, luma is coarser and chroma finer at low
// frequencies, and neither loses the highest ones: a tenth fewer bytes at the
// same SSIMULACRA2.
var baseSteps = func() (steps [2][64]uint32) {
	for k, place := range zigzag {
		r := math.Hypot(float64(place&7), float64(place>>3))
		luma, chroma := 0.8+0.281*math.Pow(r, 1.3), 0.935+0.3*math.Pow(r, 1.2)
		if k == 0 {
			luma, chroma = 0.8*luma, 0.85*chroma
		}
		steps[0][k], steps[1][k] = uint32(math.Round(640*luma)), uint32(math.Round(640*chroma))
	}
	return steps
}()

// stepTables returns the tables of luma and chroma at a scale in 1/1024.
func stepTables(scale uint32) (tables [2]stepTable) {
	for i := range tables {
		for k, base := range baseSteps[i] {
			tables[i][k] = uint8(min(max((base*scale+1<<15)>>16, 1), 255))
		}
	}
	return tables
}

// scales maps qualities to the scales, in 1/1024, at which variants look as
// libjpeg's do: with the same mean SSIMULACRA2 (ssimulacra2 0.5 of crates.io) as
// cjpeg -quality Q -sample 2x2 of libjpeg-turbo 2.1. They were measured over 22
// photographs of 500x300 and, apart, 12 of 1200x800, all reduced from larger
// ones; each is the geometric mean of both. Between them scales are interpolated.
var scales = [...]struct {
	quality int
	scale   uint32
}{
	{20, 3684}, {30, 2336}, {40, 1724}, {50, 1366}, {60, 1162}, {70, 872}, {80, 610}, {90, 341}, {95, 210}, {100, 0},
}

// scaleOf returns the scale, in 1/1024, of a quality, clamped to 1 to 100. Below
// the lowest measured quality it is proportional to 1/quality, as in libjpeg; at
// 100 all steps are 1.
func scaleOf(quality int) uint32 {
	quality = min(max(quality, 1), 100)
	if least := scales[0]; quality < least.quality {
		return least.scale * uint32(least.quality) / uint32(quality)
	}
	i := 0
	for quality > scales[i+1].quality {
		i++
	}
	from, to := scales[i], scales[i+1]
	part, whole := uint32(quality-from.quality), uint32(to.quality-from.quality)
	return (from.scale*(whole-part) + to.scale*part) / whole
}
