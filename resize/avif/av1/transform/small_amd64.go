//go:build goexperiment.simd && amd64

package transform

import "simd/archsimd"

// Small blocks need no memory in between. All vectors have 128 bits, so the upper halves
// stay as they are.

func forward8x8(coefs *[64]int32, residual *lines8, kind Type) {
	archsimd.ClearAVXUpperBits()
	switch kind {
	case DCTDCT:
		vectorForward8x8DCTDCT(coefs, residual)
	case ADSTDCT:
		vectorForward8x8ADSTDCT(coefs, residual)
	case DCTADST:
		vectorForward8x8DCTADST(coefs, residual)
	default:
		vectorForward8x8ADSTADST(coefs, residual)
	}
}

// masks, read from 8-n on, has all bits set for the first n columns.
var masks = [16][8]int16{
	{-1, -1, -1, -1, -1, -1, -1, -1}, {-1, -1, -1, -1, -1, -1, -1, -1},
	{-1, -1, -1, -1, -1, -1, -1, -1}, {-1, -1, -1, -1, -1, -1, -1, -1},
	{-1, -1, -1, -1, -1, -1, -1, -1}, {-1, -1, -1, -1, -1, -1, -1, -1},
	{-1, -1, -1, -1, -1, -1, -1, -1}, {-1, -1, -1, -1, -1, -1, -1, -1},
}

func inverse8x8(residual *lines8, coefs *[64]int32, kind Type, columns, rows int) {
	archsimd.ClearAVXUpperBits()
	insideColumns, insideRows := (*[8][8]int16)(masks[8-columns:]), (*[8]int16)(columnMasks[16-rows:])
	quarter := max(columns, rows) <= 4
	switch {
	case kind == DCTDCT && quarter:
		vectorInverse8x8DCTDCTOf4(residual, coefs, insideColumns, insideRows)
	case kind == DCTDCT:
		vectorInverse8x8DCTDCTOf8(residual, coefs, insideColumns, insideRows)
	case kind == ADSTDCT && quarter:
		vectorInverse8x8ADSTDCTOf4(residual, coefs, insideColumns, insideRows)
	case kind == ADSTDCT:
		vectorInverse8x8ADSTDCTOf8(residual, coefs, insideColumns, insideRows)
	case kind == DCTADST && quarter:
		vectorInverse8x8DCTADSTOf4(residual, coefs, insideColumns, insideRows)
	case kind == DCTADST:
		vectorInverse8x8DCTADSTOf8(residual, coefs, insideColumns, insideRows)
	case quarter:
		vectorInverse8x8ADSTADSTOf4(residual, coefs, insideColumns, insideRows)
	default:
		vectorInverse8x8ADSTADSTOf8(residual, coefs, insideColumns, insideRows)
	}
}

// The four points of a transform are in the halves of two vectors: 0 and 1, 2 and 3. Two
// vectors are a block.

// weights4 are the DCT's weights of neighbours: those of outputs 0, 2, 1 and 3 of the
// forward transform.
var weights4 = [4][8]int16{
	{2896, 2896, 2896, 2896, 2896, 2896, 2896, 2896},
	{2896, -2896, 2896, -2896, 2896, -2896, 2896, -2896},
	{3784, 1567, 3784, 1567, 3784, 1567, 3784, 1567},
	{1567, -3784, 1567, -3784, 1567, -3784, 1567, -3784},
}

// forwardADSTWeights and inverseADSTWeights have two pairs of weights for each output.
var (
	inverseADSTWeights = [4][2][8]int16{
		{{1321, 3344, 1321, 3344, 1321, 3344, 1321, 3344}, {3803, 2482, 3803, 2482, 3803, 2482, 3803, 2482}},
		{{2482, 3344, 2482, 3344, 2482, 3344, 2482, 3344}, {-1321, -3803, -1321, -3803, -1321, -3803, -1321, -3803}},
		{{3344, 0, 3344, 0, 3344, 0, 3344, 0}, {-3344, 3344, -3344, 3344, -3344, 3344, -3344, 3344}},
		{{3803, -3344, 3803, -3344, 3803, -3344, 3803, -3344}, {2482, -1321, 2482, -1321, 2482, -1321, 2482, -1321}},
	}
	forwardADSTWeights = [4][2][8]int16{
		{{1321, 2482, 1321, 2482, 1321, 2482, 1321, 2482}, {3344, 3803, 3344, 3803, 3344, 3803, 3344, 3803}},
		{{3344, 3344, 3344, 3344, 3344, 3344, 3344, 3344}, {0, -3344, 0, -3344, 0, -3344, 0, -3344}},
		{{3803, -1321, 3803, -1321, 3803, -1321, 3803, -1321}, {-3344, 2482, -3344, 2482, -3344, 2482, -3344, 2482}},
		{{2482, -3803, 2482, -3803, 2482, -3803, 2482, -3803}, {3344, -1321, 3344, -1321, 3344, -1321, 3344, -1321}},
	}
)

// rowMasks4 has, by n, all bits set for the first n rows of two columns of 4.
var rowMasks4 = [8][8]int16{
	1: {-1, 0, 0, 0, -1, 0, 0, 0},
	2: {-1, -1, 0, 0, -1, -1, 0, 0},
	3: {-1, -1, -1, 0, -1, -1, -1, 0},
	4: {-1, -1, -1, -1, -1, -1, -1, -1},
}

func forward4x4(coefs *[16]int32, residual *Block, kind Type) {
	archsimd.ClearAVXUpperBits()
	x, y := joinRows(residual, 0).ShiftAllLeft(forwardBegin), joinRows(residual, 2).ShiftAllLeft(forwardBegin)
	x, y = transpose4(forwardPoints4(x, y, kind.columns()))
	x, y = forwardPoints4(x, y, kind.rows())
	sign := x.ShiftAllRight(15)
	x.InterleaveLo(sign).AsInt32x4().Store((*[4]int32)(coefs[:]))
	x.InterleaveHi(sign).AsInt32x4().Store((*[4]int32)(coefs[4:]))
	sign = y.ShiftAllRight(15)
	y.InterleaveLo(sign).AsInt32x4().Store((*[4]int32)(coefs[8:]))
	y.InterleaveHi(sign).AsInt32x4().Store((*[4]int32)(coefs[12:]))
}

func inverse4x4(residual *Block, coefs *[16]int32, kind Type, columns, rows int) {
	archsimd.ClearAVXUpperBits()
	inside := archsimd.LoadInt16x8(&rowMasks4[rows&7])
	x := archsimd.LoadInt32x4((*[4]int32)(coefs[:])).SaturateToInt16Concat(archsimd.LoadInt32x4((*[4]int32)(coefs[4:])))
	y := archsimd.LoadInt32x4((*[4]int32)(coefs[8:])).SaturateToInt16Concat(archsimd.LoadInt32x4((*[4]int32)(coefs[12:])))
	columnMask := (*[16]int16)(columnMasks[16-4*columns:])
	x = x.And(inside).And(archsimd.LoadInt16x8((*[8]int16)(columnMask[:])))
	y = y.And(inside).And(archsimd.LoadInt16x8((*[8]int16)(columnMask[8:])))
	x, y = transpose4(inversePoints4(x, y, kind.rows()))
	x, y = inversePoints4(x, y, kind.columns())
	x, y = x.ShiftAllRight(inverseColumnShift-1), y.ShiftAllRight(inverseColumnShift-1)
	x, y = x.Sub(x.ShiftAllRight(1)), y.Sub(y.ShiftAllRight(1))
	x.Store((*[8]int16)(residual[0*Stride:]))
	otherHalf(x).Store((*[8]int16)(residual[1*Stride:]))
	y.Store((*[8]int16)(residual[2*Stride:]))
	otherHalf(y).Store((*[8]int16)(residual[3*Stride:]))
}

// joinRows returns four samples of row y and four of the next.
func joinRows(b *Block, y int) archsimd.Int16x8 {
	first, second := archsimd.LoadInt16x8((*[8]int16)(b[y*Stride:])), archsimd.LoadInt16x8((*[8]int16)(b[(y+1)*Stride:]))
	return first.AsInt64x2().InterleaveLo(second.AsInt64x2()).AsInt16x8()
}

// otherHalf swaps the halves of v.
func otherHalf(v archsimd.Int16x8) archsimd.Int16x8 {
	return v.AsInt32x4().PermuteScalars(2, 3, 0, 1).AsInt16x8()
}

// transpose4 transposes a block.
func transpose4(x, y archsimd.Int16x8) (a, b archsimd.Int16x8) {
	even, odd := x.InterleaveLo(y), x.InterleaveHi(y)
	return even.InterleaveLo(odd), even.InterleaveHi(odd)
}

// weigh4 returns the weighted sums of neighbours.
func weigh4(v archsimd.Int16x8, weights *[8]int16) archsimd.Int32x4 {
	return v.DotProductPairs(archsimd.LoadInt16x8(weights)).Add(archsimd.BroadcastInt32x4(1 << 11)).ShiftAllRight(12)
}

// forwardPoints4 does the forward transform of a kind in four columns.
func forwardPoints4(x, y archsimd.Int16x8, kind int) (a, b archsimd.Int16x8) {
	if kind == 1 {
		return adstPoints4(x, y, &forwardADSTWeights)
	}
	y = otherHalf(y)
	x, y = x.AddSaturated(y), x.SubSaturated(y)
	even, odd := x.InterleaveLo(otherHalf(x)), y.InterleaveLo(otherHalf(y))
	return weigh4(even, &weights4[0]).SaturateToInt16Concat(weigh4(odd, &weights4[2])),
		weigh4(even, &weights4[1]).SaturateToInt16Concat(weigh4(odd, &weights4[3]))
}

// inversePoints4 does the inverse transform of a kind in four columns.
func inversePoints4(x, y archsimd.Int16x8, kind int) (a, b archsimd.Int16x8) {
	if kind == 1 {
		return adstPoints4(x, y, &inverseADSTWeights)
	}
	even, odd := x.InterleaveLo(y), x.InterleaveHi(y)
	x = weigh4(even, &weights4[0]).SaturateToInt16Concat(weigh4(even, &weights4[1]))
	y = weigh4(odd, &weights4[2]).SaturateToInt16Concat(weigh4(odd, &weights4[3]))
	return x.AddSaturated(y), otherHalf(x.SubSaturated(y))
}

// adstPoints4 does the ADST with weights in four columns.
func adstPoints4(x, y archsimd.Int16x8, weights *[4][2][8]int16) (a, b archsimd.Int16x8) {
	x, y = x.InterleaveLo(otherHalf(x)), y.InterleaveLo(otherHalf(y))
	return adstPoint4(x, y, &weights[0]).SaturateToInt16Concat(adstPoint4(x, y, &weights[1])),
		adstPoint4(x, y, &weights[2]).SaturateToInt16Concat(adstPoint4(x, y, &weights[3]))
}

// adstPoint4 returns one output of the ADST.
func adstPoint4(x, y archsimd.Int16x8, weights *[2][8]int16) archsimd.Int32x4 {
	sum := x.DotProductPairs(archsimd.LoadInt16x8(&weights[0])).Add(y.DotProductPairs(archsimd.LoadInt16x8(&weights[1])))
	return sum.Add(archsimd.BroadcastInt32x4(1 << 11)).ShiftAllRight(12)
}
