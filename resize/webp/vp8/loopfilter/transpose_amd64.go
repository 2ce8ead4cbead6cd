//go:build goexperiment.simd && amd64

package loopfilter

import (
	"encoding/binary"
	"simd/archsimd"
)

// read transposes the 16 × 16 samples at pix[at], and the four columns before
// them if the left edge is filtered.
func (t *turned) read(pix []uint8, at, stride int, e Edges) {
	transpose16(t[turnedAt:], 16, pix[at:], stride)
	if e.Left {
		var four [4]archsimd.Uint32x4
		for i := range four {
			from := at - 4 + 4*i*stride
			four[i] = fourByFour(pix[from:], pix[from+stride:], pix[from+2*stride:], pix[from+3*stride:])
		}
		t.storeFour(0, &four)
	}
}

// write writes back what read has read.
func (t *turned) write(pix []uint8, at, stride int, e Edges) {
	transpose16(pix[at:], stride, t[turnedAt:], 16)
	if e.Left {
		four := t.loadFour(0)
		for i := range four {
			to := at - 4 + 4*i*stride
			putFour(pix[to:], pix[to+stride:], pix[to+2*stride:], pix[to+3*stride:], four[i])
		}
	}
}

// readChroma does what read does for 8 × 8 samples of U and of V: in each line, V
// follows U.
func (t *turned) readChroma(u, v []uint8, at, stride int, e Edges) {
	var four, next [4]archsimd.Uint32x4
	for i := range 4 {
		pix := u
		if i >= 2 {
			pix = v
		}
		from := at + i&1*4*stride
		if e.Left {
			four[i] = fourByFour(pix[from-4:], pix[from-4+stride:], pix[from-4+2*stride:], pix[from-4+3*stride:])
		}
		next[i] = fourByFour(pix[from:], pix[from+stride:], pix[from+2*stride:], pix[from+3*stride:])
	}
	if e.Left {
		t.storeFour(0, &four)
	}
	t.storeFour(turnedAt, &next)
	if e.Inner {
		for i := range 4 {
			pix := u
			if i >= 2 {
				pix = v
			}
			from := at + 4 + i&1*4*stride
			next[i] = fourByFour(pix[from:], pix[from+stride:], pix[from+2*stride:], pix[from+3*stride:])
		}
		t.storeFour(turnedAt+4*16, &next)
	}
}

// writeChroma writes back what readChroma has read.
func (t *turned) writeChroma(u, v []uint8, at, stride int, e Edges) {
	for x := -4; x < 8; x += 4 {
		if x < 0 && !e.Left || x == 4 && !e.Inner {
			continue
		}
		four := t.loadFour(turnedAt + 16*x)
		for i := range four {
			pix := u
			if i >= 2 {
				pix = v
			}
			to := at + x + i&1*4*stride
			putFour(pix[to:], pix[to+stride:], pix[to+2*stride:], pix[to+3*stride:], four[i])
		}
	}
}

// transposed4 is the byte order that transposes 4 × 4 bytes.
var transposed4 = [32]int8{
	0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
	0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
}

// fourByFour returns four columns of four rows.
func fourByFour(r0, r1, r2, r3 []uint8) archsimd.Uint32x4 {
	v := archsimd.BroadcastUint32x4(binary.LittleEndian.Uint32(r0)).
		SetElem(1, binary.LittleEndian.Uint32(r1)).
		SetElem(2, binary.LittleEndian.Uint32(r2)).
		SetElem(3, binary.LittleEndian.Uint32(r3))
	return v.AsUint8x16().PermuteOrZero(archsimd.LoadInt8x16((*[16]int8)(transposed4[:]))).AsUint32x4()
}

// putFour stores four columns as four rows.
func putFour(r0, r1, r2, r3 []uint8, columns archsimd.Uint32x4) {
	v := columns.AsUint8x16().PermuteOrZero(archsimd.LoadInt8x16((*[16]int8)(transposed4[:]))).AsUint32x4()
	binary.LittleEndian.PutUint32(r0, v.GetElem(0))
	binary.LittleEndian.PutUint32(r1, v.GetElem(1))
	binary.LittleEndian.PutUint32(r2, v.GetElem(2))
	binary.LittleEndian.PutUint32(r3, v.GetElem(3))
}

// storeFour stores four lines; each of four holds four samples of each line.
func (t *turned) storeFour(at int, four *[4]archsimd.Uint32x4) {
	a, b, c, d := transpose32(four[0], four[1], four[2], four[3])
	store(t[:], at, a.AsUint8x16())
	store(t[:], at+16, b.AsUint8x16())
	store(t[:], at+32, c.AsUint8x16())
	store(t[:], at+48, d.AsUint8x16())
}

// loadFour does the reverse of storeFour.
func (t *turned) loadFour(at int) [4]archsimd.Uint32x4 {
	a, b, c, d := transpose32(
		load(t[:], at).AsUint32x4(), load(t[:], at+16).AsUint32x4(),
		load(t[:], at+32).AsUint32x4(), load(t[:], at+48).AsUint32x4(),
	)
	return [4]archsimd.Uint32x4{a, b, c, d}
}

// transpose32 transposes 4 × 4 numbers.
func transpose32(a, b, c, d archsimd.Uint32x4) (archsimd.Uint32x4, archsimd.Uint32x4, archsimd.Uint32x4, archsimd.Uint32x4) {
	ab0, ab1 := a.InterleaveLo(b).AsUint64x2(), a.InterleaveHi(b).AsUint64x2()
	cd0, cd1 := c.InterleaveLo(d).AsUint64x2(), c.InterleaveHi(d).AsUint64x2()
	return ab0.InterleaveLo(cd0).AsUint32x4(), ab0.InterleaveHi(cd0).AsUint32x4(),
		ab1.InterleaveLo(cd1).AsUint32x4(), ab1.InterleaveHi(cd1).AsUint32x4()
}

// transpose16 transposes 16 × 16 samples: row y of src becomes column y of dst.
func transpose16(dst []uint8, dstStride int, src []uint8, srcStride int) {
	// A vector holds a row and the one eight further down.
	pair := func(y int) archsimd.Uint32x8 {
		var v archsimd.Uint8x32
		return v.SetLo(load(src, y*srcStride)).SetHi(load(src, (y+8)*srcStride)).AsUint32x8()
	}
	a0, a1, a2, a3 := blocks(pair(0), pair(1), pair(2), pair(3))
	b0, b1, b2, b3 := blocks(pair(4), pair(5), pair(6), pair(7))
	putColumns(dst, dstStride, 0, a0, b0)
	putColumns(dst, dstStride, 4, a1, b1)
	putColumns(dst, dstStride, 8, a2, b2)
	putColumns(dst, dstStride, 12, a3, b3)
}

// blocks returns the columns of four rows: four columns of four samples in each
// half.
func blocks(a, b, c, d archsimd.Uint32x8) (archsimd.Uint32x8, archsimd.Uint32x8, archsimd.Uint32x8, archsimd.Uint32x8) {
	ab0, ab1 := a.InterleaveLoGrouped(b).AsUint64x4(), a.InterleaveHiGrouped(b).AsUint64x4()
	cd0, cd1 := c.InterleaveLoGrouped(d).AsUint64x4(), c.InterleaveHiGrouped(d).AsUint64x4()
	order := archsimd.LoadInt8x32(&transposed4)
	turn := func(v archsimd.Uint64x4) archsimd.Uint32x8 {
		return v.AsUint8x32().PermuteOrZeroGrouped(order).AsUint32x8()
	}
	return turn(ab0.InterleaveLoGrouped(cd0)), turn(ab0.InterleaveHiGrouped(cd0)),
		turn(ab1.InterleaveLoGrouped(cd1)), turn(ab1.InterleaveHiGrouped(cd1))
}

// putColumns stores four columns as rows from number y on. a holds their samples
// of rows 0 to 3 and 8 to 11, b those of the others.
func putColumns(dst []uint8, stride, y int, a, b archsimd.Uint32x8) {
	c01, c23 := a.InterleaveLoGrouped(b).AsUint64x4(), a.InterleaveHiGrouped(b).AsUint64x4()
	lo, hi := c01.GetLo(), c01.GetHi()
	store(dst, y*stride, lo.InterleaveLo(hi).AsUint8x16())
	store(dst, (y+1)*stride, lo.InterleaveHi(hi).AsUint8x16())
	lo, hi = c23.GetLo(), c23.GetHi()
	store(dst, (y+2)*stride, lo.InterleaveLo(hi).AsUint8x16())
	store(dst, (y+3)*stride, lo.InterleaveHi(hi).AsUint8x16())
}
