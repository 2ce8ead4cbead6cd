//go:build goexperiment.simd && amd64

package jpeg

import (
	"encoding/binary"
	"simd/archsimd"
)

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

// vectorForward computes forward with AVX2, bit for bit; it returns false if the
// processor cannot. First a vector is a row, so that all columns are transformed
// together; after transposing, a vector is a column, and the rows are.
func (b *biasedBlock) vectorForward(src []uint8, stride int) bool {
	if !hasVectors() {
		return false
	}
	x0, x1, x2, x3, x4, x5, x6, x7 := vectorForwardDCT(
		extendRow(src), extendRow(src[stride:]), extendRow(src[2*stride:]), extendRow(src[3*stride:]),
		extendRow(src[4*stride:]), extendRow(src[5*stride:]), extendRow(src[6*stride:]), extendRow(src[7*stride:]))
	round := archsimd.BroadcastInt32x8(betweenRound)
	x0, x1 = x0.Add(round).ShiftAllRight(betweenShift), x1.Add(round).ShiftAllRight(betweenShift)
	x2, x3 = x2.Add(round).ShiftAllRight(betweenShift), x3.Add(round).ShiftAllRight(betweenShift)
	x4, x5 = x4.Add(round).ShiftAllRight(betweenShift), x5.Add(round).ShiftAllRight(betweenShift)
	x6, x7 = x6.Add(round).ShiftAllRight(betweenShift), x7.Add(round).ShiftAllRight(betweenShift)
	x0, x1, x2, x3, x4, x5, x6, x7 = vectorForwardDCT(transpose8(x0, x1, x2, x3, x4, x5, x6, x7))

	round = archsimd.BroadcastInt32x8(biasRounded)
	storeColumns(b[0:], x0.Add(round).ShiftAllRight(forwardShift), x1.Add(round).ShiftAllRight(forwardShift))
	storeColumns(b[16:], x2.Add(round).ShiftAllRight(forwardShift), x3.Add(round).ShiftAllRight(forwardShift))
	storeColumns(b[32:], x4.Add(round).ShiftAllRight(forwardShift), x5.Add(round).ShiftAllRight(forwardShift))
	storeColumns(b[48:], x6.Add(round).ShiftAllRight(forwardShift), x7.Add(round).ShiftAllRight(forwardShift))
	archsimd.ClearAVXUpperBits()
	return true
}

// storeColumns stores two columns in the order of blockPlace.
func storeColumns(b []uint16, x, y archsimd.Int32x8) {
	x.SaturateToUint16ConcatGrouped(y).Store((*[16]uint16)(b))
}

// extendRow returns eight samples as 32-bit numbers.
func extendRow(row []uint8) archsimd.Int32x8 {
	var v archsimd.Uint64x2
	return v.SetElem(0, binary.LittleEndian.Uint64(row)).AsUint8x16().ExtendLo8ToUint32().AsInt32x8()
}

// vectorForwardDCT computes forwardDCT for eight lines at once.
func vectorForwardDCT(x0, x1, x2, x3, x4, x5, x6, x7 archsimd.Int32x8) (y0, y1, y2, y3, y4, y5, y6, y7 archsimd.Int32x8) {
	s0, d0 := x0.Add(x7), x0.Sub(x7)
	s1, d1 := x1.Add(x6), x1.Sub(x6)
	s2, d2 := x2.Add(x5), x2.Sub(x5)
	s3, d3 := x3.Add(x4), x3.Sub(x4)

	e0, e3 := s0.Add(s3), s0.Sub(s3)
	e1, e2 := s1.Add(s2), s1.Sub(s2)
	z := times(e2.Add(e3), f0541)

	z1 := times(d3.Add(d0), f0899)
	z2 := times(d2.Add(d1), f2562)
	z3, z4 := d3.Add(d1), d2.Add(d0)
	z5 := times(z3.Add(z4), f1175)
	z3 = z5.Sub(times(z3, f1961))
	z4 = z5.Sub(times(z4, f0390))
	return e0.Add(e1).ShiftAllLeft(dctBits),
		times(d0, f1501).Sub(z1).Add(z4),
		z.Add(times(e3, f0765)),
		times(d1, f3072).Sub(z2).Add(z3),
		e0.Sub(e1).ShiftAllLeft(dctBits),
		times(d2, f2053).Sub(z2).Add(z4),
		z.Sub(times(e2, f1847)),
		times(d3, f0298).Sub(z1).Add(z3)
}

func times(x archsimd.Int32x8, factor int32) archsimd.Int32x8 {
	return x.Mul(archsimd.BroadcastInt32x8(factor))
}

// vectorReaching computes scalarReaching with AVX2.
func (b *biasedBlock) vectorReaching(least *[16]uint64) uint64 {
	low := joinMasks(b.vectorBelow(least, 0), b.vectorBelow(least, 1))
	high := joinMasks(b.vectorBelow(least, 2), b.vectorBelow(least, 3))
	archsimd.ClearAVXUpperBits()
	return vectorSets.inZigzag(^(uint64(low) | uint64(high)<<32))
}

// vectorBelow returns a mask of those of the n-th sixteen coefficients that are
// below least.
func (b *biasedBlock) vectorBelow(least *[16]uint64, n int) archsimd.Int16x16 {
	limits := archsimd.LoadUint64x4((*[4]uint64)(least[4*n:])).AsInt16x16()
	return limits.Greater(b.vectorSixteen(n).Abs()).ToInt16x16()
}

// vectorSixteen returns the n-th sixteen coefficients, without the bias.
func (b *biasedBlock) vectorSixteen(n int) archsimd.Int16x16 {
	c := archsimd.LoadUint16x16((*[16]uint16)(b[16*n:])).AsInt16x16()
	return c.Sub(archsimd.BroadcastInt16x16(coefficientBias))
}

// vectorEnergy computes scalarEnergy with AVX2.
func (b *biasedBlock) vectorEnergy() uint64 {
	v0, v1, v2, v3 := b.vectorSixteen(0), b.vectorSixteen(1), b.vectorSixteen(2), b.vectorSixteen(3)
	// Eight squares of up to 2^26 make one sum of 32 bits.
	sums := v0.DotProductPairs(v0).Add(v1.DotProductPairs(v1)).Add(v2.DotProductPairs(v2)).Add(v3.DotProductPairs(v3))
	wide := sums.GetLo().ExtendToInt64().Add(sums.GetHi().ExtendToInt64())
	var four [4]int64
	wide.Store(&four)
	archsimd.ClearAVXUpperBits()
	dc := int64(b[0]) - coefficientBias
	return uint64(four[0] + four[1] + four[2] + four[3] - dc*dc)
}

// joinMasks returns the bits of x and y in turn, whose elements are all 0 or -1.
func joinMasks(x, y archsimd.Int16x16) uint32 {
	both := x.And(archsimd.BroadcastInt16x16(0xff)).Or(y.AndNot(archsimd.BroadcastInt16x16(0xff)))
	return both.AsInt8x32().Less(archsimd.Int8x32{}).ToBits()
}

// vectorSets converts from the order of joinMasks.
var vectorSets = newSetOrder(func(bit int) int { return bit>>5<<5 | bit&1<<4 | bit>>1&15 })
