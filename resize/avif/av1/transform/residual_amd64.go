//go:build goexperiment.simd && amd64

package transform

import (
	"encoding/binary"
	"simd/archsimd"
)

// vectorResidual does Residual. It returns false if the processor lacks AVX2.
func vectorResidual(residual *Block, src []uint8, stride int, prediction []uint16, width, height int) bool {
	if !hasVectors() {
		return false
	}
	switch width {
	case 4:
		for y := 0; y < height; y += 2 {
			p := archsimd.LoadUint16x8((*[8]uint16)(prediction[y*4:])).AsInt16x8()
			d := fourOfTwo(src[y*stride:], src[(y+1)*stride:]).Sub(p)
			d.Store((*[8]int16)(residual[y*Stride:]))
			otherHalf(d).Store((*[8]int16)(residual[(y+1)*Stride:]))
		}
		return true
	case 8:
		for y := 0; y < height; y += 2 {
			p, to := (*[16]uint16)(prediction[y*8:]), (*[Stride + 8]int16)(residual[y*Stride:])
			first, second := archsimd.LoadUint16x8((*[8]uint16)(p[:])).AsInt16x8(), archsimd.LoadUint16x8((*[8]uint16)(p[8:])).AsInt16x8()
			load8(src[y*stride:]).Sub(first).Store((*[8]int16)(to[:]))
			load8(src[(y+1)*stride:]).Sub(second).Store((*[8]int16)(to[Stride:]))
		}
		return true
	}
	for x := 0; x < width; x += 16 {
		for y := 0; y < height; y += 2 {
			at := y*width + x
			first, second := loadPredicted(prediction[at:]), loadPredicted(prediction[at+width:])
			to := (*[Stride + 16]int16)(residual[y*Stride+x:])
			load16(src[y*stride+x:]).Sub(first).Store((*[16]int16)(to[:]))
			load16(src[(y+1)*stride+x:]).Sub(second).Store((*[16]int16)(to[Stride:]))
		}
	}
	archsimd.ClearAVXUpperBits()
	return true
}

func load16(samples []uint8) archsimd.Int16x16 {
	return archsimd.LoadUint8x16((*[16]uint8)(samples)).ExtendToUint16().AsInt16x16()
}

// load8 loads 8 samples; it reads 16.
func load8(samples []uint8) archsimd.Int16x8 {
	return archsimd.LoadUint8x16((*[16]uint8)(samples)).ExtendLo8ToUint16().AsInt16x8()
}

// fourOfTwo joins 4 samples of each of two rows; it reads 16 of each.
func fourOfTwo(first, second []uint8) archsimd.Int16x8 {
	a, b := archsimd.LoadUint8x16((*[16]uint8)(first)), archsimd.LoadUint8x16((*[16]uint8)(second))
	return a.AsUint32x4().InterleaveLo(b.AsUint32x4()).AsUint8x16().ExtendLo8ToUint16().AsInt16x8()
}

func loadPredicted(prediction []uint16) archsimd.Int16x16 {
	return archsimd.LoadUint16x16((*[16]uint16)(prediction)).AsInt16x16()
}

// vectorAdd does Add. It returns false if the processor lacks AVX2.
func vectorAdd(dst []uint8, stride int, prediction []uint16, residual *Block, width, height int) bool {
	if !hasVectors() {
		return false
	}
	switch width {
	case 4:
		for y := 0; y < height; y += 2 {
			p := archsimd.LoadUint16x8((*[8]uint16)(prediction[y*4:])).AsInt16x8()
			storeFour(dst[y*stride:], dst[(y+1)*stride:], toSamples8(p.Add(joinRows(residual, y))))
		}
		return true
	case 8:
		for y := 0; y < height; y += 2 {
			p, d := (*[16]uint16)(prediction[y*8:]), (*[Stride + 8]int16)(residual[y*Stride:])
			first, second := archsimd.LoadUint16x8((*[8]uint16)(p[:])).AsInt16x8(), archsimd.LoadUint16x8((*[8]uint16)(p[8:])).AsInt16x8()
			store8(dst[y*stride:], toSamples8(first.Add(archsimd.LoadInt16x8((*[8]int16)(d[:])))))
			store8(dst[(y+1)*stride:], toSamples8(second.Add(archsimd.LoadInt16x8((*[8]int16)(d[Stride:])))))
		}
		return true
	}
	for x := 0; x < width; x += 16 {
		for y := 0; y < height; y += 2 {
			at := y*width + x
			first, second := loadPredicted(prediction[at:]), loadPredicted(prediction[at+width:])
			d := (*[Stride + 16]int16)(residual[y*Stride+x:])
			store16(dst[y*stride+x:], toSamples16(first.Add(archsimd.LoadInt16x16((*[16]int16)(d[:])))))
			store16(dst[(y+1)*stride+x:], toSamples16(second.Add(archsimd.LoadInt16x16((*[16]int16)(d[Stride:])))))
		}
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// vectorCopy does Copy. It returns false if the processor lacks AVX2.
func vectorCopy(dst []uint8, stride int, prediction []uint16, width, height int) bool {
	if !hasVectors() {
		return false
	}
	switch width {
	case 4:
		for y := 0; y < height; y += 2 {
			storeFour(dst[y*stride:], dst[(y+1)*stride:], archsimd.LoadUint16x8((*[8]uint16)(prediction[y*4:])).AsInt16x8())
		}
		return true
	case 8:
		for y := range height {
			store8(dst[y*stride:], archsimd.LoadUint16x8((*[8]uint16)(prediction[y*8:])).AsInt16x8())
		}
		return true
	}
	for x := 0; x < width; x += 16 {
		for y := range height {
			store16(dst[y*stride+x:], loadPredicted(prediction[y*width+x:]))
		}
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// evenBytes permutes even bytes to the front; halvesBytes puts odd ones after them.
var (
	evenBytes   = [16]int8{0, 2, 4, 6, 8, 10, 12, 14, -1, -1, -1, -1, -1, -1, -1, -1}
	halvesBytes = [16]int8{0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15}
)

// toSamples16 clamps to 0 … 255.
func toSamples16(v archsimd.Int16x16) archsimd.Int16x16 {
	most := archsimd.BroadcastInt16x16(255)
	return v.Min(most).Max(most.Sub(most))
}

// toSamples8 clamps to 0 … 255.
func toSamples8(v archsimd.Int16x8) archsimd.Int16x8 {
	most := archsimd.BroadcastInt16x8(255)
	return v.Min(most).Max(most.Sub(most))
}

// store16 stores samples of 16 bits as bytes.
func store16(dst []uint8, v archsimd.Int16x16) {
	both := v.GetLo().Or(v.GetHi().ShiftAllLeft(8)).AsUint8x16()
	both.PermuteOrZero(archsimd.LoadInt8x16(&halvesBytes)).Store((*[16]uint8)(dst))
}

func store8(dst []uint8, v archsimd.Int16x8) {
	bytes := v.AsUint8x16().PermuteOrZero(archsimd.LoadInt8x16(&evenBytes)).AsUint64x2()
	binary.LittleEndian.PutUint64(dst, bytes.GetElem(0))
}

// storeFour stores four samples in each of two rows.
func storeFour(first, second []uint8, v archsimd.Int16x8) {
	bytes := v.AsUint8x16().PermuteOrZero(archsimd.LoadInt8x16(&evenBytes)).AsUint32x4()
	binary.LittleEndian.PutUint32(first, bytes.GetElem(0))
	binary.LittleEndian.PutUint32(second, bytes.GetElem(1))
}

// vectorSATD does SATD. It returns false if the processor lacks AVX2.
func vectorSATD(src []uint8, stride int, prediction []uint16, width, height int) (sum int, ok bool) {
	if !hasVectors() {
		return 0, false
	}
	prediction = prediction[:width*height]
	var sums archsimd.Int32x8
	if width == 8 {
		for y := 0; y < height; y += 8 {
			sums = sums.SetLo(sums.GetLo().Add(hadamard8x8(src[y*stride:], stride, (*[64]uint16)(prediction[y*8:]))))
		}
	} else {
		for y := 0; y < height; y += 8 {
			for x := 0; x < width; x += 16 {
				sums = sums.Add(hadamard16x8(src[y*stride+x:], stride, prediction[y*width+x:], width))
			}
		}
	}
	four := sums.GetLo().Add(sums.GetHi())
	two := four.AddPairs(four)
	sum = int(two.GetElem(0)) + int(two.GetElem(1))
	archsimd.ClearAVXUpperBits()
	return 2 * sum, true
}

// hadamard16x8 returns numbers whose sum is half the SATD of two blocks side by side. It
// interleaves pairs of rows three times, so that every sample of a row meets every other.
func hadamard16x8(src []uint8, stride int, prediction []uint16, width int) archsimd.Int32x8 {
	a0, a1, a2, a3 := difference16(src, stride, prediction, width, 0), difference16(src, stride, prediction, width, 1), difference16(src, stride, prediction, width, 2), difference16(src, stride, prediction, width, 3)
	a4, a5, a6, a7 := difference16(src, stride, prediction, width, 4), difference16(src, stride, prediction, width, 5), difference16(src, stride, prediction, width, 6), difference16(src, stride, prediction, width, 7)
	b0, b1, b2, b3 := a0.Add(a4), a1.Add(a5), a2.Add(a6), a3.Add(a7)
	b4, b5, b6, b7 := a0.Sub(a4), a1.Sub(a5), a2.Sub(a6), a3.Sub(a7)
	a0, a1, a2, a3 = b0.Add(b2), b1.Add(b3), b0.Sub(b2), b1.Sub(b3)
	a4, a5, a6, a7 = b4.Add(b6), b5.Add(b7), b4.Sub(b6), b5.Sub(b7)
	b0, b1, b2, b3 = a0.Add(a1), a0.Sub(a1), a2.Add(a3), a2.Sub(a3)
	b4, b5, b6, b7 = a4.Add(a5), a4.Sub(a5), a6.Add(a7), a6.Sub(a7)
	b0, b1 = across16(b0, b1)
	b2, b3 = across16(b2, b3)
	b4, b5 = across16(b4, b5)
	b6, b7 = across16(b6, b7)
	// The absolute values of a sum and a difference add up to twice the larger operand.
	ones := archsimd.BroadcastInt16x16(1)
	sum := b0.Max(b1).DotProductPairs(ones).Add(b2.Max(b3).DotProductPairs(ones))
	return sum.Add(b4.Max(b5).DotProductPairs(ones)).Add(b6.Max(b7).DotProductPairs(ones))
}

// across16 does two of three rounds in two rows and returns the absolute values of the
// operands of the third.
func across16(x, y archsimd.Int16x16) (a, b archsimd.Int16x16) {
	l, h := x.InterleaveLoGrouped(y), x.InterleaveHiGrouped(y)
	x, y = l.Add(h), l.Sub(h)
	l, h = x.InterleaveLoGrouped(y), x.InterleaveHiGrouped(y)
	x, y = l.Add(h), l.Sub(h)
	return x.InterleaveLoGrouped(y).Abs(), x.InterleaveHiGrouped(y).Abs()
}

func difference16(src []uint8, stride int, prediction []uint16, width, y int) archsimd.Int16x16 {
	return load16(src[y*stride:]).Sub(archsimd.LoadUint16x16((*[16]uint16)(prediction[y*width:])).AsInt16x16())
}

// hadamard8x8 does hadamard16x8 for one block.
func hadamard8x8(src []uint8, stride int, prediction *[64]uint16) archsimd.Int32x4 {
	a0, a1, a2, a3 := difference8(src, stride, prediction, 0), difference8(src, stride, prediction, 1), difference8(src, stride, prediction, 2), difference8(src, stride, prediction, 3)
	a4, a5, a6, a7 := difference8(src, stride, prediction, 4), difference8(src, stride, prediction, 5), difference8(src, stride, prediction, 6), difference8(src, stride, prediction, 7)
	b0, b1, b2, b3 := a0.Add(a4), a1.Add(a5), a2.Add(a6), a3.Add(a7)
	b4, b5, b6, b7 := a0.Sub(a4), a1.Sub(a5), a2.Sub(a6), a3.Sub(a7)
	a0, a1, a2, a3 = b0.Add(b2), b1.Add(b3), b0.Sub(b2), b1.Sub(b3)
	a4, a5, a6, a7 = b4.Add(b6), b5.Add(b7), b4.Sub(b6), b5.Sub(b7)
	b0, b1, b2, b3 = a0.Add(a1), a0.Sub(a1), a2.Add(a3), a2.Sub(a3)
	b4, b5, b6, b7 = a4.Add(a5), a4.Sub(a5), a6.Add(a7), a6.Sub(a7)
	b0, b1 = across8(b0, b1)
	b2, b3 = across8(b2, b3)
	b4, b5 = across8(b4, b5)
	b6, b7 = across8(b6, b7)
	ones := archsimd.BroadcastInt16x8(1)
	sum := b0.Max(b1).DotProductPairs(ones).Add(b2.Max(b3).DotProductPairs(ones))
	return sum.Add(b4.Max(b5).DotProductPairs(ones)).Add(b6.Max(b7).DotProductPairs(ones))
}

func across8(x, y archsimd.Int16x8) (a, b archsimd.Int16x8) {
	l, h := x.InterleaveLo(y), x.InterleaveHi(y)
	x, y = l.Add(h), l.Sub(h)
	l, h = x.InterleaveLo(y), x.InterleaveHi(y)
	x, y = l.Add(h), l.Sub(h)
	return x.InterleaveLo(y).Abs(), x.InterleaveHi(y).Abs()
}

func difference8(src []uint8, stride int, prediction *[64]uint16, y int) archsimd.Int16x8 {
	return load8(src[y*stride:]).Sub(archsimd.LoadUint16x8((*[8]uint16)(prediction[8*y:])).AsInt16x8())
}
