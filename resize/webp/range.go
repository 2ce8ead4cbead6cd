package webp

import "math/bits"

// levels stretches samples of lossy WebP from ITU-R BT.601's limited range (RFC
// 9649 section 2.5) to JFIF's full range: 255/219 or 255/224 times the sample. A
// sample of 16 bits is multiplied by scale/1<<16; the result has levelBits more
// bits, which are rounded off after zero is subtracted. For whole samples the
// result is the exact one, rounded.
type levels struct {
	scale, zero uint16
}

const levelBits = 7

// Luma is 16 to 235; chroma is 16 to 240 around 128.
var (
	luma   = levels{38155, 2321}
	chroma = levels{37303, 2203}
)

// level stretches a sample given with 8 fractional bits.
func (l *levels) level(sample uint32) uint8 {
	v := int(sample*uint32(l.scale)>>16) - int(l.zero)
	return uint8(min(255, max(0, v>>levelBits)))
}

// reduce sets each sample of dst to the mean of factor × factor samples of src,
// in the full range. Rows of src are stride apart. factor is 1, 2, 4 or 8.
func (l *levels) reduce(dst, src []uint8, stride, factor int) {
	done := l.vectorReduce(dst, src, stride, factor)
	shift := 8 - 2*bits.TrailingZeros(uint(factor))
	for i := done; i < len(dst); i++ {
		sum := uint32(0)
		for y := range factor {
			for _, v := range src[y*stride+i*factor:][:factor] {
				sum += uint32(v)
			}
		}
		dst[i] = l.level(sum << shift)
	}
}
