//go:build goexperiment.simd && amd64

package plane

import (
	"encoding/binary"
	"simd/archsimd"
)

// vectorBlurColumns does what blurColumns does, with AVX2, for the first columns, and
// returns how many.
func vectorBlurColumns(sums []uint16, above, row, below []uint8) int {
	if !archsimd.X86.AVX2() {
		return 0
	}
	x := 0
	for ; x+16 <= len(sums); x += 16 {
		a := archsimd.LoadUint8x16((*[16]uint8)(above[x:])).ExtendToUint16()
		r := archsimd.LoadUint8x16((*[16]uint8)(row[x:])).ExtendToUint16()
		b := archsimd.LoadUint8x16((*[16]uint8)(below[x:])).ExtendToUint16()
		a.Add(b).Add(sixTimes(r)).Store((*[16]uint16)(sums[x:]))
	}
	archsimd.ClearAVXUpperBits()
	return x
}

// vectorSharpenRow does what sharpenRow does, with AVX2, for the first columns, and
// returns how many.
func vectorSharpenRow(to, row []uint8, sums []uint16) int {
	if !archsimd.X86.AVX2() {
		return 0
	}
	low, high, round := archsimd.BroadcastInt16x16(0), archsimd.BroadcastInt16x16(255), archsimd.BroadcastUint16x16(32)
	even := archsimd.LoadInt8x32(&evenBytes)
	x := 0
	for ; x+16 <= len(to); x += 16 {
		before := archsimd.LoadUint16x16((*[16]uint16)(sums[x:]))
		at := archsimd.LoadUint16x16((*[16]uint16)(sums[x+1:]))
		behind := archsimd.LoadUint16x16((*[16]uint16)(sums[x+2:]))
		mean := before.Add(behind).Add(sixTimes(at))
		r := archsimd.LoadUint8x16((*[16]uint8)(row[x:])).ExtendToUint16()
		v := r.ShiftAllLeft(7).Add(round).Sub(mean).AsInt16x16().ShiftAllRight(6).Max(low).Min(high)
		packed := v.AsInt8x32().PermuteOrZeroGrouped(even).AsUint64x4()
		binary.LittleEndian.PutUint64(to[x:], packed.GetLo().GetElem(0))
		binary.LittleEndian.PutUint64(to[x+8:], packed.GetHi().GetElem(0))
	}
	archsimd.ClearAVXUpperBits()
	return x
}

func sixTimes(v archsimd.Uint16x16) archsimd.Uint16x16 {
	return v.ShiftAllLeft(2).Add(v.ShiftAllLeft(1))
}

// evenBytes selects the lower bytes of eight elements, in both halves of a vector.
var evenBytes = [32]int8{
	0, 2, 4, 6, 8, 10, 12, 14, -1, -1, -1, -1, -1, -1, -1, -1,
	0, 2, 4, 6, 8, 10, 12, 14, -1, -1, -1, -1, -1, -1, -1, -1,
}
