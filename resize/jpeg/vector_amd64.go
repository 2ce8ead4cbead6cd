//go:build goexperiment.simd && amd64

package jpeg

import (
	"encoding/binary"
	"simd/archsimd"
)

// The inverse DCTs with AVX2, bit for bit. First a vector is a row of the block,
// so that all columns are transformed together; after transposing, a vector is a
// column, and the rows are. Samples are then joined from columns: four of them
// make the four bytes of each row.

// vectorDCT8 computes inverseDCT8; it returns false if the processor cannot.
func (b *block) vectorDCT8(dst []uint8, stride int) bool {
	if !archsimd.X86.AVX2() {
		return false
	}
	f0, f1, f2, f3 := loadRow8(b, 0), loadRow8(b, 1), loadRow8(b, 2), loadRow8(b, 3)
	f4, f5, f6, f7 := loadRow8(b, 4), loadRow8(b, 5), loadRow8(b, 6), loadRow8(b, 7)
	clear(b[:64])

	e0, e1, e2, e3 := vectorEven(f0, f2, f4, f6, archsimd.BroadcastInt32x8(columnRound))
	o0, o1, o2, o3 := vectorOdd(f1, f3, f5, f7)
	f0, f7 = e0.Add(o0).ShiftAllRight(columnShift), e0.Sub(o0).ShiftAllRight(columnShift)
	f1, f6 = e1.Add(o1).ShiftAllRight(columnShift), e1.Sub(o1).ShiftAllRight(columnShift)
	f2, f5 = e2.Add(o2).ShiftAllRight(columnShift), e2.Sub(o2).ShiftAllRight(columnShift)
	f3, f4 = e3.Add(o3).ShiftAllRight(columnShift), e3.Sub(o3).ShiftAllRight(columnShift)

	f0, f1, f2, f3, f4, f5, f6, f7 = transpose8(f0, f1, f2, f3, f4, f5, f6, f7)

	e0, e1, e2, e3 = vectorEven(f0, f2, f4, f6, archsimd.BroadcastInt32x8(rowBias))
	o0, o1, o2, o3 = vectorOdd(f1, f3, f5, f7)
	left := joinColumns(e0.Add(o0), e1.Add(o1), e2.Add(o2), e3.Add(o3))
	right := joinColumns(e3.Sub(o3), e2.Sub(o2), e1.Sub(o1), e0.Sub(o0))

	rows0145 := left.InterleaveLoGrouped(right).AsUint64x4()
	rows2367 := left.InterleaveHiGrouped(right).AsUint64x4()
	binary.LittleEndian.PutUint64(dst, rows0145.GetLo().GetElem(0))
	binary.LittleEndian.PutUint64(dst[stride:], rows0145.GetLo().GetElem(1))
	binary.LittleEndian.PutUint64(dst[2*stride:], rows2367.GetLo().GetElem(0))
	binary.LittleEndian.PutUint64(dst[3*stride:], rows2367.GetLo().GetElem(1))
	binary.LittleEndian.PutUint64(dst[4*stride:], rows0145.GetHi().GetElem(0))
	binary.LittleEndian.PutUint64(dst[5*stride:], rows0145.GetHi().GetElem(1))
	binary.LittleEndian.PutUint64(dst[6*stride:], rows2367.GetHi().GetElem(0))
	binary.LittleEndian.PutUint64(dst[7*stride:], rows2367.GetHi().GetElem(1))
	archsimd.ClearAVXUpperBits()
	return true
}

// loadRow8 returns row y of a block of 8 by 8 coefficients.
func loadRow8(b *block, y int) archsimd.Int32x8 {
	return archsimd.LoadInt16x8((*[8]int16)(b[8*y:])).ExtendToInt32()
}

// vectorEven computes evenPart for eight lines.
func vectorEven(f0, f2, f4, f6, bias archsimd.Int32x8) (e0, e1, e2, e3 archsimd.Int32x8) {
	sum := f0.Add(f4).ShiftAllLeft(constBits).Add(bias)
	difference := f0.Sub(f4).ShiftAllLeft(constBits).Add(bias)
	z := f2.Add(f6).Mul(archsimd.BroadcastInt32x8(c6))
	a := z.Add(f2.Mul(archsimd.BroadcastInt32x8(c2MinusC6)))
	b := z.Sub(f6.Mul(archsimd.BroadcastInt32x8(c2PlusC6)))
	return sum.Add(a), difference.Add(b), difference.Sub(b), sum.Sub(a)
}

// vectorOdd returns what the coefficients of odd frequency contribute to samples
// 0 to 3, for eight lines.
func vectorOdd(f1, f3, f5, f7 archsimd.Int32x8) (o0, o1, o2, o3 archsimd.Int32x8) {
	f37, f15 := f3.Add(f7), f1.Add(f5)
	z := f37.Add(f15).Mul(archsimd.BroadcastInt32x8(c3))
	p := z.Sub(f37.Mul(archsimd.BroadcastInt32x8(c3PlusC5)))
	q := z.Sub(f15.Mul(archsimd.BroadcastInt32x8(c3MinusC5)))
	r := f1.Add(f7).Mul(archsimd.BroadcastInt32x8(c3MinusC7))
	s := f3.Add(f5).Mul(archsimd.BroadcastInt32x8(c1PlusC3))
	return f1.Mul(archsimd.BroadcastInt32x8(odd1)).Add(q).Sub(r),
		f3.Mul(archsimd.BroadcastInt32x8(odd3)).Add(p).Sub(s),
		f5.Mul(archsimd.BroadcastInt32x8(odd5)).Add(q).Sub(s),
		f7.Mul(archsimd.BroadcastInt32x8(odd7)).Add(p).Sub(r)
}

// transpose8 turns rows into columns.
func transpose8(f0, f1, f2, f3, f4, f5, f6, f7 archsimd.Int32x8) (t0, t1, t2, t3, t4, t5, t6, t7 archsimd.Int32x8) {
	// Columns 0, 1, 4 and 5, then 2, 3, 6 and 7, of two rows …
	a01, b01 := f0.InterleaveLoGrouped(f1).AsInt64x4(), f0.InterleaveHiGrouped(f1).AsInt64x4()
	a23, b23 := f2.InterleaveLoGrouped(f3).AsInt64x4(), f2.InterleaveHiGrouped(f3).AsInt64x4()
	a45, b45 := f4.InterleaveLoGrouped(f5).AsInt64x4(), f4.InterleaveHiGrouped(f5).AsInt64x4()
	a67, b67 := f6.InterleaveLoGrouped(f7).AsInt64x4(), f6.InterleaveHiGrouped(f7).AsInt64x4()
	// … of four rows: columns 0 and 4, 1 and 5, 2 and 6, 3 and 7 …
	c04, c15 := a01.InterleaveLoGrouped(a23).AsInt32x8(), a01.InterleaveHiGrouped(a23).AsInt32x8()
	c26, c37 := b01.InterleaveLoGrouped(b23).AsInt32x8(), b01.InterleaveHiGrouped(b23).AsInt32x8()
	d04, d15 := a45.InterleaveLoGrouped(a67).AsInt32x8(), a45.InterleaveHiGrouped(a67).AsInt32x8()
	d26, d37 := b45.InterleaveLoGrouped(b67).AsInt32x8(), b45.InterleaveHiGrouped(b67).AsInt32x8()
	// … of all eight.
	return c04.Select128FromPair(0, 2, d04), c15.Select128FromPair(0, 2, d15),
		c26.Select128FromPair(0, 2, d26), c37.Select128FromPair(0, 2, d37),
		c04.Select128FromPair(1, 3, d04), c15.Select128FromPair(1, 3, d15),
		c26.Select128FromPair(1, 3, d26), c37.Select128FromPair(1, 3, d37)
}

// joinColumns turns four columns into samples of 0 … 255: element y holds the
// four bytes of row y.
func joinColumns(a, b, c, d archsimd.Int32x8) archsimd.Int32x8 {
	low, high := archsimd.BroadcastInt32x8(0), archsimd.BroadcastInt32x8(255)
	a = a.ShiftAllRight(rowShift).Max(low).Min(high)
	b = b.ShiftAllRight(rowShift).Max(low).Min(high)
	c = c.ShiftAllRight(rowShift).Max(low).Min(high)
	d = d.ShiftAllRight(rowShift).Max(low).Min(high)
	return a.Or(b.ShiftAllLeft(8)).Or(c.ShiftAllLeft(16).Or(d.ShiftAllLeft(24)))
}

// vectorDCT4 computes inverseDCT4; it returns false if the processor cannot.
func (b *block) vectorDCT4(dst []uint8, stride int) bool {
	if !archsimd.X86.AVX2() {
		return false
	}
	f0, f1, f2, f3 := loadRow4(b, 0), loadRow4(b, 1), loadRow4(b, 2), loadRow4(b, 3)
	clear(b[:16])
	f0, f1, f2, f3 = vector4(f0, f1, f2, f3, archsimd.BroadcastInt32x4(columnRound))
	f0, f1 = f0.ShiftAllRight(columnShift), f1.ShiftAllRight(columnShift)
	f2, f3 = f2.ShiftAllRight(columnShift), f3.ShiftAllRight(columnShift)

	a01, b01 := f0.InterleaveLo(f1).AsInt64x2(), f0.InterleaveHi(f1).AsInt64x2()
	a23, b23 := f2.InterleaveLo(f3).AsInt64x2(), f2.InterleaveHi(f3).AsInt64x2()
	f0, f1 = a01.InterleaveLo(a23).AsInt32x4(), a01.InterleaveHi(a23).AsInt32x4()
	f2, f3 = b01.InterleaveLo(b23).AsInt32x4(), b01.InterleaveHi(b23).AsInt32x4()

	f0, f1, f2, f3 = vector4(f0, f1, f2, f3, archsimd.BroadcastInt32x4(rowBias))
	low, high := archsimd.BroadcastInt32x4(0), archsimd.BroadcastInt32x4(255)
	f0 = f0.ShiftAllRight(rowShift).Max(low).Min(high)
	f1 = f1.ShiftAllRight(rowShift).Max(low).Min(high)
	f2 = f2.ShiftAllRight(rowShift).Max(low).Min(high)
	f3 = f3.ShiftAllRight(rowShift).Max(low).Min(high)
	rows := f0.Or(f1.ShiftAllLeft(8)).Or(f2.ShiftAllLeft(16).Or(f3.ShiftAllLeft(24))).AsUint32x4()
	binary.LittleEndian.PutUint32(dst, rows.GetElem(0))
	binary.LittleEndian.PutUint32(dst[stride:], rows.GetElem(1))
	binary.LittleEndian.PutUint32(dst[2*stride:], rows.GetElem(2))
	binary.LittleEndian.PutUint32(dst[3*stride:], rows.GetElem(3))
	return true
}

// loadRow4 returns row y of a block of 4 by 4 coefficients.
func loadRow4(b *block, y int) archsimd.Int32x4 {
	return archsimd.LoadInt16x8((*[8]int16)(b[4*y:])).ExtendLo4ToInt32()
}

// vector4 computes the inverse DCT of 4 points in one direction, before the
// shift.
func vector4(f0, f1, f2, f3, bias archsimd.Int32x4) (s0, s1, s2, s3 archsimd.Int32x4) {
	even0 := f0.Add(f2).ShiftAllLeft(constBits).Add(bias)
	even1 := f0.Sub(f2).ShiftAllLeft(constBits).Add(bias)
	k1, k3 := archsimd.BroadcastInt32x4(cos1of8), archsimd.BroadcastInt32x4(cos3of8)
	odd0 := f1.Mul(k1).Add(f3.Mul(k3))
	odd1 := f1.Mul(k3).Sub(f3.Mul(k1))
	return even0.Add(odd0), even1.Add(odd1), even1.Sub(odd1), even0.Sub(odd0)
}
