//go:build goexperiment.simd && amd64

package predict

import "simd/archsimd"

// vectorLumaAC does LumaAC. It returns false if the processor lacks AVX2.
func vectorLumaAC(ac []int16, luma []uint8, stride, width, height int, subsampled bool) bool {
	if !hasVectors() {
		return false
	}
	var sums archsimd.Int32x8
	ones := archsimd.BroadcastInt16x16(1)
	rest, step := ac, max(16/width, 1) // rows per vector
	for ; len(rest) >= 16; rest = rest[max(width, 16):] {
		if subsampled {
			v := averages(luma, stride, width)
			v.Store((*[16]int16)(rest))
			sums = sums.Add(v.DotProductPairs(ones))
			if width == 32 {
				v = averages(luma[32:], stride, width)
				v.Store((*[16]int16)(rest[16:]))
				sums = sums.Add(v.DotProductPairs(ones))
			}
			luma = luma[min(2*step*stride, len(luma)):]
			continue
		}
		v := samples(luma, stride, width).ShiftAllLeft(3)
		v.Store((*[16]int16)(rest))
		sums = sums.Add(v.DotProductPairs(ones))
		if width == 32 {
			v = samples(luma[16:], stride, width).ShiftAllLeft(3)
			v.Store((*[16]int16)(rest[16:]))
			sums = sums.Add(v.DotProductPairs(ones))
		}
		luma = luma[min(step*stride, len(luma)):]
	}
	average := archsimd.BroadcastInt16x16(averageOf(total(sums), len(ac)))
	for ; len(ac) >= 64; ac = ac[64:] {
		to := (*[64]int16)(ac)
		subtract(to[:16], average)
		subtract(to[16:32], average)
		subtract(to[32:48], average)
		subtract(to[48:], average)
	}
	if len(ac) >= 32 {
		subtract(ac[:16], average)
		subtract(ac[16:], average)
	} else if len(ac) >= 16 {
		subtract(ac, average)
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// subtract subtracts v from 16 values.
func subtract(ac []int16, v archsimd.Int16x16) {
	to := (*[16]int16)(ac)
	archsimd.LoadInt16x16(to).Sub(v).Store(to)
}

// total returns the sum of a vector's elements.
func total(sums archsimd.Int32x8) int32 {
	four := sums.GetLo().Add(sums.GetHi())
	two := four.AddPairs(four)
	return two.GetElem(0) + two.GetElem(1)
}

// averages returns 16 averages of 2x2 samples, with 3 fraction bits: from one pair of
// rows, or for a width of 8 or 4 from two or four pairs.
func averages(luma []uint8, stride, width int) archsimd.Int16x16 {
	var upper, lower archsimd.Uint8x32
	switch width {
	case 4:
		upper = upper.SetLo(eightOfTwo(luma, luma[2*stride:])).SetHi(eightOfTwo(luma[4*stride:], luma[6*stride:]))
		lower = lower.SetLo(eightOfTwo(luma[stride:], luma[3*stride:])).SetHi(eightOfTwo(luma[5*stride:], luma[7*stride:]))
	case 8:
		upper = upper.SetLo(archsimd.LoadUint8x16((*[16]uint8)(luma))).SetHi(archsimd.LoadUint8x16((*[16]uint8)(luma[2*stride:])))
		lower = lower.SetLo(archsimd.LoadUint8x16((*[16]uint8)(luma[stride:]))).SetHi(archsimd.LoadUint8x16((*[16]uint8)(luma[3*stride:])))
	default:
		upper, lower = archsimd.LoadUint8x32((*[32]uint8)(luma)), archsimd.LoadUint8x32((*[32]uint8)(luma[stride:]))
	}
	twos := archsimd.BroadcastInt8x32(2)
	return upper.DotProductPairsSaturated(twos).Add(lower.DotProductPairsSaturated(twos))
}

// eightOfTwo joins 8 samples of each of two rows.
func eightOfTwo(a, b []uint8) archsimd.Uint8x16 {
	x, y := archsimd.LoadUint8x16((*[16]uint8)(a)), archsimd.LoadUint8x16((*[16]uint8)(b))
	return x.AsUint64x2().InterleaveLo(y.AsUint64x2()).AsUint8x16()
}

// fourOfTwo joins 4 samples of each of two rows in the lower half.
func fourOfTwo(a, b []uint8) archsimd.Uint64x2 {
	x, y := archsimd.LoadUint8x16((*[16]uint8)(a)), archsimd.LoadUint8x16((*[16]uint8)(b))
	return x.AsUint32x4().InterleaveLo(y.AsUint32x4()).AsUint64x2()
}

// samples returns 16 samples: of one row, or for a width of 8 or 4 of two or four rows.
func samples(rows []uint8, stride, width int) archsimd.Int16x16 {
	var v archsimd.Uint8x16
	switch width {
	case 4:
		v = fourOfTwo(rows, rows[stride:]).InterleaveLo(fourOfTwo(rows[2*stride:], rows[3*stride:])).AsUint8x16()
	case 8:
		v = eightOfTwo(rows, rows[stride:])
	default:
		v = archsimd.LoadUint8x16((*[16]uint8)(rows))
	}
	return v.ExtendToUint16().AsInt16x16()
}

// vectorChromaFromLuma does ChromaFromLuma. It returns false if the processor lacks AVX2.
func vectorChromaFromLuma(dst []uint16, ac []int16, average uint16, alpha int) bool {
	if !hasVectors() {
		return false
	}
	factor, start := archsimd.BroadcastInt16x16(int16(alpha)), archsimd.BroadcastInt16x16(int16(average))
	half, most := archsimd.BroadcastInt16x16(32), archsimd.BroadcastInt16x16(255)
	least := most.Sub(most)
	for ; len(ac) >= 16 && len(dst) >= 16; ac, dst = ac[16:], dst[16:] {
		scaled := archsimd.LoadInt16x16((*[16]int16)(ac)).Mul(factor)
		v := start.Add(scaled.Abs().Add(half).ShiftAllRight(6).CopySign(scaled))
		v.Max(least).Min(most).AsUint16x16().Store((*[16]uint16)(dst))
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// vectorCorrelation does Correlation. It returns false if the processor lacks AVX2.
func vectorCorrelation(ac []int16, src []uint8, stride int, average uint16, width, height int) (products, squares int, ok bool) {
	if !hasVectors() {
		return 0, 0, false
	}
	start := archsimd.BroadcastInt16x16(int16(average))
	var product, square archsimd.Int32x8
	step := max(16/width, 1) // rows per vector
	for ; len(ac) >= 16; ac = ac[max(width, 16):] {
		a := archsimd.LoadInt16x16((*[16]int16)(ac))
		d := samples(src, stride, width).Sub(start)
		product, square = product.Add(a.DotProductPairs(d)), square.Add(a.DotProductPairs(a))
		if width == 32 {
			a = archsimd.LoadInt16x16((*[16]int16)(ac[16:]))
			d = samples(src[16:], stride, width).Sub(start)
			product, square = product.Add(a.DotProductPairs(d)), square.Add(a.DotProductPairs(a))
		}
		src = src[min(step*stride, len(src)):]
	}
	products = int(total(product))
	// A sum of four squares needs 32 unsigned bits.
	low, high := square.GetLo().AsUint32x4(), square.GetHi().AsUint32x4()
	for _, half := range [2]archsimd.Uint32x4{low, high} {
		squares += int(half.GetElem(0)) + int(half.GetElem(1)) + int(half.GetElem(2)) + int(half.GetElem(3))
	}
	archsimd.ClearAVXUpperBits()
	return products, squares, true
}
