//go:build goexperiment.simd && amd64

package jpeg

import (
	"encoding/binary"
	"simd/archsimd"
)

// vectorForward is forward with AVX2, bit for bit, if the processor can do it. A
// vector is a row, so that the columns are transformed together; transposed, a
// vector is a column, and the rows are.
func (b *biasedBlock) vectorForward(src []uint8, stride int) bool {
	if !archsimd.X86.AVX2() {
		return false
	}
	x0, x1, x2, x3, x4, x5, x6, x7 := vectorForwardDCT(
		extendRow(src), extendRow(src[stride:]), extendRow(src[2*stride:]), extendRow(src[3*stride:]),
		extendRow(src[4*stride:]), extendRow(src[5*stride:]), extendRow(src[6*stride:]), extendRow(src[7*stride:]))
	round := archsimd.BroadcastInt32x8(betweenRound)
	x0, x1 = x0.Add(round).ShiftAllRight(betweenShift), x1.Add(round).ShiftAllRight(betweenShift)
	x2, x3 = x2.Add(round).ShiftAllRight(betweenShift), x3.Add(round).ShiftAllRight(betweenShift)
	x4, x5 = x4.Add(round).ShiftAllRight(betweenShift), x5.Add(round).ShiftAllRight(betweenShift)
	x6, x7 = x6.Add(round).ShiftAllRight(betweenShift), x7.Add(round).ShiftAllRight(betweenShift)
	x0, x1, x2, x3, x4, x5, x6, x7 = vectorForwardDCT(transpose8(x0, x1, x2, x3, x4, x5, x6, x7))

	var columns [64]int32
	round = archsimd.BroadcastInt32x8(biasRounded)
	x0.Add(round).ShiftAllRight(forwardShift).Store((*[8]int32)(columns[0:]))
	x1.Add(round).ShiftAllRight(forwardShift).Store((*[8]int32)(columns[8:]))
	x2.Add(round).ShiftAllRight(forwardShift).Store((*[8]int32)(columns[16:]))
	x3.Add(round).ShiftAllRight(forwardShift).Store((*[8]int32)(columns[24:]))
	x4.Add(round).ShiftAllRight(forwardShift).Store((*[8]int32)(columns[32:]))
	x5.Add(round).ShiftAllRight(forwardShift).Store((*[8]int32)(columns[40:]))
	x6.Add(round).ShiftAllRight(forwardShift).Store((*[8]int32)(columns[48:]))
	x7.Add(round).ShiftAllRight(forwardShift).Store((*[8]int32)(columns[56:]))
	archsimd.ClearAVXUpperBits()
	for k, at := range &zigzagColumns {
		b[k] = uint16(columns[at&63])
	}
	return true
}

// zigzagColumns is zigzag for blocks column by column.
var zigzagColumns = func() (places [64]uint8) {
	for k, at := range zigzag {
		places[k] = at%8*8 + at/8
	}
	return places
}()

// extendRow returns eight samples.
func extendRow(row []uint8) archsimd.Int32x8 {
	var v archsimd.Uint64x2
	return v.SetElem(0, binary.LittleEndian.Uint64(row)).AsUint8x16().ExtendLo8ToUint32().AsInt32x8()
}

// vectorForwardDCT is forwardDCT of eight lines.
func vectorForwardDCT(x0, x1, x2, x3, x4, x5, x6, x7 archsimd.Int32x8) (y0, y1, y2, y3, y4, y5, y6, y7 archsimd.Int32x8) {
	s0, d0 := x0.Add(x7), x0.Sub(x7)
	s1, d1 := x1.Add(x6), x1.Sub(x6)
	s2, d2 := x2.Add(x5), x2.Sub(x5)
	s3, d3 := x3.Add(x4), x3.Sub(x4)

	e0, e3 := s0.Add(s3), s0.Sub(s3)
	e1, e2 := s1.Add(s2), s1.Sub(s2)
	z := times(e2.Add(e3), f0541)

	z1 := times(d3.Add(d0), f0899)
	z2 := times(d2.Add(d1), f2562)
	z3, z4 := d3.Add(d1), d2.Add(d0)
	z5 := times(z3.Add(z4), f1175)
	z3 = z5.Sub(times(z3, f1961))
	z4 = z5.Sub(times(z4, f0390))
	return e0.Add(e1).ShiftAllLeft(dctBits),
		times(d0, f1501).Sub(z1).Add(z4),
		z.Add(times(e3, f0765)),
		times(d1, f3072).Sub(z2).Add(z3),
		e0.Sub(e1).ShiftAllLeft(dctBits),
		times(d2, f2053).Sub(z2).Add(z4),
		z.Sub(times(e2, f1847)),
		times(d3, f0298).Sub(z1).Add(z3)
}

func times(x archsimd.Int32x8, factor int32) archsimd.Int32x8 {
	return x.Mul(archsimd.BroadcastInt32x8(factor))
}
