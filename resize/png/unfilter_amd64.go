//go:build goexperiment.simd && amd64

package png

import (
	"encoding/binary"
	"simd/archsimd"
)

// unfilterVectors does what unfilter does, with AVX2 if the processor has it, for the
// first bytes of a row. It returns how many it has done: none, or at least a pixel.
//
// If a pixel depends on the one before, a vector holds one pixel, and bytes beyond it,
// which the next vector overwrites.
func unfilterVectors(filter byte, dst, src, above []byte, bpp int) int {
	if !archsimd.X86.AVX2() || len(dst) != len(src) || len(above) != len(src) {
		return 0
	}
	switch filter {
	case filterSub:
		return subVectors(dst, src, bpp)
	case filterUp:
		return addVectors(dst, src, above)
	case filterAverage:
		return averageVectors(dst, src, above, bpp)
	case filterPaeth:
		return paethVectors(dst, src, above, bpp)
	}
	return 0
}

func addVectors(dst, src, above []byte) int {
	i := 0
	for ; i+lanes <= len(src); i += lanes {
		store(dst, i, load(src, i).Add(load(above, i)))
	}
	archsimd.ClearAVXUpperBits()
	return i
}

// pixelLanes is how many bytes a vector for one pixel has.
const pixelLanes = 16

func loadPixel(row []byte, at int) archsimd.Uint8x16 {
	return archsimd.LoadUint8x16((*[pixelLanes]byte)(row[at : at+pixelLanes : at+pixelLanes]))
}

// storePixel stores the first eight bytes, the size of the largest pixel.
func storePixel(row []byte, at int, v archsimd.Uint8x16) {
	binary.LittleEndian.PutUint64(row[at:at+8:at+8], v.AsUint64x2().GetElem(0))
}

func subVectors(dst, src []byte, bpp int) int {
	if bpp < 4 {
		return 0 // not faster with vectors
	}
	var left archsimd.Uint8x16
	i := 0
	for ; i+pixelLanes <= len(src); i += bpp {
		left = left.Add(loadPixel(src, i))
		storePixel(dst, i, left)
	}
	return i
}

// averageVectors works on the complements of bytes, because one instruction gives their
// mean rounded up.
func averageVectors(dst, src, above []byte, bpp int) int {
	ones := archsimd.BroadcastUint8x16(255)
	left := ones
	i := 0
	for ; i+pixelLanes <= len(src); i += bpp {
		left = left.Average(loadPixel(above, i).Xor(ones)).Sub(loadPixel(src, i))
		storePixel(dst, i, left.Xor(ones))
	}
	return i
}

// paethVectors adds v to all three neighbours before vectorPaeth's choice among them,
// since the sums are ready sooner than the choice.
func paethVectors(dst, src, above []byte, bpp int) int {
	var left, corner archsimd.Uint8x16
	i := 0
	for ; i+pixelLanes <= len(src); i += bpp {
		v, up := loadPixel(src, i), loadPixel(above, i)
		low, high := left.Min(up), left.Max(up)
		over, under := corner.SubSaturated(low), high.SubSaturated(corner)
		toLow := under.AddSaturated(under).Min(over).Equal(under.AddSaturated(under))
		toHigh := over.AddSaturated(over).Min(under).Equal(over.AddSaturated(over))
		nearest := low.Add(v).Merge(corner.Add(v), toLow)
		left = high.Add(v).Merge(nearest, toHigh)
		corner = up
		storePixel(dst, i, left)
	}
	return i
}
