//go:build goexperiment.simd && amd64

package av1

import "simd/archsimd"

// vectorSums sets sums to those of two neighbouring cells at x, y. Both must have
// neighbours on all four sides. It returns false if the processor lacks AVX2.
func vectorSums(sums *[2]cellSums, s *surface, x, y int) bool {
	if !hasVectors() {
		return false
	}
	load := func(at int) archsimd.Int16x16 {
		return archsimd.LoadUint8x16((*[16]uint8)(s.pix[at:])).ExtendToUint16().AsInt16x16()
	}
	var samples archsimd.Int16x16
	var squares, xx, yy, xy archsimd.Int32x8
	for i := range 8 {
		at := (y+i)*s.stride + x
		up, down := s.around(x, y+i)
		v, gx, gy := load(at), load(at+1).Sub(load(at-1)), load(down).Sub(load(up))
		samples = samples.Add(v)
		squares = squares.Add(v.DotProductPairs(v))
		xx = xx.Add(gx.DotProductPairs(gx))
		yy = yy.Add(gy.DotProductPairs(gy))
		xy = xy.Add(gx.DotProductPairs(gy))
	}
	var all [5][8]int32
	samples.DotProductPairs(archsimd.LoadInt16x16(&ones16)).Store(&all[0])
	squares.Store(&all[1])
	xx.Store(&all[2])
	yy.Store(&all[3])
	xy.Store(&all[4])
	archsimd.ClearAVXUpperBits()
	for i := range sums {
		sum := func(a *[8]int32) int32 { return a[4*i] + a[4*i+1] + a[4*i+2] + a[4*i+3] }
		sums[i] = cellSums{sum(&all[0]), sum(&all[1]), sum(&all[2]), sum(&all[3]), sum(&all[4])}
	}
	return true
}

var ones16 = [16]int16{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
