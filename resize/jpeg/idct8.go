package jpeg

import "encoding/binary"

// Constants of the inverse DCT of 8 points, as fractions of 2^13. With cn for
// √2 cos(nπ/16) and sn for √2 sin(nπ/16), the sums and differences are those
// that the rotations of Loeffler, Ligtenberg and Moschytz (Practical Fast 1-D
// DCT Algorithms with 11 Multiplications, ICASSP 1989) are left with when each
// takes three multiplications instead of four.
const (
	c6        = 4433  // 0.541196100
	c2MinusC6 = 6270  // 0.765366865
	c2PlusC6  = 15137 // 1.847759065

	c3             = 9633  // 1.175875602
	c3MinusC5      = 3196  // 0.390180644
	c3PlusC5       = 16069 // 1.961570560
	c3MinusC7      = 7373  // 0.899976223
	c1PlusC3       = 20995 // 2.562915447
	c1c3MinusC5C7  = 12299 // 1.501321110 = c1+c3-c5-c7
	c1c3PlusC5C7m  = 25172 // 3.072711026 = c1+c3+c5-c7
	c1c3MinusC5pC7 = 16819 // 2.053119869 = c1+c3-c5+c7
	c3c5C7MinusC1  = 2446  // 0.298631336 = -c1+c3+c5-c7
)

// inverseDCT8 is the inverse DCT of 8 points.
func (b *block) inverseDCT8(last int, dst []uint8, stride int) {
	var t [64]int32
	// The first ten coefficients in coded order are all in the first four
	// columns and rows.
	const corner = 9
	columns := 8
	if last <= corner {
		columns = 4
	}
	for x := range columns {
		b.inverseDCTColumn(x, &t)
	}
	for y := range 8 {
		row := (*[8]int32)(t[8*y:])
		binary.LittleEndian.PutUint64(dst[y*stride:], inverseDCTRow(row))
	}
}

func (b *block) inverseDCTColumn(x int, t *[64]int32) {
	f0, f1, f2, f3 := int32(b[x]), int32(b[8+x]), int32(b[16+x]), int32(b[24+x])
	f4, f5, f6, f7 := int32(b[32+x]), int32(b[40+x]), int32(b[48+x]), int32(b[56+x])
	if f1|f2|f3|f4|f5|f6|f7 == 0 {
		dc := f0 << passBits
		for y := range 8 {
			t[8*y+x] = dc
		}
		return
	}
	e0, e1, e2, e3 := evenPart(f0, f2, f4, f6, columnRound)
	o0, o1, o2, o3 := oddPart(f1, f3, f5, f7)
	t[x] = (e0 + o0) >> columnShift
	t[8+x] = (e1 + o1) >> columnShift
	t[16+x] = (e2 + o2) >> columnShift
	t[24+x] = (e3 + o3) >> columnShift
	t[32+x] = (e3 - o3) >> columnShift
	t[40+x] = (e2 - o2) >> columnShift
	t[48+x] = (e1 - o1) >> columnShift
	t[56+x] = (e0 - o0) >> columnShift
}

// inverseDCTRow returns the samples of a row, the first one lowest.
func inverseDCTRow(f *[8]int32) uint64 {
	e0, e1, e2, e3 := evenPart(f[0], f[2], f[4], f[6], rowBias)
	o0, o1, o2, o3 := oddPart(f[1], f[3], f[5], f[7])
	return uint64(clamp((e0+o0)>>rowShift)) |
		uint64(clamp((e1+o1)>>rowShift))<<8 |
		uint64(clamp((e2+o2)>>rowShift))<<16 |
		uint64(clamp((e3+o3)>>rowShift))<<24 |
		uint64(clamp((e3-o3)>>rowShift))<<32 |
		uint64(clamp((e2-o2)>>rowShift))<<40 |
		uint64(clamp((e1-o1)>>rowShift))<<48 |
		uint64(clamp((e0-o0)>>rowShift))<<56
}

// evenPart returns what the coefficients of even frequency contribute to the
// samples 0 to 3 and, mirrored, 4 to 7.
func evenPart(f0, f2, f4, f6, bias int32) (e0, e1, e2, e3 int32) {
	sum, difference := (f0+f4)<<constBits+bias, (f0-f4)<<constBits+bias
	z := c6 * (f2 + f6)
	a, b := z+c2MinusC6*f2, z-c2PlusC6*f6
	return sum + a, difference + b, difference - b, sum - a
}

// oddPart returns what the coefficients of odd frequency contribute to the
// samples 0 to 3 and, mirrored and negated, 4 to 7.
func oddPart(f1, f3, f5, f7 int32) (o0, o1, o2, o3 int32) {
	z := c3 * (f1 + f3 + f5 + f7)
	p := z - c3PlusC5*(f3+f7)
	q := z - c3MinusC5*(f1+f5)
	r := -c3MinusC7 * (f1 + f7)
	s := -c1PlusC3 * (f3 + f5)
	o0 = c1c3MinusC5C7*f1 + q + r
	o1 = c1c3PlusC5C7m*f3 + p + s
	o2 = c1c3MinusC5pC7*f5 + q + s
	o3 = c3c5C7MinusC1*f7 + p + r
	return o0, o1, o2, o3
}
