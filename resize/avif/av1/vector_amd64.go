//go:build goexperiment.simd && amd64

package av1

import "simd/archsimd"

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

// vectorProxy does proxy with AVX2, to the same sum. It returns false without AVX2.
func vectorProxy(coefs []int32, inverse []float32) (float32, bool) {
	if !hasVectors() {
		return 0, false
	}
	v := &proxyVectors
	zero := archsimd.LoadFloat32x8(&v[0])
	at0, slope0 := archsimd.LoadFloat32x8(&v[1]), archsimd.LoadFloat32x8(&v[2])
	at1, slope1 := archsimd.LoadFloat32x8(&v[3]), archsimd.LoadFloat32x8(&v[4])
	at2, slope2 := archsimd.LoadFloat32x8(&v[5]), archsimd.LoadFloat32x8(&v[6])
	var sums archsimd.Float32x8
	inverse = inverse[:len(coefs)]
	for i := 0; i+8 <= len(coefs); i += 8 {
		c := archsimd.LoadInt32x8((*[8]int32)(coefs[i : i+8]))
		x := c.Abs().ConvertToFloat32().Mul(archsimd.LoadFloat32x8((*[8]float32)(inverse[i : i+8])))
		cost := x.Mul(x).Add(zero)
		cost = x.Mul(slope0).Add(at0).Min(cost)
		cost = x.Mul(slope1).Add(at1).Min(cost)
		cost = x.Mul(slope2).Add(at2).Min(cost)
		sums = sums.Add(cost)
	}
	return addVector(sums), true
}

// addVector returns what addEight does.
func addVector(v archsimd.Float32x8) float32 {
	var four [4]float32
	v.GetLo().Add(v.GetHi()).Store(&four)
	archsimd.ClearAVXUpperBits()
	return (four[0] + four[2]) + (four[1] + four[3])
}

// vectorNormalise does normalise with AVX2, to the same bits. It returns false without
// AVX2.
func vectorNormalise(x []float32, coefs []int32, inverse []float32, stepAfter []int16) (energy float32, last int, ok bool) {
	if !hasVectors() {
		return 0, 0, false
	}
	least := archsimd.LoadFloat32x8(&leastLevels)
	var sums archsimd.Float32x8
	var ends archsimd.Int32x8
	x, inverse, stepAfter = x[:len(coefs)], inverse[:len(coefs)], stepAfter[:len(coefs)]
	for i := 0; i+8 <= len(coefs); i += 8 {
		c, by := archsimd.LoadInt32x8((*[8]int32)(coefs[i:i+8])), archsimd.LoadFloat32x8((*[8]float32)(inverse[i:i+8]))
		v := c.ConvertToFloat32().Mul(by)
		v.Store((*[8]float32)(x[i : i+8]))
		sums = sums.Add(v.Mul(v))
		after := archsimd.LoadInt16x8((*[8]int16)(stepAfter[i : i+8])).ExtendToInt32()
		ends = c.Abs().ConvertToFloat32().Mul(by).Greater(least).ToInt32x8().And(after).Max(ends)
	}
	var four [4]int32
	ends.GetLo().Max(ends.GetHi()).Store(&four)
	return addVector(sums), int(max(four[0], four[1], four[2], four[3])) - 1, true
}

// vectorDequantise does dequantise with AVX2. It returns false without AVX2.
func vectorDequantise(coefs []int32, levels []int16, steps []int32, tx, columns, rows int) bool {
	if !hasVectors() {
		return false
	}
	end := columns << (tx + 2)
	least, most, one := archsimd.LoadInt32x8(&leastDequantised), archsimd.LoadInt32x8(&mostDequantised), archsimd.LoadInt32x8(&ones)
	for i := 0; i < end; i += 8 {
		c := archsimd.LoadInt16x8((*[8]int16)(levels[i:])).ExtendToInt32().Mul(archsimd.LoadInt32x8((*[8]int32)(steps[i:])))
		if tx == 3 {
			c = c.ShiftAllRight(31).And(one).Add(c).ShiftAllRight(1)
		}
		c.Max(least).Min(most).Store((*[8]int32)(coefs[i:]))
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// Constant vectors lie in memory as vectors: an instruction that broadcasts one number waits
// for the upper halves of registers.
var (
	leastDequantised = eightOf[int32](-dequantisedLimit)
	mostDequantised  = eightOf[int32](dequantisedLimit - 1)
	ones             = eightOf[int32](1)
	leastLevels      = eightOf[float32](leastLevel)
	proxyVectors     = [...][8]float32{
		eightOf[float32](proxyZero),
		eightOf(proxyLines[0].at), eightOf(proxyLines[0].slope),
		eightOf(proxyLines[1].at), eightOf(proxyLines[1].slope),
		eightOf(proxyLines[2].at), eightOf(proxyLines[2].slope),
	}
)

func eightOf[T any](v T) [8]T { return [8]T{v, v, v, v, v, v, v, v} }
