//go:build goexperiment.simd && amd64

package deblock

import "simd/archsimd"

// Columns become lines in pairs: an element of 16 bits holds two samples, of which one is
// masked or shifted out.

// filterColumns filters across 16 columns, from pix's first sample on.
func (e *edge) filterColumns(pix []uint8, stride int) {
	r0, r1, r2, r3 := twoRows(pix, 0, stride), twoRows(pix, 1, stride), twoRows(pix, 2, stride), twoRows(pix, 3, stride)
	r4, r5, r6, r7 := twoRows(pix, 4, stride), twoRows(pix, 5, stride), twoRows(pix, 6, stride), twoRows(pix, 7, stride)
	r0, r1, r2, r3, r4, r5, r6, r7 = transpose8(r0, r1, r2, r3, r4, r5, r6, r7)
	e.storePair(0, r0)
	e.storePair(2, r1)
	e.storePair(4, r2)
	e.storePair(6, r3)
	e.storePair(8, r4)
	e.storePair(10, r5)
	e.storePair(12, r6)
	e.storePair(14, r7)
	if e.filter(longer) == 0 {
		return
	}
	r0, r1, r2, r3, r4, r5, r6, r7 = transpose8(e.loadPair(0), e.loadPair(2), e.loadPair(4), e.loadPair(6), e.loadPair(8), e.loadPair(10), e.loadPair(12), e.loadPair(14))
	r0.Store(&e.lines[0])
	r1.Store(&e.lines[1])
	r2.Store(&e.lines[2])
	r3.Store(&e.lines[3])
	r4.Store(&e.lines[4])
	r5.Store(&e.lines[5])
	r6.Store(&e.lines[6])
	r7.Store(&e.lines[7])
	for y := range 8 {
		rows := &e.lines[y]
		archsimd.LoadInt16x8((*[8]int16)(rows[:8])).AsUint8x16().Store((*[16]uint8)(pix[y*stride:]))
		archsimd.LoadInt16x8((*[8]int16)(rows[8:])).AsUint8x16().Store((*[16]uint8)(pix[(y+8)*stride:]))
	}
}

// twoRows loads rows y and y+8.
func twoRows(pix []uint8, y, stride int) archsimd.Int16x16 {
	var v archsimd.Uint8x32
	low, high := archsimd.LoadUint8x16((*[16]uint8)(pix[y*stride:])), archsimd.LoadUint8x16((*[16]uint8)(pix[(y+8)*stride:]))
	return v.SetLo(low).SetHi(high).AsInt16x16()
}

// storePair stores two columns as lines line and line+1.
func (e *edge) storePair(line int, v archsimd.Int16x16) {
	v.And(archsimd.BroadcastInt16x16(255)).Store(&e.lines[line])
	v.ShiftAllRight(8).And(archsimd.BroadcastInt16x16(255)).Store(&e.lines[line+1])
}

// loadPair returns lines line and line+1 as two columns.
func (e *edge) loadPair(line int) archsimd.Int16x16 {
	return e.load(line).Or(e.load(line + 1).ShiftAllLeft(8))
}

// transpose8 transposes both halves of vectors.
func transpose8(r0, r1, r2, r3, r4, r5, r6, r7 archsimd.Int16x16) (c0, c1, c2, c3, c4, c5, c6, c7 archsimd.Int16x16) {
	a0, a4 := r0.InterleaveLoGrouped(r1).AsInt32x8(), r0.InterleaveHiGrouped(r1).AsInt32x8()
	b0, b4 := r2.InterleaveLoGrouped(r3).AsInt32x8(), r2.InterleaveHiGrouped(r3).AsInt32x8()
	d0, d4 := r4.InterleaveLoGrouped(r5).AsInt32x8(), r4.InterleaveHiGrouped(r5).AsInt32x8()
	f0, f4 := r6.InterleaveLoGrouped(r7).AsInt32x8(), r6.InterleaveHiGrouped(r7).AsInt32x8()
	g0, g2 := a0.InterleaveLoGrouped(b0).AsInt64x4(), a0.InterleaveHiGrouped(b0).AsInt64x4()
	g4, g6 := a4.InterleaveLoGrouped(b4).AsInt64x4(), a4.InterleaveHiGrouped(b4).AsInt64x4()
	h0, h2 := d0.InterleaveLoGrouped(f0).AsInt64x4(), d0.InterleaveHiGrouped(f0).AsInt64x4()
	h4, h6 := d4.InterleaveLoGrouped(f4).AsInt64x4(), d4.InterleaveHiGrouped(f4).AsInt64x4()
	return g0.InterleaveLoGrouped(h0).AsInt16x16(), g0.InterleaveHiGrouped(h0).AsInt16x16(),
		g2.InterleaveLoGrouped(h2).AsInt16x16(), g2.InterleaveHiGrouped(h2).AsInt16x16(),
		g4.InterleaveLoGrouped(h4).AsInt16x16(), g4.InterleaveHiGrouped(h4).AsInt16x16(),
		g6.InterleaveLoGrouped(h6).AsInt16x16(), g6.InterleaveHiGrouped(h6).AsInt16x16()
}

// filterNearColumns filters across 8 columns, from pix's first sample on.
func (e *edge) filterNearColumns(pix []uint8, stride int, most taps) {
	r0, r1, r2, r3 := fourRows(pix, 0, stride), fourRows(pix, 1, stride), fourRows(pix, 2, stride), fourRows(pix, 3, stride)
	// Each half has 8 columns: of two rows, then of four, then of eight.
	a0, a4 := r0.InterleaveLoGrouped(r1).AsInt32x8(), r0.InterleaveHiGrouped(r1).AsInt32x8()
	b0, b4 := r2.InterleaveLoGrouped(r3).AsInt32x8(), r2.InterleaveHiGrouped(r3).AsInt32x8()
	d0, d2 := a0.InterleaveLoGrouped(b0).AsInt64x4(), a0.InterleaveHiGrouped(b0).AsInt64x4()
	f0, f2 := a4.InterleaveLoGrouped(b4).AsInt64x4(), a4.InterleaveHiGrouped(b4).AsInt64x4()
	e.storePair(4, d0.InterleaveLoGrouped(f0).AsInt16x16())
	e.storePair(6, d0.InterleaveHiGrouped(f0).AsInt16x16())
	e.storePair(8, d2.InterleaveLoGrouped(f2).AsInt16x16())
	e.storePair(10, d2.InterleaveHiGrouped(f2).AsInt16x16())
	if e.filter(most) == 0 {
		return
	}
	c0, c1, c2, c3 := e.loadPair(4), e.loadPair(6), e.loadPair(8), e.loadPair(10)
	// Rows of two columns, then of four: rows 0 and 1, 2 and 3 …
	g0, g4 := c0.InterleaveLoGrouped(c1).AsInt32x8(), c0.InterleaveHiGrouped(c1).AsInt32x8()
	h0, h4 := c2.InterleaveLoGrouped(c3).AsInt32x8(), c2.InterleaveHiGrouped(c3).AsInt32x8()
	storeFourRows(pix, 0, stride, g0.InterleaveLoGrouped(h0))
	storeFourRows(pix, 2, stride, g0.InterleaveHiGrouped(h0))
	storeFourRows(pix, 4, stride, g4.InterleaveLoGrouped(h4))
	storeFourRows(pix, 6, stride, g4.InterleaveHiGrouped(h4))
}

// fourRows loads 8 samples of rows y and y+4 and of rows y+8 and y+12.
func fourRows(pix []uint8, y, stride int) archsimd.Int16x16 {
	var v archsimd.Uint64x4
	return v.SetLo(eightOfTwo(pix[y*stride:], pix[(y+4)*stride:])).SetHi(eightOfTwo(pix[(y+8)*stride:], pix[(y+12)*stride:])).AsInt16x16()
}

// eightOfTwo joins 8 samples of each of two rows.
func eightOfTwo(a, b []uint8) archsimd.Uint64x2 {
	x, y := archsimd.LoadUint8x16((*[16]uint8)(a)), archsimd.LoadUint8x16((*[16]uint8)(b))
	return x.AsUint64x2().InterleaveLo(y.AsUint64x2())
}

// storeFourRows stores 8 samples of rows y and y+1, and of rows y+8 and y+9.
func storeFourRows(pix []uint8, y, stride int, v archsimd.Int32x8) {
	low, high := v.AsUint64x4().GetLo(), v.AsUint64x4().GetHi()
	put8(pix[y*stride:], low.GetElem(0))
	put8(pix[(y+1)*stride:], low.GetElem(1))
	put8(pix[(y+8)*stride:], high.GetElem(0))
	put8(pix[(y+9)*stride:], high.GetElem(1))
}
