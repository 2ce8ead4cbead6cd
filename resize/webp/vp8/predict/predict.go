// Package predict predicts the samples of a VP8 key frame's macroblocks from the
// samples around them, RFC 6386 section 12.
package predict

import (
	"encoding/binary"
	"math/bits"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// Stride is the distance between rows of [Luma] and of [Chroma], in samples.
const Stride = 32

// Offsets of the first samples. The row above a macroblock begins Stride before
// it, the column to its left one sample before it.
const (
	LumaAt = Stride + 16
	UAt    = Stride + 8
	VAt    = Stride + 24
)

// Values of samples beyond the edges of the picture, RFC 6386 section 12.2.
const (
	OutsideAbove = 127
	OutsideLeft  = 129
)

// Luma holds 16 × 16 samples from LumaAt on, and those around them: the column to
// the left, and the row above with a corner and four more to the right. These
// four are repeated to the right of every fourth row, where blocks of 4 × 4 read
// them.
type Luma [17 * Stride]uint8

// Chroma holds 8 × 8 samples of U from UAt on and of V from VAt on, and those
// around them: the columns to the left, and the rows above with their corners.
type Chroma [9 * Stride]uint8

// Start prepares for the first macroblock of a row, which has nothing to its
// left. top says that nothing is above.
func (l *Luma) Start(top bool) {
	for y := range 17 {
		l[LumaAt-1+(y-1)*Stride] = OutsideLeft
	}
	if top {
		l[LumaAt-1-Stride] = OutsideAbove
	}
}

// Start prepares for the first macroblock of a row, which has nothing to its
// left. top says that nothing is above.
func (c *Chroma) Start(top bool) {
	for y := range 9 {
		c[UAt-1+(y-1)*Stride], c[VAt-1+(y-1)*Stride] = OutsideLeft, OutsideLeft
	}
	if top {
		c[UAt-1-Stride], c[VAt-1-Stride] = OutsideAbove, OutsideAbove
	}
}

// Next prepares for the macroblock to the right: the last column becomes the one
// to the left.
func (l *Luma) Next() {
	for y := range 17 {
		l[LumaAt-1+(y-1)*Stride] = l[LumaAt+15+(y-1)*Stride]
	}
}

// Next prepares for the macroblock to the right: the last columns become the ones
// to the left.
func (c *Chroma) Next() {
	for y := range 9 {
		c[UAt-1+(y-1)*Stride] = c[UAt+7+(y-1)*Stride]
		c[VAt-1+(y-1)*Stride] = c[VAt+7+(y-1)*Stride]
	}
}

// SetAbove sets the row above: 16 samples, and the four to the right of them.
func (l *Luma) SetAbove(row *[20]uint8) {
	copy(l[LumaAt-Stride:], row[:])
	for y := 3; y < 15; y += 4 {
		copy(l[LumaAt+16+y*Stride:][:4], row[16:])
	}
}

// SetAbove sets the rows above, of 8 samples each.
func (c *Chroma) SetAbove(u, v *[8]uint8) {
	copy(c[UAt-Stride:], u[:])
	copy(c[VAt-Stride:], v[:])
}

// Predict predicts all samples by a mode below [tables.Sub]. above and left say
// whether the picture has samples there; only those count in the mean.
func (l *Luma) Predict(mode int, above, left bool) {
	if l.vectorPredict(mode) {
		return
	}
	var dc uint8
	if mode == tables.DC16 {
		dc = mean(l[:], LumaAt, 16, above, left)
	}
	predict(l[:], LumaAt, 16, mode, dc)
}

// Predict does what [Luma]'s Predict does, for U and V.
func (c *Chroma) Predict(mode int, above, left bool) {
	if c.vectorPredict(mode) {
		return
	}
	for _, at := range [2]int{UAt, VAt} {
		var dc uint8
		if mode == tables.DC16 {
			dc = mean(c[:], at, 8, above, left)
		}
		predict(c[:], at, 8, mode, dc)
	}
}

// mean returns the mean of the samples above, to the left or both, size of each;
// 128 if there are none.
func mean(b []uint8, at, size int, above, left bool) uint8 {
	sum, n := 0, 0
	if above {
		row := b[at-Stride:][:size]
		for ; len(row) >= 8; row = row[8:] {
			sum += sum8(binary.LittleEndian.Uint64(row))
		}
		n += size
	}
	if left {
		for i := at - 1; i < at-1+size*Stride; i += Stride {
			sum += int(b[i])
		}
		n += size
	}
	if n == 0 {
		return 128
	}
	return uint8((sum + n/2) >> bits.TrailingZeros(uint(n)))
}

// sum8 returns the sum of eight bytes.
func sum8(v uint64) int {
	const even = 0x00ff_00ff_00ff_00ff
	return int((v&even + v>>8&even) * 0x0001_0001_0001_0001 >> 48)
}

// predict predicts size × size samples; size is 8 or 16, and dc is their mean.
func predict(b []uint8, at, size, mode int, dc uint8) {
	const all = 0x0101_0101_0101_0101
	first, last := at, at+size-8 // the eight samples at either end of a row
	end := at + size*Stride
	switch mode {
	case tables.DC16:
		for ; first < end; first, last = first+Stride, last+Stride {
			binary.LittleEndian.PutUint64(b[first:], uint64(dc)*all)
			binary.LittleEndian.PutUint64(b[last:], uint64(dc)*all)
		}
	case tables.V16:
		left, right := binary.LittleEndian.Uint64(b[first-Stride:]), binary.LittleEndian.Uint64(b[last-Stride:])
		for ; first < end; first, last = first+Stride, last+Stride {
			binary.LittleEndian.PutUint64(b[first:], left)
			binary.LittleEndian.PutUint64(b[last:], right)
		}
	case tables.H16:
		for ; first < end; first, last = first+Stride, last+Stride {
			v := uint64(b[first-1]) * all
			binary.LittleEndian.PutUint64(b[first:], v)
			binary.LittleEndian.PutUint64(b[last:], v)
		}
	default: // TM16
		above := b[at-Stride:][:size]
		corner := int(b[at-Stride-1])
		for ; first < end; first += Stride {
			difference := int(b[first-1]) - corner
			row := b[first:][:size]
			for x, v := range above {
				row[x] = uint8(min(255, max(0, int(v)+difference)))
			}
		}
	}
}
