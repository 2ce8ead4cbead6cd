//go:build goexperiment.simd && amd64

package transform

import (
	"encoding/binary"
	"simd/archsimd"
)

// The transforms with AVX2, with the same results. A vector is a row of four
// blocks or, transposed, a column of each.

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

type row = archsimd.Int16x16

func (f *Four) load(y int) row { return archsimd.LoadInt16x16((*[16]int16)(f[16*y:])) }

func (f *Four) store(y int, v row) { v.Store((*[16]int16)(f[16*y:])) }

// vectorInverse computes Inverse; it returns false if the processor cannot.
func (f *Four) vectorInverse() bool {
	if !hasVectors() {
		return false
	}
	r0, r1, r2, r3 := vectorInverse4(f.load(0), f.load(1), f.load(2), f.load(3))
	r0, r1, r2, r3 = transpose(r0, r1, r2, r3)
	r0, r1, r2, r3 = vectorInverse4(r0.Add(archsimd.BroadcastInt16x16(4)), r1, r2, r3)
	r0, r1, r2, r3 = transpose(r0.ShiftAllRight(3), r1.ShiftAllRight(3), r2.ShiftAllRight(3), r3.ShiftAllRight(3))
	f.store(0, r0)
	f.store(1, r1)
	f.store(2, r2)
	f.store(3, r3)
	archsimd.ClearAVXUpperBits()
	return true
}

// vectorInverse4 computes inverse4 for 16 lines. The multiplier of sine does not
// fit 16 signed bits: it is lowered by one whole, which is added again.
func vectorInverse4(v0, v1, v2, v3 row) (w0, w1, w2, w3 row) {
	byCosine, bySine := archsimd.BroadcastInt16x16(cosine), archsimd.BroadcastInt16x16(sine-1<<16)
	a, b := v0.Add(v2), v0.Sub(v2)
	c := v1.Add(v1.MulHigh(bySine)).Sub(v3.Add(v3.MulHigh(byCosine)))
	d := v1.Add(v1.MulHigh(byCosine)).Add(v3.Add(v3.MulHigh(bySine)))
	return a.Add(d), b.Add(c), b.Sub(c), a.Sub(d)
}

// transpose transposes each block: rows of four become columns of four.
func transpose(r0, r1, r2, r3 row) (c0, c1, c2, c3 row) {
	even01, odd01 := r0.InterleaveLoGrouped(r1).AsInt32x8(), r0.InterleaveHiGrouped(r1).AsInt32x8()
	even23, odd23 := r2.InterleaveLoGrouped(r3).AsInt32x8(), r2.InterleaveHiGrouped(r3).AsInt32x8()
	// Columns 0 and 1, then 2 and 3, of the first block of each two, then of the
	// second.
	a01, a23 := even01.InterleaveLoGrouped(even23).AsInt64x4(), even01.InterleaveHiGrouped(even23).AsInt64x4()
	b01, b23 := odd01.InterleaveLoGrouped(odd23).AsInt64x4(), odd01.InterleaveHiGrouped(odd23).AsInt64x4()
	return a01.InterleaveLoGrouped(b01).AsInt16x16(), a01.InterleaveHiGrouped(b01).AsInt16x16(),
		a23.InterleaveLoGrouped(b23).AsInt16x16(), a23.InterleaveHiGrouped(b23).AsInt16x16()
}

// vectorAddRow computes AddRow; it returns false if the processor cannot.
func (f *Four) vectorAddRow(dst []uint8, stride int) bool {
	if !hasVectors() {
		return false
	}
	for y := 0; y < 4; y += 2 {
		d0, d1 := (*[16]uint8)(dst[y*stride:]), (*[16]uint8)(dst[(y+1)*stride:])
		s0 := archsimd.LoadUint8x16(d0).ExtendToUint16().AsInt16x16().AddSaturated(f.load(y))
		s1 := archsimd.LoadUint8x16(d1).ExtendToUint16().AsInt16x16().AddSaturated(f.load(y + 1))
		p0, p1 := pack(s0, s1)
		p0.AsUint8x16().Store(d0)
		p1.AsUint8x16().Store(d1)
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// vectorAddSquare computes AddSquare; it returns false if the processor cannot.
func (f *Four) vectorAddSquare(dst []uint8, stride int) bool {
	if !hasVectors() {
		return false
	}
	for y := 0; y < 4; y += 2 {
		d0, d1 := dst[y*stride:][:8], dst[(y+1)*stride:][:8]
		d4, d5 := dst[(y+4)*stride:][:8], dst[(y+5)*stride:][:8]
		s0 := twoRows(d0, d4).AddSaturated(f.load(y))
		s1 := twoRows(d1, d5).AddSaturated(f.load(y + 1))
		p0, p1 := pack(s0, s1)
		binary.LittleEndian.PutUint64(d0, p0.GetElem(0))
		binary.LittleEndian.PutUint64(d4, p0.GetElem(1))
		binary.LittleEndian.PutUint64(d1, p1.GetElem(0))
		binary.LittleEndian.PutUint64(d5, p1.GetElem(1))
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// twoRows joins eight samples of two rows.
func twoRows(a, b []uint8) row {
	v := archsimd.BroadcastUint64x2(binary.LittleEndian.Uint64(a)).SetElem(1, binary.LittleEndian.Uint64(b))
	return v.AsUint8x16().ExtendToUint16().AsInt16x16()
}

// vectorAddBlock computes AddBlock; it returns false if the processor cannot.
func (f *Four) vectorAddBlock(block int, dst []uint8, stride int) bool {
	if !hasVectors() {
		return false
	}
	d0, d1, d2, d3 := dst[:4], dst[stride:][:4], dst[2*stride:][:4], dst[3*stride:][:4]
	at := 4 * (block & 3)
	above := archsimd.LoadInt16x8((*[8]int16)(f[at:])).AsInt64x2().InterleaveLo(archsimd.LoadInt16x8((*[8]int16)(f[at+16:])).AsInt64x2())
	// Read from before the rows, as the last block ends with f.
	r2, r3 := archsimd.LoadInt16x8((*[8]int16)(f[at+28:])).AsInt64x2(), archsimd.LoadInt16x8((*[8]int16)(f[at+44:])).AsInt64x2()
	below := r2.InterleaveHi(r3)
	four := archsimd.BroadcastUint32x4(binary.LittleEndian.Uint32(d0)).
		SetElem(1, binary.LittleEndian.Uint32(d1)).
		SetElem(2, binary.LittleEndian.Uint32(d2)).
		SetElem(3, binary.LittleEndian.Uint32(d3))
	var residual archsimd.Int64x4
	residual = residual.SetLo(above).SetHi(below)
	sum := four.AsUint8x16().ExtendToUint16().AsInt16x16().AddSaturated(residual.AsInt16x16())
	p, _ := pack(sum, sum)
	rows := p.AsUint32x4()
	binary.LittleEndian.PutUint32(d0, rows.GetElem(0))
	binary.LittleEndian.PutUint32(d1, rows.GetElem(1))
	binary.LittleEndian.PutUint32(d2, rows.GetElem(2))
	binary.LittleEndian.PutUint32(d3, rows.GetElem(3))
	archsimd.ClearAVXUpperBits()
	return true
}

// bytes is the byte order that gathers the even bytes of eight numbers, then the
// odd ones.
var bytes = [32]int8{
	0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15,
	0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15,
}

// pack clips two rows to 0 to 255 and returns each as bytes.
func pack(a, b row) (archsimd.Uint64x2, archsimd.Uint64x2) {
	low, high := archsimd.BroadcastInt16x16(0), archsimd.BroadcastInt16x16(255)
	a, b = a.Max(low).Min(high), b.Max(low).Min(high)
	both := a.Or(b.ShiftAllLeft(8)).AsUint8x32().PermuteOrZeroGrouped(archsimd.LoadInt8x32(&bytes)).AsUint64x4()
	lo, hi := both.GetLo(), both.GetHi()
	return lo.InterleaveLo(hi), lo.InterleaveHi(hi)
}
