//go:build goexperiment.simd && amd64

package plane

import "simd/archsimd"

// vector resamples with AVX2, to the same samples bit for bit. It makes one row at a
// time: first a row between of 16 bits a sample, then its sums. In both steps one
// instruction computes two products and their sum.
type vector struct {
	columns  []taps
	channels int
	width    int     // weights of a column, rounded up to whole vectors
	weights  []int16 // of all columns, padded with 0
	first    int     // the column of the source at which rows begin
	between  []int16 // with room for reading a vector beyond its end
	n        int     // the samples in between
	pairs    []int16 // between in the order of mixPixels, if pixels have several samples
	sums     []int32

	still stillness
	made  []uint8 // the last row of the output, if rows are pushed
	from  int     // the first row of the source that made is made of
}

// lanes is how many samples a vector has.
const lanes = 16

// reset prepares v for the columns of a filter, which read n pixels of each row from
// first on. It returns false if the processor has no AVX2, or if a row is too short.
func (v *vector) reset(columns []taps, first, n, channels int) bool {
	if !archsimd.X86.AVX2() || n*channels < blockLanes {
		return false
	}
	v.columns, v.channels, v.first, v.n = columns, channels, first, n*channels
	if channels == 1 {
		v.resetSamples()
	} else {
		v.resetPixels()
	}
	v.sums = resized(v.sums, len(columns)*channels+pixelLanes)
	v.still.reset(v.n)
	v.made = nil
	return true
}

// resetSamples does what reset does for pixels of one sample.
func (v *vector) resetSamples() {
	v.width = 0
	for _, t := range v.columns {
		v.width = max(v.width, (len(t.weights)+lanes-1)/lanes*lanes)
	}
	v.weights = resized(v.weights, v.width*len(v.columns))
	clear(v.weights)
	for i, t := range v.columns {
		copy(v.weights[i*v.width:], t.weights)
	}
	v.between = resized(v.between, v.n+v.width)
	clear(v.between[v.n:])
}

// resampleRow makes a row of the output from the rows of src that t selects, which are
// stride samples apart.
func (v *vector) resampleRow(dst, src []uint8, stride int, t taps) {
	src = src[t.first*stride:]
	for x := 0; x < v.n; x += blockLanes {
		x := min(x, v.n-blockLanes) // the last block overlaps the one before
		mixVectors((*[blockLanes]int16)(v.between[x:]), src[x:], stride, t.weights)
	}
	v.finish(dst)
}

// finish makes a row of the output from between.
func (v *vector) finish(dst []uint8) {
	if v.channels == 1 {
		v.mixColumns()
	} else {
		v.arrange()
		v.mixPixels()
	}
	sums := v.sums[:len(v.columns)*v.channels]
	done := storeVectors(dst, sums, v.channels)
	store(dst[done:], sums[done:], v.channels)
}

// mixVectors adds up columns of src, weighted, and rounds the sums to betweenBits.
func mixVectors(between *[blockLanes]int16, src []uint8, stride int, weights []int16) {
	const shift = weightBits - betweenBits
	low0 := archsimd.BroadcastInt32x8(1 << (shift - 1))
	low1, high0, high1 := low0, low0, low0
	at := 0
	for i := 0; i < len(weights); i += 2 {
		a := (*[blockLanes]uint8)(src[at : at+blockLanes])
		b, other := a, int16(0) // if the number of rows is odd, the last is paired with itself, at weight 0
		if i+1 < len(weights) {
			at += stride
			b, other = (*[blockLanes]uint8)(src[at:at+blockLanes]), weights[i+1]
			at += stride
		}
		// Samples of two rows, side by side, times their two weights.
		both := archsimd.BroadcastInt32x8(int32(uint16(weights[i])) | int32(other)<<16).AsInt16x16()
		a0, b0 := extend((*[lanes]uint8)(a[:])), extend((*[lanes]uint8)(b[:]))
		low0 = low0.Add(a0.InterleaveLoGrouped(b0).DotProductPairs(both))
		high0 = high0.Add(a0.InterleaveHiGrouped(b0).DotProductPairs(both))
		a1, b1 := extend((*[lanes]uint8)(a[lanes:])), extend((*[lanes]uint8)(b[lanes:]))
		low1 = low1.Add(a1.InterleaveLoGrouped(b1).DotProductPairs(both))
		high1 = high1.Add(a1.InterleaveHiGrouped(b1).DotProductPairs(both))
	}
	low0.ShiftAllRight(shift).SaturateToInt16ConcatGrouped(high0.ShiftAllRight(shift)).Store((*[lanes]int16)(between[:]))
	low1.ShiftAllRight(shift).SaturateToInt16ConcatGrouped(high1.ShiftAllRight(shift)).Store((*[lanes]int16)(between[lanes:]))
}

func extend(samples *[lanes]uint8) archsimd.Int16x16 {
	return archsimd.LoadUint8x16(samples).ExtendToUint16().AsInt16x16()
}

// mixColumns computes the sums, four at a time.
func (v *vector) mixColumns() {
	x := 0
	for ; x+4 <= len(v.columns); x += 4 {
		ab := v.sum(x).AddPairsGrouped(v.sum(x + 1))
		cd := v.sum(x + 2).AddPairsGrouped(v.sum(x + 3))
		four := ab.AddPairsGrouped(cd)
		four.GetLo().Add(four.GetHi()).Store((*[4]int32)(v.sums[x:]))
	}
	for ; x < len(v.columns); x++ {
		t := v.columns[x]
		v.sums[x] = 0
		for i, w := range t.weights {
			v.sums[x] += int32(w) * int32(v.between[t.first-v.first+i])
		}
	}
}

// sum returns the sum of sample x in parts, without adding these up.
func (v *vector) sum(x int) archsimd.Int32x8 {
	between := v.between[v.columns[x].first-v.first:]
	weights := v.weights[x*v.width:][:v.width]
	sum := archsimd.LoadInt16x16((*[lanes]int16)(between)).DotProductPairs(archsimd.LoadInt16x16((*[lanes]int16)(weights)))
	for i := lanes; i < len(weights); i += lanes {
		more := archsimd.LoadInt16x16((*[lanes]int16)(between[i:])).DotProductPairs(archsimd.LoadInt16x16((*[lanes]int16)(weights[i:])))
		sum = sum.Add(more)
	}
	return sum
}
