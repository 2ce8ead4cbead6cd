package webp

import "math/bits"

// levels stretches samples of lossy WebP from ITU-R BT.601's limited range (RFC 9649
// section 2.5) to the full range that JFIF has: 255/219 or 255/224 times the sample,
// which is a number of 16 bits, over 1<<9, is scaled, with levelBits that are rounded
// off; less zero. For whole samples this is what exact numbers round to.
type levels struct {
	scale, zero uint16
}

const levelBits = 7

// Luma is 16 to 235, chroma 16 to 240 around 128.
var (
	luma   = levels{38155, 2321}
	chroma = levels{37303, 2203}
)

// level stretches a sample of 256 steps between one value and the next.
func (l *levels) level(sample uint32) uint8 {
	v := int(sample*uint32(l.scale)>>16) - int(l.zero)
	return uint8(min(255, max(0, v>>levelBits)))
}

// reduce makes each sample of dst the mean of factor × factor samples of src, of which
// rows are stride apart, in the full range. factor is 1, 2, 4 or 8.
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
