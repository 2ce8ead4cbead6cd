//go:build goexperiment.simd && amd64

package vp8

import "simd/archsimd"

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

// vectorForward computes forward with AVX2; it returns false if the processor
// cannot.
func vectorForward(coefs *fourBlocks, src []uint8, stride int, prediction []uint8, predictionStride int) bool {
	if !hasVectors() {
		return false
	}
	r0 := scaledDifference(src, prediction)
	r1 := scaledDifference(src[stride:], prediction[predictionStride:])
	r2 := scaledDifference(src[2*stride:], prediction[2*predictionStride:])
	r3 := scaledDifference(src[3*stride:], prediction[3*predictionStride:])
	r0, r1, r2, r3 = transformVectors(r0, r1, r2, r3)
	// Transpose each block.
	a, b := r0.InterleaveLoGrouped(r1).AsInt32x8(), r0.InterleaveHiGrouped(r1).AsInt32x8()
	c, d := r2.InterleaveLoGrouped(r3).AsInt32x8(), r2.InterleaveHiGrouped(r3).AsInt32x8()
	e, f := a.InterleaveLoGrouped(c).AsInt64x4(), a.InterleaveHiGrouped(c).AsInt64x4()
	g, h := b.InterleaveLoGrouped(d).AsInt64x4(), b.InterleaveHiGrouped(d).AsInt64x4()
	r0, r1 = e.InterleaveLoGrouped(g).AsInt16x16(), e.InterleaveHiGrouped(g).AsInt16x16()
	r2, r3 = f.InterleaveLoGrouped(h).AsInt16x16(), f.InterleaveHiGrouped(h).AsInt16x16()
	r0, r1, r2, r3 = transformVectors(r0, r1, r2, r3)
	half := archsimd.BroadcastInt16x16(8)
	r0.Add(half).ShiftAllRight(4).Store((*[16]int16)(coefs[0:]))
	r1.Add(half).ShiftAllRight(4).Store((*[16]int16)(coefs[16:]))
	r2.Add(half).ShiftAllRight(4).Store((*[16]int16)(coefs[32:]))
	r3.Add(half).ShiftAllRight(4).Store((*[16]int16)(coefs[48:]))
	archsimd.ClearAVXUpperBits()
	return true
}

// scaledDifference returns eight times the difference of 16 samples from their
// prediction.
func scaledDifference(src, prediction []uint8) archsimd.Int16x16 {
	s := archsimd.LoadUint8x16((*[16]uint8)(src)).ExtendToUint16().AsInt16x16()
	return s.Sub(archsimd.LoadUint8x16((*[16]uint8)(prediction)).ExtendToUint16().AsInt16x16()).ShiftAllLeft(3)
}

// transformVectors computes transformFour for 16 lines.
func transformVectors(a, b, c, d archsimd.Int16x16) (w, x, y, z archsimd.Int16x16) {
	cosines, sines := archsimd.BroadcastInt16x16(cosine), archsimd.BroadcastInt16x16(sine)
	s, t := a.Add(d), b.Add(c)
	u, v := a.Sub(d), b.Sub(c)
	x = u.Add(u.MulHigh(cosines)).Add(v.Add(v.MulHigh(sines)))
	z = u.Add(u.MulHigh(sines)).Sub(v.Add(v.MulHigh(cosines)))
	return s.Add(t), x, s.Sub(t), z
}

// vectorProxy computes proxy with AVX2; it returns false if the processor cannot.
func vectorProxy(sums *[4]int32, coefs *fourBlocks, inverse *[64]uint16) bool {
	if !hasVectors() {
		return false
	}
	var all archsimd.Int32x8
	ones := archsimd.BroadcastInt16x16(1)
	for i := 0; i < 64; i += 16 {
		c := archsimd.LoadInt16x16((*[16]int16)(coefs[i : i+16])).Abs().AsUint16x16().ShiftAllLeft(2)
		x := c.MulHigh(archsimd.LoadUint16x16((*[16]uint16)(inverse[i : i+16]))).AsInt16x16()
		squared := x.Min(archsimd.BroadcastInt16x16(proxySquared))
		cost := squared.Mul(squared).ShiftAllLeft(4).Add(archsimd.BroadcastInt16x16(proxyZero))
		line := x.Min(archsimd.BroadcastInt16x16(proxyMost))
		cost = cost.Min(line.Mul(archsimd.BroadcastInt16x16(proxySlope0)).Add(archsimd.BroadcastInt16x16(proxyAt0)))
		cost = cost.Min(line.Mul(archsimd.BroadcastInt16x16(proxySlope1)).Add(archsimd.BroadcastInt16x16(proxyAt1)))
		x = x.Min(archsimd.BroadcastInt16x16(proxyTop))
		cost = cost.Min(x.Mul(archsimd.BroadcastInt16x16(proxySlope2)).Add(archsimd.BroadcastInt16x16(proxyAt2)))
		all = all.Add(cost.DotProductPairs(ones))
	}
	var pairs [8]int32
	all.Store(&pairs)
	archsimd.ClearAVXUpperBits()
	*sums = [4]int32{pairs[0] + pairs[1], pairs[2] + pairs[3], pairs[4] + pairs[5], pairs[6] + pairs[7]}
	return true
}
