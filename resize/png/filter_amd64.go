//go:build goexperiment.simd && amd64

package png

import "simd/archsimd"

// tryVectors does what try does, with AVX2 if the processor has it, for bytes from the
// second pixel on. It returns the index of the first byte not done.
func (f *filterer) tryVectors(sums *[filters]int, row, above []byte) int {
	if !archsimd.X86.AVX2() {
		return 0
	}
	var zero archsimd.Uint8x32
	var none, sub, up, average, nearest archsimd.Uint64x4
	i := f.bpp
	for ; i+lanes <= len(row); i += lanes {
		v, a := load(row, i), load(row, i-f.bpp)
		b, c := load(above, i), load(above, i-f.bpp)
		none = none.Add(f.keepVector(filterNone, i, v, zero))
		sub = sub.Add(f.keepVector(filterSub, i, v, a))
		up = up.Add(f.keepVector(filterUp, i, v, b))
		average = average.Add(f.keepVector(filterAverage, i, v, vectorMean(a, b)))
		nearest = nearest.Add(f.keepVector(filterPaeth, i, v, vectorPaeth(a, b, c)))
	}
	for filter, sum := range [filters]archsimd.Uint64x4{none, sub, up, average, nearest} {
		both := sum.GetLo().Add(sum.GetHi())
		sums[filter] += int(both.GetElem(0) + both.GetElem(1))
	}
	archsimd.ClearAVXUpperBits()
	return i
}

// keepVector stores the bytes v less a filter's prediction, and returns the sums of
// their absolute values.
func (f *filterer) keepVector(filter, at int, v, predicted archsimd.Uint8x32) archsimd.Uint64x4 {
	d := v.Sub(predicted)
	store(f.tries[filter], 1+at, d)
	var zero archsimd.Uint8x32
	return d.AsInt8x32().Abs().AsUint8x32().SumAbsDiff(zero).AsUint64x4()
}

// vectorMean returns the means of bytes, rounded down.
func vectorMean(a, b archsimd.Uint8x32) archsimd.Uint8x32 {
	return a.Average(b).Sub(a.Xor(b).And(archsimd.BroadcastUint8x32(1)))
}

// vectorPaeth does what paeth does. The distances of the corner above the smaller
// neighbour and below the larger one decide which is nearest. They overflow a byte only
// where that does not matter.
func vectorPaeth(a, b, c archsimd.Uint8x32) archsimd.Uint8x32 {
	low, high := a.Min(b), a.Max(b)
	over, under := c.SubSaturated(low), high.SubSaturated(c)
	nearest := low.Merge(c, lessOrEqual(under.AddSaturated(under), over))
	return high.Merge(nearest, lessOrEqual(over.AddSaturated(over), under))
}

// lessOrEqual reports where a <= b. It takes two instructions, fewer than LessEqual.
func lessOrEqual(a, b archsimd.Uint8x32) archsimd.Mask8x32 { return a.Min(b).Equal(a) }
