package jpeg

import "encoding/binary"

// Constants of the inverse DCT of 8 points, with 13 fractional bits. cn stands
// for √2 cos(nπ/16). The sums and differences result from the rotations of
// Loeffler, Ligtenberg and Moschytz (Practical Fast 1-D DCT Algorithms with 11
// Multiplications, ICASSP 1989), each computed with three multiplications instead
// of four.
const (
	c6        = 4433  // 0.541196100
	c2MinusC6 = 6270  // 0.765366865
	c2PlusC6  = 15137 // 1.847759065

	c3        = 9633  // 1.175875602
	c3MinusC5 = 3196  // 0.390180644
	c3PlusC5  = 16069 // 1.961570560
	c3MinusC7 = 7373  // 0.899976223
	c1PlusC3  = 20995 // 2.562915447

	odd1 = 12299 // 1.501321110 = c1+c3-c5-c7
	odd3 = 25172 // 3.072711026 = c1+c3+c5-c7
	odd5 = 16819 // 2.053119869 = c1+c3-c5+c7
	odd7 = 2446  // 0.298631336 = -c1+c3+c5-c7
)

// inverseDCT8 computes the inverse DCT of 8 points. Coefficients beyond index
// last, in coded order, must be 0.
func (b *block) inverseDCT8(last int, dst []uint8, stride int) {
	var t [64]int32
	// The first ten coefficients in coded order are in the first four columns
	// and rows.
	if last < 10 {
		b.columns4(&t)
		clear(b[:64])
		rows4(&t, dst, stride)
		return
	}
	b.columns8(&t)
	clear(b[:64])
	rows8(&t, dst, stride)
}

// columns8 transforms the columns into t.
func (b *block) columns8(t *[64]int32) {
	for x := range 8 {
		f1, f2, f3 := int32(b[8+x]), int32(b[16+x]), int32(b[24+x])
		f4, f5, f6, f7 := int32(b[32+x]), int32(b[40+x]), int32(b[48+x]), int32(b[56+x])
		f0 := int32(b[x])
		if f1|f2|f3|f4|f5|f6|f7 == 0 {
			f0 <<= passBits
			t[x], t[8+x], t[16+x], t[24+x] = f0, f0, f0, f0
			t[32+x], t[40+x], t[48+x], t[56+x] = f0, f0, f0, f0
			continue
		}
		e0, e1, e2, e3 := evenPart(f0, f2, f4, f6, columnRound)
		p, q, r, s := oddSums(f1, f3, f5, f7)
		o0, o1, o2, o3 := odd1*f1+q+r, odd3*f3+p+s, odd5*f5+q+s, odd7*f7+p+r
		t[x], t[56+x] = (e0+o0)>>columnShift, (e0-o0)>>columnShift
		t[8+x], t[48+x] = (e1+o1)>>columnShift, (e1-o1)>>columnShift
		t[16+x], t[40+x] = (e2+o2)>>columnShift, (e2-o2)>>columnShift
		t[24+x], t[32+x] = (e3+o3)>>columnShift, (e3-o3)>>columnShift
	}
}

// rows8 transforms the rows of t, as columns8 left it, and writes the samples to
// dst.
func rows8(t *[64]int32, dst []uint8, stride int) {
	for y := range 8 {
		f := (*[8]int32)(t[8*y:])
		e0, e1, e2, e3 := evenPart(f[0], f[2], f[4], f[6], rowBias)
		p, q, r, s := oddSums(f[1], f[3], f[5], f[7])
		o0, o1, o2, o3 := odd1*f[1]+q+r, odd3*f[3]+p+s, odd5*f[5]+q+s, odd7*f[7]+p+r
		binary.LittleEndian.PutUint64(dst[y*stride:], pack8(
			(e0+o0)>>rowShift, (e1+o1)>>rowShift, (e2+o2)>>rowShift, (e3+o3)>>rowShift,
			(e3-o3)>>rowShift, (e2-o2)>>rowShift, (e1-o1)>>rowShift, (e0-o0)>>rowShift))
	}
}

// columns4 does what columns8 does if only the first four columns and rows hold
// coefficients.
func (b *block) columns4(t *[64]int32) {
	for x := range 4 {
		f0, f1, f2, f3 := int32(b[x]), int32(b[8+x]), int32(b[16+x]), int32(b[24+x])
		e0, e1, e2, e3 := evenPart(f0, f2, 0, 0, columnRound)
		p, q, r, s := oddSums(f1, f3, 0, 0)
		o0, o1, o2, o3 := odd1*f1+q+r, odd3*f3+p+s, q+s, p+r
		t[x], t[56+x] = (e0+o0)>>columnShift, (e0-o0)>>columnShift
		t[8+x], t[48+x] = (e1+o1)>>columnShift, (e1-o1)>>columnShift
		t[16+x], t[40+x] = (e2+o2)>>columnShift, (e2-o2)>>columnShift
		t[24+x], t[32+x] = (e3+o3)>>columnShift, (e3-o3)>>columnShift
	}
}

// rows4 transforms the rows of t, as columns4 left it, and writes the samples to
// dst.
func rows4(t *[64]int32, dst []uint8, stride int) {
	for y := range 8 {
		f := (*[4]int32)(t[8*y:])
		e0, e1, e2, e3 := evenPart(f[0], f[2], 0, 0, rowBias)
		p, q, r, s := oddSums(f[1], f[3], 0, 0)
		o0, o1, o2, o3 := odd1*f[1]+q+r, odd3*f[3]+p+s, q+s, p+r
		binary.LittleEndian.PutUint64(dst[y*stride:], pack8(
			(e0+o0)>>rowShift, (e1+o1)>>rowShift, (e2+o2)>>rowShift, (e3+o3)>>rowShift,
			(e3-o3)>>rowShift, (e2-o2)>>rowShift, (e1-o1)>>rowShift, (e0-o0)>>rowShift))
	}
}

// evenPart returns what the coefficients of even frequency contribute to samples
// 0 to 3 and, mirrored, 4 to 7.
func evenPart(f0, f2, f4, f6, bias int32) (e0, e1, e2, e3 int32) {
	sum, difference := (f0+f4)<<constBits+bias, (f0-f4)<<constBits+bias
	z := c6 * (f2 + f6)
	a, b := z+c2MinusC6*f2, z-c2PlusC6*f6
	return sum + a, difference + b, difference - b, sum - a
}

// oddSums returns the terms shared by what the coefficients of odd frequency
// contribute to samples 0 to 3 and, mirrored and negated, 4 to 7.
func oddSums(f1, f3, f5, f7 int32) (p, q, r, s int32) {
	z := c3 * (f1 + f3 + f5 + f7)
	return z - c3PlusC5*(f3+f7), z - c3MinusC5*(f1+f5), -c3MinusC7 * (f1 + f7), -c1PlusC3 * (f3 + f5)
}

// pack8 limits samples to 0 … 255 and packs them, the first one lowest.
func pack8(a, b, c, d, e, f, g, h int32) uint64 {
	if uint32(a|b|c|d|e|f|g|h) > 255 {
		a, b, c, d = int32(clamp(a)), int32(clamp(b)), int32(clamp(c)), int32(clamp(d))
		e, f, g, h = int32(clamp(e)), int32(clamp(f)), int32(clamp(g)), int32(clamp(h))
	}
	low := uint32(a) | uint32(b)<<8 | uint32(c)<<16 | uint32(d)<<24
	high := uint32(e) | uint32(f)<<8 | uint32(g)<<16 | uint32(h)<<24
	return uint64(low) | uint64(high)<<32
}
