//go:build goexperiment.simd && amd64

package webp

import (
	"encoding/binary"
	"simd/archsimd"
)

// vectorJoin does what join does for the first pixels, 16 at a time, and returns
// how many it has done.
func vectorJoin(out, y, u, v, alpha []uint8) int {
	if !hasVectors() {
		return 0
	}
	lumas, chromas := luma.vectors(), chroma.vectors()
	n := len(out) / 4 / lanes * lanes
	for x := 0; x < n; x += lanes {
		l := lumas.full(wide(archsimd.LoadUint8x16((*[lanes]uint8)(y[x:]))))
		cb, cr := chromas.full(wide(doubled(u[x/2:]))), chromas.full(wide(doubled(v[x/2:])))
		a := archsimd.LoadUint8x16((*[lanes]uint8)(alpha[x:])).ExtendToUint16().AsInt16x16()
		pixels(l.GetLo(), cb.GetLo(), cr.GetLo(), a.GetLo()).Store((*[32]uint8)(out[4*x:]))
		pixels(l.GetHi(), cb.GetHi(), cr.GetHi(), a.GetHi()).Store((*[32]uint8)(out[4*x+32:]))
	}
	archsimd.ClearAVXUpperBits()
	return n
}

// twice is the byte order that repeats each of eight bytes.
var twice = [16]int8{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7}

// doubled returns each of eight samples twice.
func doubled(src []uint8) archsimd.Uint8x16 {
	v := archsimd.BroadcastUint64x2(binary.LittleEndian.Uint64(src)).AsUint8x16()
	return v.PermuteOrZero(archsimd.LoadInt8x16(&twice))
}

// pixels returns eight RGBA pixels, with the colours of color.YCbCrToRGB.
func pixels(y, cb, cr, a archsimd.Int16x8) archsimd.Uint8x32 {
	of := archsimd.BroadcastInt32x8
	l := y.ExtendToInt32().Mul(of(0x10101))
	b, r := cb.ExtendToInt32().Sub(of(128)), cr.ExtendToInt32().Sub(of(128))
	clip := func(v archsimd.Int32x8) archsimd.Int32x8 { return v.ShiftAllRight(16).Max(of(0)).Min(of(255)) }
	red := clip(l.Add(r.Mul(of(91881))))
	green := clip(l.Sub(b.Mul(of(22554))).Sub(r.Mul(of(46802))))
	blue := clip(l.Add(b.Mul(of(116130))))
	rest := blue.ShiftAllLeft(16).Or(a.ExtendToInt32().ShiftAllLeft(24))
	return red.Or(green.ShiftAllLeft(8)).Or(rest).AsUint8x32()
}
