//go:build goexperiment.simd && amd64

package plane

import "simd/archsimd"

// Pixels of two to four samples are mixed as if they had four, in vectors of four
// pixels. The samples of one channel in two neighbouring pixels lie side by side, so
// that each sum is a pixel, too.

// pixelLanes is how many samples a pixel has in a vector.
const pixelLanes = 4

// resetPixels does what reset does for pixels of several samples. There is a weight for
// each sample, from an even pixel on, so that pixels can be taken in pairs.
func (v *vector) resetPixels() {
	v.width = 0
	for _, t := range v.columns {
		n := (t.first-v.first)%2 + len(t.weights)
		v.width = max(v.width, (n*pixelLanes+lanes-1)/lanes*lanes)
	}
	v.weights = resized(v.weights, v.width*len(v.columns))
	clear(v.weights)
	for i, t := range v.columns {
		weights := v.weights[i*v.width:]
		for j, w := range t.weights {
			at := (t.first-v.first)%2 + j
			for c := range pixelLanes {
				weights[at/2*2*pixelLanes+2*c+at%2] = w
			}
		}
	}
	const pair = 2 * pixelLanes
	v.between = resized(v.between, v.n+pair)
	v.pairs = resized(v.pairs, (v.n/v.channels+1)/2*pair+v.width)
	clear(v.pairs)
}

// sampleOrders maps samples in memory to those of a pair of pixels, by the number of
// samples a pixel. Missing samples are 0.
var sampleOrders = [5][16]int8{
	2: {0, 1, 4, 5, 2, 3, 6, 7, -1, -1, -1, -1, -1, -1, -1, -1},
	3: {0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1},
	4: {0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15},
}

// arrange fills pairs from between.
func (v *vector) arrange() {
	order := archsimd.LoadInt8x16(&sampleOrders[v.channels])
	pairs := v.pairs
	for x := 0; x < v.n; x += 2 * v.channels {
		pair := archsimd.LoadInt16x8((*[8]int16)(v.between[x:])).AsInt8x16().PermuteOrZero(order)
		pair.AsInt16x8().Store((*[8]int16)(pairs))
		pairs = pairs[8:]
	}
}

// mixPixels computes the sums, one pixel at a time. The next pixel overwrites the
// missing samples of the one before.
func (v *vector) mixPixels() {
	for x, t := range v.columns {
		samples := v.pairs[(t.first-v.first)/2*2*pixelLanes:][:v.width]
		weights := v.weights[x*v.width:][:v.width]
		var even, odd archsimd.Int32x8 // pairs of pixels
		for len(weights) >= 2*lanes && len(samples) >= 2*lanes {
			even = even.Add(mixPairs(samples, weights))
			odd = odd.Add(mixPairs(samples[lanes:], weights[lanes:]))
			samples, weights = samples[2*lanes:], weights[2*lanes:]
		}
		if len(weights) > 0 {
			even = even.Add(mixPairs(samples, weights))
		}
		sum := even.Add(odd)
		sum.GetLo().Add(sum.GetHi()).Store((*[4]int32)(v.sums[x*v.channels:]))
	}
}

// mixPairs adds up two pairs of pixels, weighted.
func mixPairs(samples, weights []int16) archsimd.Int32x8 {
	return archsimd.LoadInt16x16((*[lanes]int16)(samples)).DotProductPairs(archsimd.LoadInt16x16((*[lanes]int16)(weights)))
}

// multiplyVectors does what multiplyRGBA does for the first pixels of a row, and
// returns how many.
func multiplyVectors(dst, src []uint8) int {
	const step = 8 // pixels
	if !archsimd.X86.AVX2() {
		return 0
	}
	order := archsimd.LoadInt8x32(&alphaOrder)
	odd, back := archsimd.LoadInt8x32(&oddOrder), archsimd.LoadInt8x32(&backOrder)
	opaque := archsimd.BroadcastUint32x8(0x00ff_0000).AsUint16x16()
	half := archsimd.BroadcastUint16x16(128)
	low := archsimd.BroadcastUint16x16(0x00ff)
	// (v + v>>8) >> 8 is v×257 >> 16. Shifts of unsigned numbers by a constant are
	// compiled to slow ones, which take the count from a vector.
	unit := archsimd.BroadcastUint16x16(257)
	n := 0
	for ; len(src) >= 4*step && len(dst) >= 4*step; n += step {
		pixels := archsimd.LoadUint8x32((*[4 * step]uint8)(src))
		// The even samples, red and blue, then the odd ones: green, and alpha, which is
		// multiplied by 255.
		alpha := pixels.PermuteOrZeroGrouped(order).AsUint16x16()
		rb := pixels.AsUint16x16().And(low).Mul(alpha).Add(half)
		ga := pixels.PermuteOrZeroGrouped(odd).AsUint16x16().Mul(alpha.Or(opaque)).Add(half)
		rb = rb.MulHigh(unit)
		ga = ga.MulHigh(unit)
		rb.AsUint8x32().Or(ga.AsUint8x32().PermuteOrZeroGrouped(back)).Store((*[4 * step]uint8)(dst))
		dst, src = dst[4*step:], src[4*step:]
	}
	archsimd.ClearAVXUpperBits()
	return n
}

// alphaOrder copies the alpha of a pixel to both its halves.
var alphaOrder = [32]int8{
	3, -1, 3, -1, 7, -1, 7, -1, 11, -1, 11, -1, 15, -1, 15, -1,
	3, -1, 3, -1, 7, -1, 7, -1, 11, -1, 11, -1, 15, -1, 15, -1,
}

// oddOrder moves odd samples to the even places before them; backOrder moves them back.
var (
	oddOrder = [32]int8{
		1, -1, 3, -1, 5, -1, 7, -1, 9, -1, 11, -1, 13, -1, 15, -1,
		1, -1, 3, -1, 5, -1, 7, -1, 9, -1, 11, -1, 13, -1, 15, -1,
	}
	backOrder = [32]int8{
		-1, 0, -1, 2, -1, 4, -1, 6, -1, 8, -1, 10, -1, 12, -1, 14,
		-1, 0, -1, 2, -1, 4, -1, 6, -1, 8, -1, 10, -1, 12, -1, 14,
	}
)
