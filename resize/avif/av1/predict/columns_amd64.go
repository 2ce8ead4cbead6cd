//go:build goexperiment.simd && amd64

package predict

import "simd/archsimd"

// Samples from the left edge are mixed in columns and transposed, 8 columns at a time. A
// column has 16 samples, or 8 in a block of at most 8 rows. dy is 64 times how far the
// direction goes down per column. If dy is negative, some samples of a column do not come
// from the edge; they are undefined.

// vectorFromBelowLeft does fromBelowLeft.
func (e *Edges) vectorFromBelowLeft(dst []uint16, dy, width, height int) {
	if width == 4 {
		e.columns4(dst, dy, height)
		return
	}
	for x := 0; x < width; x += 8 {
		for y := 0; y < height; y += 16 {
			e.columns(dst, x, y, dy, width, height)
		}
	}
}

// columns sets 8 columns of dst from (x, y) on, in all rows that there are but at most
// 16.
func (e *Edges) columns(dst []uint16, x, y, dy, width, height int) {
	if height <= 8 {
		e.columns8(dst[x:], x, dy, width, height)
		return
	}
	e.columns16(dst[y*width+x:], x, y, dy, width)
}

// column8 returns 8 samples of column x, from row y on.
func (e *Edges) column8(x, y, dy int) samples8 {
	at := (x + 1) * dy
	return mix8((*[9]uint16)(e.Left[max(Origin+at>>6+y, 0):]), at>>1)
}

// column16 returns 16 samples of column x, from row y on.
func (e *Edges) column16(x, y, dy int) samples16 {
	at := (x + 1) * dy
	return mix16((*[17]uint16)(e.Left[max(Origin+at>>6+y, 0):]), at>>1)
}

// columns4 sets a block of 4 columns.
func (e *Edges) columns4(dst []uint16, dy, height int) {
	for y := 0; y < height; y += 8 {
		c0, c1, c2, c3 := e.column8(0, y, dy), e.column8(1, y, dy), e.column8(2, y, dy), e.column8(3, y, dy)
		a, b := c0.InterleaveLo(c1).AsUint32x4(), c2.InterleaveLo(c3).AsUint32x4()
		a.InterleaveLo(b).AsUint16x8().Store((*[8]uint16)(dst[4*y:]))
		a.InterleaveHi(b).AsUint16x8().Store((*[8]uint16)(dst[4*y+8:]))
		if height > 4 {
			a, b = c0.InterleaveHi(c1).AsUint32x4(), c2.InterleaveHi(c3).AsUint32x4()
			a.InterleaveLo(b).AsUint16x8().Store((*[8]uint16)(dst[4*y+16:]))
			a.InterleaveHi(b).AsUint16x8().Store((*[8]uint16)(dst[4*y+24:]))
		}
	}
}

// columns8 sets 8 columns of 8 or 4 samples.
func (e *Edges) columns8(dst []uint16, x, dy, width, height int) {
	c0, c1, c2, c3 := e.column8(x, 0, dy), e.column8(x+1, 0, dy), e.column8(x+2, 0, dy), e.column8(x+3, 0, dy)
	c4, c5, c6, c7 := e.column8(x+4, 0, dy), e.column8(x+5, 0, dy), e.column8(x+6, 0, dy), e.column8(x+7, 0, dy)
	a0, a4 := c0.InterleaveLo(c1).AsUint32x4(), c0.InterleaveHi(c1).AsUint32x4()
	b0, b4 := c2.InterleaveLo(c3).AsUint32x4(), c2.InterleaveHi(c3).AsUint32x4()
	d0, d4 := c4.InterleaveLo(c5).AsUint32x4(), c4.InterleaveHi(c5).AsUint32x4()
	f0, f4 := c6.InterleaveLo(c7).AsUint32x4(), c6.InterleaveHi(c7).AsUint32x4()
	l0, l2 := a0.InterleaveLo(b0).AsUint64x2(), a0.InterleaveHi(b0).AsUint64x2()
	r0, r2 := d0.InterleaveLo(f0).AsUint64x2(), d0.InterleaveHi(f0).AsUint64x2()
	l0.InterleaveLo(r0).AsUint16x8().Store((*[8]uint16)(dst))
	l0.InterleaveHi(r0).AsUint16x8().Store((*[8]uint16)(dst[width:]))
	l2.InterleaveLo(r2).AsUint16x8().Store((*[8]uint16)(dst[2*width:]))
	l2.InterleaveHi(r2).AsUint16x8().Store((*[8]uint16)(dst[3*width:]))
	if height == 4 {
		return
	}
	l4, l6 := a4.InterleaveLo(b4).AsUint64x2(), a4.InterleaveHi(b4).AsUint64x2()
	r4, r6 := d4.InterleaveLo(f4).AsUint64x2(), d4.InterleaveHi(f4).AsUint64x2()
	l4.InterleaveLo(r4).AsUint16x8().Store((*[8]uint16)(dst[4*width:]))
	l4.InterleaveHi(r4).AsUint16x8().Store((*[8]uint16)(dst[5*width:]))
	l6.InterleaveLo(r6).AsUint16x8().Store((*[8]uint16)(dst[6*width:]))
	l6.InterleaveHi(r6).AsUint16x8().Store((*[8]uint16)(dst[7*width:]))
}

// columns16 sets 8 columns of 16 samples.
func (e *Edges) columns16(dst []uint16, x, y, dy, width int) {
	c0, c1, c2, c3 := e.column16(x, y, dy), e.column16(x+1, y, dy), e.column16(x+2, y, dy), e.column16(x+3, y, dy)
	c4, c5, c6, c7 := e.column16(x+4, y, dy), e.column16(x+5, y, dy), e.column16(x+6, y, dy), e.column16(x+7, y, dy)
	a0, a4 := c0.InterleaveLoGrouped(c1).AsUint32x8(), c0.InterleaveHiGrouped(c1).AsUint32x8()
	b0, b4 := c2.InterleaveLoGrouped(c3).AsUint32x8(), c2.InterleaveHiGrouped(c3).AsUint32x8()
	d0, d4 := c4.InterleaveLoGrouped(c5).AsUint32x8(), c4.InterleaveHiGrouped(c5).AsUint32x8()
	f0, f4 := c6.InterleaveLoGrouped(c7).AsUint32x8(), c6.InterleaveHiGrouped(c7).AsUint32x8()
	l0, l2 := a0.InterleaveLoGrouped(b0).AsUint64x4(), a0.InterleaveHiGrouped(b0).AsUint64x4()
	r0, r2 := d0.InterleaveLoGrouped(f0).AsUint64x4(), d0.InterleaveHiGrouped(f0).AsUint64x4()
	storeRows(dst, width, l0.InterleaveLoGrouped(r0))
	storeRows(dst[width:], width, l0.InterleaveHiGrouped(r0))
	storeRows(dst[2*width:], width, l2.InterleaveLoGrouped(r2))
	storeRows(dst[3*width:], width, l2.InterleaveHiGrouped(r2))
	l4, l6 := a4.InterleaveLoGrouped(b4).AsUint64x4(), a4.InterleaveHiGrouped(b4).AsUint64x4()
	r4, r6 := d4.InterleaveLoGrouped(f4).AsUint64x4(), d4.InterleaveHiGrouped(f4).AsUint64x4()
	storeRows(dst[4*width:], width, l4.InterleaveLoGrouped(r4))
	storeRows(dst[5*width:], width, l4.InterleaveHiGrouped(r4))
	storeRows(dst[6*width:], width, l6.InterleaveLoGrouped(r6))
	storeRows(dst[7*width:], width, l6.InterleaveHiGrouped(r6))
}

// storeRows stores the halves of v in a row and in the one 8 below it.
func storeRows(dst []uint16, width int, v archsimd.Uint64x4) {
	v.GetLo().AsUint16x8().Store((*[8]uint16)(dst))
	v.GetHi().AsUint16x8().Store((*[8]uint16)(dst[8*width:]))
}
