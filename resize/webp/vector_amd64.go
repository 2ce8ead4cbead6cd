//go:build goexperiment.simd && amd64

package webp

import "simd/archsimd"

// Samples are reduced with AVX2, 16 at a time, with the same results.

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

// lanes is how many samples are computed together.
const lanes = 16

// vectorReduce does what reduce does for the first samples, and returns how many
// it has done.
func (l *levels) vectorReduce(dst, src []uint8, stride, factor int) int {
	if !hasVectors() || factor > 4 {
		return 0
	}
	vectors := l.vectors()
	order := archsimd.LoadInt8x32(&evenBytes)
	whole := len(dst) / lanes * lanes
	for i := 0; i < whole; i += lanes {
		var sum archsimd.Uint16x16 // in 1/256 of a sample
		switch factor {
		case 1:
			sum = wide(archsimd.LoadUint8x16((*[lanes]uint8)(src[i:])))
		case 2:
			above, below := pairs(src, 2*i), pairs(src, stride+2*i)
			sum = above.Add(below).ShiftAllLeft(6).AsUint16x16()
		default:
			left := pairs(src, 4*i).Add(pairs(src, stride+4*i)).Add(pairs(src, 2*stride+4*i).Add(pairs(src, 3*stride+4*i)))
			right := pairs(src, 4*i+32).Add(pairs(src, stride+4*i+32)).Add(pairs(src, 2*stride+4*i+32).Add(pairs(src, 3*stride+4*i+32)))
			// The halves of left and right have to be put in order.
			low, high := left.Select128FromPair(0, 2, right), left.Select128FromPair(1, 3, right)
			sum = low.AddPairsGrouped(high).ShiftAllLeft(4).AsUint16x16()
		}
		packed := vectors.full(sum).AsUint8x32().PermuteOrZeroGrouped(order).AsUint64x4()
		packed.GetLo().InterleaveLo(packed.GetHi()).AsUint8x16().Store((*[lanes]uint8)(dst[i:]))
	}
	archsimd.ClearAVXUpperBits()
	return whole
}

// levelVectors holds levels in all lanes.
type levelVectors struct{ scale, zero archsimd.Uint16x16 }

// vectors returns l in all lanes.
func (l *levels) vectors() levelVectors {
	return levelVectors{archsimd.BroadcastUint16x16(l.scale), archsimd.BroadcastUint16x16(l.zero)}
}

// full computes levels.level for 16 samples.
func (l *levelVectors) full(sample archsimd.Uint16x16) archsimd.Int16x16 {
	most := archsimd.BroadcastUint16x16(256<<levelBits - 1)
	return sample.MulHigh(l.scale).SubSaturated(l.zero).Min(most).AsInt16x16().ShiftAllRight(levelBits)
}

// wide returns samples with 8 fractional bits.
func wide(v archsimd.Uint8x16) archsimd.Uint16x16 {
	return v.ExtendToUint16().AsInt16x16().ShiftAllLeft(8).AsUint16x16()
}

// pairs returns the sums of neighbouring samples, the first and second, the third
// and fourth and so on, of the 32 from src[at] on.
func pairs(src []uint8, at int) archsimd.Int16x16 {
	return archsimd.LoadUint8x32((*[32]uint8)(src[at:])).DotProductPairsSaturated(archsimd.BroadcastInt8x32(1))
}

// evenBytes is the byte order that gathers the even bytes of eight numbers.
var evenBytes = [32]int8{
	0, 2, 4, 6, 8, 10, 12, 14, -1, -1, -1, -1, -1, -1, -1, -1,
	0, 2, 4, 6, 8, 10, 12, 14, -1, -1, -1, -1, -1, -1, -1, -1,
}
