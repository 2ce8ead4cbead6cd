package jpeg

import "encoding/binary"

// The inverse DCTs (ITU-T T.81, A.3.3) turn dequantised coefficients into
// samples. The inverse DCT of N points takes the N by N coefficients of lowest
// frequency.
//
// With the coefficients scaled as JPEG scales them, the transform of N points in
// one direction is, up to the factor 1/√8,
//
//	s(x) = F(0) + √2 Σ F(u) cos((2x+1)uπ/2N), u = 1 … N-1
//
// for every N. So a sample is the block's mean over the square that it stands
// for, as if the other coefficients were 0. In two directions the factor is 1/8.
//
// Constants have constBits fractional bits. Between columns and rows, values keep
// passBits fractional bits.
const (
	constBits = 13
	passBits  = 2

	// columnShift and rowShift drop the bits that the two passes have added;
	// rowShift includes the factor 1/8.
	columnShift = constBits - passBits
	rowShift    = constBits + passBits + 3

	columnRound = 1 << (columnShift - 1)

	// rowBias rounds and adds the level shift of 128 (A.3.1).
	rowBias = 1<<(rowShift-1) + 128<<rowShift
)

// inverseDCT writes the samples of a block of points by points coefficients to
// dst and clears the coefficients. Those beyond index last, in coded order, must
// be 0.
func (b *block) inverseDCT(points, last int, dst []uint8, stride int) {
	switch {
	case last == 0:
		b.flat(points, dst, stride)
	case points == 8:
		if !b.vectorDCT8(dst, stride) {
			b.inverseDCT8(last, dst, stride)
		}
	case points == 4:
		if !b.vectorDCT4(dst, stride) {
			b.inverseDCT4(dst, stride)
		}
	default:
		b.inverseDCT2(dst, stride)
	}
}

// mean returns the sample that a DC coefficient alone makes.
func mean(dc int16) uint8 { return clamp((int32(dc) + 128<<3 + 1<<2) >> 3) }

// flat writes the samples of a block whose AC coefficients are 0.
func (b *block) flat(points int, dst []uint8, stride int) {
	s := mean(b[0])
	switch points {
	case 8:
		row := uint64(s) * 0x0101010101010101
		for y := range 8 {
			binary.LittleEndian.PutUint64(dst[y*stride:], row)
		}
	case 4:
		row := uint32(s) * 0x01010101
		for y := range 4 {
			binary.LittleEndian.PutUint32(dst[y*stride:], row)
		}
	case 2:
		dst[0], dst[1] = s, s
		dst[stride], dst[stride+1] = s, s
	default:
		dst[0] = s
	}
}

// inverseDCT2 computes the inverse DCT of 2 points. It is exact: cos(π/4)·√2 is
// 1.
func (b *block) inverseDCT2(dst []uint8, stride int) {
	const bias = 128<<3 + 1<<2
	f0, f1, f2, f3 := int32(b[0])+bias, int32(b[1]), int32(b[2]), int32(b[3])
	clear(b[:4])
	left, right := f0+f2, f1+f3
	dst[0], dst[1] = clamp((left+right)>>3), clamp((left-right)>>3)
	left, right = f0-f2, f1-f3
	dst = dst[stride:]
	dst[0], dst[1] = clamp((left+right)>>3), clamp((left-right)>>3)
}

// Constants of inverseDCT4: √2 cos(π/8) and √2 cos(3π/8).
const (
	cos1of8 = 10703 // 1.306562965 · 2^13
	cos3of8 = 4433  // 0.541196100 · 2^13
)

// inverseDCT4 computes the inverse DCT of 4 points.
func (b *block) inverseDCT4(dst []uint8, stride int) {
	var t [16]int32
	for x := range 4 {
		f0, f1, f2, f3 := int32(b[x]), int32(b[4+x]), int32(b[8+x]), int32(b[12+x])
		even0 := (f0+f2)<<constBits + columnRound
		even1 := (f0-f2)<<constBits + columnRound
		odd0 := cos1of8*f1 + cos3of8*f3
		odd1 := cos3of8*f1 - cos1of8*f3
		t[x] = (even0 + odd0) >> columnShift
		t[4+x] = (even1 + odd1) >> columnShift
		t[8+x] = (even1 - odd1) >> columnShift
		t[12+x] = (even0 - odd0) >> columnShift
	}
	clear(b[:16])
	for y := range 4 {
		r := t[4*y : 4*y+4 : 4*y+4]
		even0 := (r[0]+r[2])<<constBits + rowBias
		even1 := (r[0]-r[2])<<constBits + rowBias
		odd0 := cos1of8*r[1] + cos3of8*r[3]
		odd1 := cos3of8*r[1] - cos1of8*r[3]
		binary.LittleEndian.PutUint32(dst[y*stride:],
			uint32(clamp((even0+odd0)>>rowShift))|
				uint32(clamp((even1+odd1)>>rowShift))<<8|
				uint32(clamp((even1-odd1)>>rowShift))<<16|
				uint32(clamp((even0-odd0)>>rowShift))<<24)
	}
}

// clamp limits a sample to 0 … 255.
func clamp(v int32) uint8 {
	if uint32(v) > 255 {
		return uint8(^v >> 31)
	}
	return uint8(v)
}
