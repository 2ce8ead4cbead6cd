//go:build goexperiment.simd && amd64

package transform

import "simd/archsimd"

// transpose sets columns of dst to rows of src, with Round2 by shift. It rounds rows up
// to 8, or to 16 if there are more, and columns to 8.
//
// Shifts are by constants, here and everywhere: Go moves a number to a vector with an
// instruction that is slow while the upper halves of vectors are in use.
func transpose(dst, src *Block, rows, columns int, shift uint) {
	if rows >= 16 {
		for y := 0; y < rows; y += 16 {
			for x := 0; x < columns; x += 8 {
				transpose16((*[7*Stride + 16]int16)(dst[x*Stride+y:]), (*[15*Stride + 8]int16)(src[y*Stride+x:]), shift)
			}
		}
		return
	}
	for x := 0; x < columns; x += 8 {
		transpose8((*[7*Stride + 8]int16)(dst[x*Stride:]), (*[7*Stride + 8]int16)(src[x:]), shift)
	}
}

// transpose16 transposes 16 rows of 8 samples.
func transpose16(dst *[7*Stride + 16]int16, src *[15*Stride + 8]int16, shift uint) {
	r0, r1, r2, r3 := loadTwo(src, 0), loadTwo(src, 1), loadTwo(src, 2), loadTwo(src, 3)
	r4, r5, r6, r7 := loadTwo(src, 4), loadTwo(src, 5), loadTwo(src, 6), loadTwo(src, 7)
	for ; shift > 2; shift -= 2 {
		r0, r1, r2, r3 = r0.ShiftAllRight(2), r1.ShiftAllRight(2), r2.ShiftAllRight(2), r3.ShiftAllRight(2)
		r4, r5, r6, r7 = r4.ShiftAllRight(2), r5.ShiftAllRight(2), r6.ShiftAllRight(2), r7.ShiftAllRight(2)
	}
	if shift > 1 {
		r0, r1, r2, r3 = r0.ShiftAllRight(1), r1.ShiftAllRight(1), r2.ShiftAllRight(1), r3.ShiftAllRight(1)
		r4, r5, r6, r7 = r4.ShiftAllRight(1), r5.ShiftAllRight(1), r6.ShiftAllRight(1), r7.ShiftAllRight(1)
	}
	if shift > 0 {
		r0, r1 = r0.Sub(r0.ShiftAllRight(1)), r1.Sub(r1.ShiftAllRight(1))
		r2, r3 = r2.Sub(r2.ShiftAllRight(1)), r3.Sub(r3.ShiftAllRight(1))
		r4, r5 = r4.Sub(r4.ShiftAllRight(1)), r5.Sub(r5.ShiftAllRight(1))
		r6, r7 = r6.Sub(r6.ShiftAllRight(1)), r7.Sub(r7.ShiftAllRight(1))
	}
	// Each half has 8 columns: of two rows, then of four, then of eight.
	a0, a4 := r0.InterleaveLoGrouped(r1).AsInt32x8(), r0.InterleaveHiGrouped(r1).AsInt32x8()
	b0, b4 := r2.InterleaveLoGrouped(r3).AsInt32x8(), r2.InterleaveHiGrouped(r3).AsInt32x8()
	c0, c4 := r4.InterleaveLoGrouped(r5).AsInt32x8(), r4.InterleaveHiGrouped(r5).AsInt32x8()
	d0, d4 := r6.InterleaveLoGrouped(r7).AsInt32x8(), r6.InterleaveHiGrouped(r7).AsInt32x8()
	e0, e2 := a0.InterleaveLoGrouped(b0).AsInt64x4(), a0.InterleaveHiGrouped(b0).AsInt64x4()
	e4, e6 := a4.InterleaveLoGrouped(b4).AsInt64x4(), a4.InterleaveHiGrouped(b4).AsInt64x4()
	f0, f2 := c0.InterleaveLoGrouped(d0).AsInt64x4(), c0.InterleaveHiGrouped(d0).AsInt64x4()
	f4, f6 := c4.InterleaveLoGrouped(d4).AsInt64x4(), c4.InterleaveHiGrouped(d4).AsInt64x4()
	e0.InterleaveLoGrouped(f0).AsInt16x16().Store((*[16]int16)(dst[0*Stride:]))
	e0.InterleaveHiGrouped(f0).AsInt16x16().Store((*[16]int16)(dst[1*Stride:]))
	e2.InterleaveLoGrouped(f2).AsInt16x16().Store((*[16]int16)(dst[2*Stride:]))
	e2.InterleaveHiGrouped(f2).AsInt16x16().Store((*[16]int16)(dst[3*Stride:]))
	e4.InterleaveLoGrouped(f4).AsInt16x16().Store((*[16]int16)(dst[4*Stride:]))
	e4.InterleaveHiGrouped(f4).AsInt16x16().Store((*[16]int16)(dst[5*Stride:]))
	e6.InterleaveLoGrouped(f6).AsInt16x16().Store((*[16]int16)(dst[6*Stride:]))
	e6.InterleaveHiGrouped(f6).AsInt16x16().Store((*[16]int16)(dst[7*Stride:]))
}

// loadTwo returns rows y and y+8.
func loadTwo(src *[15*Stride + 8]int16, y int) archsimd.Int16x16 {
	var v archsimd.Int16x16
	return v.SetLo(archsimd.LoadInt16x8((*[8]int16)(src[y*Stride:]))).SetHi(archsimd.LoadInt16x8((*[8]int16)(src[(y+8)*Stride:])))
}

// transpose8 transposes 8 rows of 8 samples.
func transpose8(dst, src *[7*Stride + 8]int16, shift uint) {
	r0, r1 := archsimd.LoadInt16x8((*[8]int16)(src[0*Stride:])), archsimd.LoadInt16x8((*[8]int16)(src[1*Stride:]))
	r2, r3 := archsimd.LoadInt16x8((*[8]int16)(src[2*Stride:])), archsimd.LoadInt16x8((*[8]int16)(src[3*Stride:]))
	r4, r5 := archsimd.LoadInt16x8((*[8]int16)(src[4*Stride:])), archsimd.LoadInt16x8((*[8]int16)(src[5*Stride:]))
	r6, r7 := archsimd.LoadInt16x8((*[8]int16)(src[6*Stride:])), archsimd.LoadInt16x8((*[8]int16)(src[7*Stride:]))
	for ; shift > 2; shift -= 2 {
		r0, r1, r2, r3 = r0.ShiftAllRight(2), r1.ShiftAllRight(2), r2.ShiftAllRight(2), r3.ShiftAllRight(2)
		r4, r5, r6, r7 = r4.ShiftAllRight(2), r5.ShiftAllRight(2), r6.ShiftAllRight(2), r7.ShiftAllRight(2)
	}
	if shift > 1 {
		r0, r1, r2, r3 = r0.ShiftAllRight(1), r1.ShiftAllRight(1), r2.ShiftAllRight(1), r3.ShiftAllRight(1)
		r4, r5, r6, r7 = r4.ShiftAllRight(1), r5.ShiftAllRight(1), r6.ShiftAllRight(1), r7.ShiftAllRight(1)
	}
	if shift > 0 {
		r0, r1 = r0.Sub(r0.ShiftAllRight(1)), r1.Sub(r1.ShiftAllRight(1))
		r2, r3 = r2.Sub(r2.ShiftAllRight(1)), r3.Sub(r3.ShiftAllRight(1))
		r4, r5 = r4.Sub(r4.ShiftAllRight(1)), r5.Sub(r5.ShiftAllRight(1))
		r6, r7 = r6.Sub(r6.ShiftAllRight(1)), r7.Sub(r7.ShiftAllRight(1))
	}
	a0, a4 := r0.InterleaveLo(r1).AsInt32x4(), r0.InterleaveHi(r1).AsInt32x4()
	b0, b4 := r2.InterleaveLo(r3).AsInt32x4(), r2.InterleaveHi(r3).AsInt32x4()
	c0, c4 := r4.InterleaveLo(r5).AsInt32x4(), r4.InterleaveHi(r5).AsInt32x4()
	d0, d4 := r6.InterleaveLo(r7).AsInt32x4(), r6.InterleaveHi(r7).AsInt32x4()
	e0, e2 := a0.InterleaveLo(b0).AsInt64x2(), a0.InterleaveHi(b0).AsInt64x2()
	e4, e6 := a4.InterleaveLo(b4).AsInt64x2(), a4.InterleaveHi(b4).AsInt64x2()
	f0, f2 := c0.InterleaveLo(d0).AsInt64x2(), c0.InterleaveHi(d0).AsInt64x2()
	f4, f6 := c4.InterleaveLo(d4).AsInt64x2(), c4.InterleaveHi(d4).AsInt64x2()
	e0.InterleaveLo(f0).AsInt16x8().Store((*[8]int16)(dst[0*Stride:]))
	e0.InterleaveHi(f0).AsInt16x8().Store((*[8]int16)(dst[1*Stride:]))
	e2.InterleaveLo(f2).AsInt16x8().Store((*[8]int16)(dst[2*Stride:]))
	e2.InterleaveHi(f2).AsInt16x8().Store((*[8]int16)(dst[3*Stride:]))
	e4.InterleaveLo(f4).AsInt16x8().Store((*[8]int16)(dst[4*Stride:]))
	e4.InterleaveHi(f4).AsInt16x8().Store((*[8]int16)(dst[5*Stride:]))
	e6.InterleaveLo(f6).AsInt16x8().Store((*[8]int16)(dst[6*Stride:]))
	e6.InterleaveHi(f6).AsInt16x8().Store((*[8]int16)(dst[7*Stride:]))
}
