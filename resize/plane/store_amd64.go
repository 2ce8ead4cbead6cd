//go:build goexperiment.simd && amd64

package plane

import "simd/archsimd"

// storeVectors does what store does for the first sums, and returns for how many.
func storeVectors(dst []uint8, sums []int32, channels int) int {
	const step = 16
	if channels == 2 {
		return 0
	}
	const shift = weightBits + betweenBits
	half := archsimd.BroadcastInt32x8(1 << (shift - 1))
	zero, most := archsimd.BroadcastInt16x16(0), archsimd.BroadcastInt16x16(255)
	order := archsimd.LoadInt8x32(&evenBytes)
	// The sums of opaque alpha; such pixels need no division.
	opaque := archsimd.LoadInt32x8(&[8]int32{3: 255 << shift, 7: 255 << shift})
	alphas := archsimd.LoadInt32x8(&[8]int32{3: -1, 7: -1})
	n := 0
	for ; n+step <= len(sums); n += step {
		a := archsimd.LoadInt32x8((*[8]int32)(sums[n:]))
		b := archsimd.LoadInt32x8((*[8]int32)(sums[n+8:]))
		if channels == 4 && !a.Xor(opaque).Or(b.Xor(opaque)).And(alphas).IsZero() {
			storeAlpha(dst[n:n+step], sums[n:n+step], channels)
			continue
		}
		// Four samples each of a, of b, of a, of b.
		v := a.Add(half).ShiftAllRight(shift).SaturateToInt16ConcatGrouped(b.Add(half).ShiftAllRight(shift))
		packed := v.Max(zero).Min(most).AsInt8x32().PermuteOrZeroGrouped(order).AsInt32x8()
		packed.GetLo().InterleaveLo(packed.GetHi()).AsUint8x16().Store((*[step]uint8)(dst[n:]))
	}
	archsimd.ClearAVXUpperBits()
	return n
}
