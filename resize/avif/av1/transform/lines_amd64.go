//go:build goexperiment.simd && amd64

package transform

import "simd/archsimd"

// Steps between the kernels, done to four lines at a time. A line has 16 or 32 samples:
// those of a block, and undefined ones after them.

// fourLines are one vector of each of four lines.
type fourLines [3*Stride + 16]int16

func (l *fourLines) load(y int) archsimd.Int16x16 {
	return archsimd.LoadInt16x16((*[16]int16)(l[y*Stride:]))
}

func (l *fourLines) store(y int, v archsimd.Int16x16) { v.Store((*[16]int16)(l[y*Stride:])) }

func clearLine(b *Block, y int) {
	line := (*[Stride]int16)(b[y*Stride:])
	archsimd.Int16x16{}.Store((*[16]int16)(line[:]))
	archsimd.Int16x16{}.Store((*[16]int16)(line[16:]))
}

// vectorMagnitudes returns the bitwise or of the absolute values in b.
func vectorMagnitudes(b *Block, width, height int) int16 {
	var magnitudes archsimd.Int16x16
	for y := 0; y < height; y += 4 {
		for x := 0; x < width; x += 16 {
			l := (*fourLines)(b[y*Stride+x:])
			magnitudes = magnitudes.Or(l.load(0).Abs().Or(l.load(1).Abs()).Or(l.load(2).Abs().Or(l.load(3).Abs())))
		}
	}
	magnitudes = magnitudes.And(archsimd.LoadInt16x16((*[16]int16)(columnMasks[16-min(width, 16):])))
	four := magnitudes.GetLo().Or(magnitudes.GetHi()).AsInt64x2()
	both := four.GetElem(0) | four.GetElem(1)
	both |= both >> 32
	return int16(both | both>>16)
}

// columnMasks, read from 16-n on, has all bits set for the first n columns.
var columnMasks = [32]int16{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}

// vectorShift sets dst to src shifted to the left.
func vectorShift(dst, src *Block, width, height int, shift uint) {
	factor := archsimd.BroadcastInt16x16(1 << shift)
	for y := 0; y < height; y += 4 {
		for x := 0; x < width; x += 16 {
			from, to := (*fourLines)(src[y*Stride+x:]), (*fourLines)(dst[y*Stride+x:])
			to.store(0, from.load(0).Mul(factor))
			to.store(1, from.load(1).Mul(factor))
			to.store(2, from.load(2).Mul(factor))
			to.store(3, from.load(3).Mul(factor))
		}
	}
}

// roundLines sets dst to Round2 of src by inverseColumnShift.
func roundLines(dst, src *Block, width, height int) {
	for y := 0; y < height; y += 4 {
		for x := 0; x < width; x += 16 {
			from, to := (*fourLines)(src[y*Stride+x:]), (*fourLines)(dst[y*Stride+x:])
			a, b := from.load(0).ShiftAllRight(inverseColumnShift-1), from.load(1).ShiftAllRight(inverseColumnShift-1)
			c, d := from.load(2).ShiftAllRight(inverseColumnShift-1), from.load(3).ShiftAllRight(inverseColumnShift-1)
			to.store(0, a.Sub(a.ShiftAllRight(1)))
			to.store(1, b.Sub(b.ShiftAllRight(1)))
			to.store(2, c.Sub(c.ShiftAllRight(1)))
			to.store(3, d.Sub(d.ShiftAllRight(1)))
		}
	}
}

// scaleOblong divides lines by the square root of two, for an oblong block.
func scaleOblong(b *Block, lines, columns int) {
	ones, weight := archsimd.BroadcastInt16x16(1), archsimd.BroadcastInt32x8(invSqrt2|1<<11<<16).AsInt16x16()
	for y := range lines {
		for x := 0; x < columns; x += 16 {
			at := (*[16]int16)(b[y*Stride+x:])
			v := archsimd.LoadInt16x16(at)
			low := v.InterleaveLoGrouped(ones).DotProductPairs(weight).ShiftAllRight(12)
			high := v.InterleaveHiGrouped(ones).DotProductPairs(weight).ShiftAllRight(12)
			low.SaturateToInt16ConcatGrouped(high).Store(at)
		}
	}
}

// widen sets coefs to width lines of height values, shifted to the left.
func widen(coefs []int32, lines *Block, width, height int, shift uint) {
	n := archsimd.BroadcastInt32x8(int32(shift))
	switch height {
	case 4:
		for u := range width {
			v := archsimd.LoadInt16x8((*[8]int16)(lines[u*Stride:])).ExtendLo4ToInt32()
			v.ShiftLeft(n.GetLo()).Store((*[4]int32)(coefs[u*4:]))
		}
	case 8:
		for u := range width {
			widen8((*[8]int32)(coefs[u*8:]), (*[8]int16)(lines[u*Stride:]), n)
		}
	case 16:
		for u := range width {
			to, from := (*[16]int32)(coefs[u*16:]), (*[16]int16)(lines[u*Stride:])
			widen8((*[8]int32)(to[:]), (*[8]int16)(from[:]), n)
			widen8((*[8]int32)(to[8:]), (*[8]int16)(from[8:]), n)
		}
	default:
		for u := range width {
			to, from := (*[32]int32)(coefs[u*32:]), (*[32]int16)(lines[u*Stride:])
			widen8((*[8]int32)(to[:]), (*[8]int16)(from[:]), n)
			widen8((*[8]int32)(to[8:]), (*[8]int16)(from[8:]), n)
			widen8((*[8]int32)(to[16:]), (*[8]int16)(from[16:]), n)
			widen8((*[8]int32)(to[24:]), (*[8]int16)(from[24:]), n)
		}
	}
}

func widen8(to *[8]int32, from *[8]int16, shift archsimd.Int32x8) {
	archsimd.LoadInt16x8(from).ExtendToInt32().ShiftLeft(shift).Store(to)
}

// narrow sets the first columns of count lines to coefs; height coefficients make a line.
func narrow(lines *Block, coefs []int32, height, count, columns int) {
	switch {
	case height == 4:
		for u := range count {
			v := archsimd.LoadInt32x4((*[4]int32)(coefs[u*4:]))
			v.SaturateToInt16Concat(v).Store((*[8]int16)(lines[u*Stride:]))
		}
	case columns <= 8:
		for u := range count {
			narrow8((*[8]int16)(lines[u*Stride:]), (*[8]int32)(coefs[u*height:]))
		}
	default:
		for u := range count {
			for v := 0; v < columns; v += 16 {
				to, from := (*[16]int16)(lines[u*Stride+v:]), (*[16]int32)(coefs[u*height+v:])
				narrow8((*[8]int16)(to[:]), (*[8]int32)(from[:]))
				narrow8((*[8]int16)(to[8:]), (*[8]int32)(from[8:]))
			}
		}
	}
}

func narrow8(to *[8]int16, from *[8]int32) {
	a, b := archsimd.LoadInt32x4((*[4]int32)(from[:])), archsimd.LoadInt32x4((*[4]int32)(from[4:]))
	a.SaturateToInt16Concat(b).Store(to)
}
