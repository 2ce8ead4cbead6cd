//go:build goexperiment.simd && amd64

package png

import "simd/archsimd"

// addVectors does what addPart does, with AVX2 if the processor has it, for the first
// bytes of a part, and returns how many. With a part of 1 MB, sums of 32 bits do not
// overflow.
func (s *adler) addVectors(part []byte) int {
	if !archsimd.X86.AVX2() || len(part) < lanes {
		return 0
	}
	weights := archsimd.LoadInt8x32(&adlerWeights)
	ones := archsimd.BroadcastInt16x16(1)
	var zero archsimd.Uint8x32
	var sum, earlier archsimd.Uint64x4 // of bytes, and of sum's values before each vector
	var weighted archsimd.Int32x8
	n := 0
	for ; n+lanes <= len(part); n += lanes {
		v := load(part, n)
		earlier = earlier.Add(sum)
		sum = sum.Add(v.SumAbsDiff(zero).AsUint64x4())
		weighted = weighted.Add(v.DotProductPairsSaturated(weights).DotProductPairs(ones))
	}
	var w [8]int32
	weighted.Store(&w)
	s.b += uint64(n)*s.a + lanes*total(earlier)
	s.a += total(sum)
	archsimd.ClearAVXUpperBits()
	for _, v := range w {
		s.b += uint64(v)
	}
	return n
}

func total(sums archsimd.Uint64x4) uint64 {
	both := sums.GetLo().Add(sums.GetHi())
	return both.GetElem(0) + both.GetElem(1)
}

// adlerWeights says how often each byte of a vector counts in b.
var adlerWeights = func() (weights [lanes]int8) {
	for i := range weights {
		weights[i] = int8(lanes - i)
	}
	return weights
}()
