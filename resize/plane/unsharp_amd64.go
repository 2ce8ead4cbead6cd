//go:build goexperiment.simd && amd64

package plane

import "simd/archsimd"

// vectorUnsharpColumns does what columns does, with AVX2, for the first columns, and
// returns how many.
func vectorUnsharpColumns(u *unsharp, above, row, below []uint8) int {
	if !archsimd.X86.AVX2() {
		return 0
	}
	n := len(row)
	sums, lows, highs := u.sums[1:n+1], u.lows[1:n+1], u.highs[1:n+1]
	x := 0
	for ; x+16 <= n; x += 16 {
		a := archsimd.LoadUint8x16((*[16]uint8)(above[x:]))
		r := archsimd.LoadUint8x16((*[16]uint8)(row[x:]))
		b := archsimd.LoadUint8x16((*[16]uint8)(below[x:]))
		a.Min(r).Min(b).Store((*[16]uint8)(lows[x:]))
		a.Max(r).Max(b).Store((*[16]uint8)(highs[x:]))
		twice := r.ExtendToUint16()
		a.ExtendToUint16().Add(b.ExtendToUint16()).Add(twice).Add(twice).Store((*[16]uint16)(sums[x:]))
	}
	archsimd.ClearAVXUpperBits()
	return x
}

// vectorUnsharpRow does what row does, with AVX2, for the first columns, and returns how
// many.
func vectorUnsharpRow(u *unsharp, to, row []uint8) int {
	if !archsimd.X86.AVX2() {
		return 0
	}
	least, most := archsimd.BroadcastInt16x16(0), archsimd.BroadcastInt16x16(255)
	factor, two := archsimd.BroadcastInt16x16(int16(u.factor)), archsimd.BroadcastInt16x16(2)
	even := archsimd.LoadInt8x32(&evenBytes)
	x := 0
	for ; x+16 <= len(to); x += 16 {
		low8 := archsimd.LoadUint8x16((*[16]uint8)(u.lows[x:])).
			Min(archsimd.LoadUint8x16((*[16]uint8)(u.lows[x+1:]))).
			Min(archsimd.LoadUint8x16((*[16]uint8)(u.lows[x+2:])))
		high8 := archsimd.LoadUint8x16((*[16]uint8)(u.highs[x:])).
			Max(archsimd.LoadUint8x16((*[16]uint8)(u.highs[x+1:]))).
			Max(archsimd.LoadUint8x16((*[16]uint8)(u.highs[x+2:])))
		low, high := low8.ExtendToUint16().AsInt16x16(), high8.ExtendToUint16().AsInt16x16()
		slack := high.Sub(low).ShiftAllRight(3)
		at := archsimd.LoadUint16x16((*[16]uint16)(u.sums[x+1:]))
		mean := archsimd.LoadUint16x16((*[16]uint16)(u.sums[x:])).Add(at).Add(at).
			Add(archsimd.LoadUint16x16((*[16]uint16)(u.sums[x+2:]))).AsInt16x16()
		v := archsimd.LoadUint8x16((*[16]uint8)(row[x:])).ExtendToUint16().AsInt16x16()
		added := v.ShiftAllLeft(4).Sub(mean).ShiftAllLeft(3).MulHigh(factor).Add(two).ShiftAllRight(2)
		v = v.Add(added).Min(high.Add(slack)).Min(most).Max(low.Sub(slack)).Max(least)
		packed := v.AsInt8x32().PermuteOrZeroGrouped(even).AsUint64x4()
		packed.GetLo().InterleaveLo(packed.GetHi()).AsUint8x16().Store((*[16]uint8)(to[x:]))
	}
	archsimd.ClearAVXUpperBits()
	return x
}
