//go:build goexperiment.simd && amd64

package av1

import "simd/archsimd"

func hasVectors() bool { return archsimd.X86.AVX2() }

// vectorProxy is proxy with AVX2, to the same sum, if the processor can do it.
func vectorProxy(coefs []int32, inverse []float32) (float32, bool) {
	if !hasVectors() {
		return 0, false
	}
	zero := archsimd.BroadcastFloat32x8(proxyZero)
	at0, slope0 := archsimd.BroadcastFloat32x8(proxyLines[0].at), archsimd.BroadcastFloat32x8(proxyLines[0].slope)
	at1, slope1 := archsimd.BroadcastFloat32x8(proxyLines[1].at), archsimd.BroadcastFloat32x8(proxyLines[1].slope)
	at2, slope2 := archsimd.BroadcastFloat32x8(proxyLines[2].at), archsimd.BroadcastFloat32x8(proxyLines[2].slope)
	var sums archsimd.Float32x8
	inverse = inverse[:len(coefs)]
	for i := 0; i+8 <= len(coefs); i += 8 {
		c := archsimd.LoadInt32x8((*[8]int32)(coefs[i : i+8]))
		x := c.Abs().ConvertToFloat32().Mul(archsimd.LoadFloat32x8((*[8]float32)(inverse[i : i+8])))
		v := x.Mul(x).Add(zero)
		v = x.Mul(slope0).Add(at0).Min(v)
		v = x.Mul(slope1).Add(at1).Min(v)
		v = x.Mul(slope2).Add(at2).Min(v)
		sums = sums.Add(v)
	}
	return addVector(sums), true
}

// addVector is addEight.
func addVector(v archsimd.Float32x8) float32 {
	var four [4]float32
	v.GetLo().Add(v.GetHi()).Store(&four)
	archsimd.ClearAVXUpperBits()
	return (four[0] + four[2]) + (four[1] + four[3])
}

// vectorNormalise is normalise with AVX2, to the same bits.
func vectorNormalise(x []float32, mask []uint8, coefs []int32, inverse []float32) (float32, bool) {
	if !hasVectors() {
		return 0, false
	}
	least := archsimd.BroadcastFloat32x8(leastLevel)
	var sums archsimd.Float32x8
	x, inverse = x[:len(coefs)], inverse[:len(coefs)]
	for i := 0; i+8 <= len(coefs); i += 8 {
		c, by := archsimd.LoadInt32x8((*[8]int32)(coefs[i:i+8])), archsimd.LoadFloat32x8((*[8]float32)(inverse[i:i+8]))
		v := c.ConvertToFloat32().Mul(by)
		v.Store((*[8]float32)(x[i : i+8]))
		sums = sums.Add(v.Mul(v))
		mask[i>>3] = c.Abs().ConvertToFloat32().Mul(by).Greater(least).ToBits()
	}
	return addVector(sums), true
}
