//go:build goexperiment.simd && amd64

package predict

import (
	"encoding/binary"
	"simd/archsimd"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// Predictions with AVX2, with the same results, for the modes that have to clip;
// the others copy rows.

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

// bytes is the byte order that gathers the even bytes of eight numbers, then the
// odd ones.
var bytes = [32]int8{
	0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15,
	0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15,
}

// pack clips two rows to 0 to 255 and returns each as bytes.
func pack(a, b archsimd.Int16x16) (archsimd.Uint64x2, archsimd.Uint64x2) {
	low, high := archsimd.BroadcastInt16x16(0), archsimd.BroadcastInt16x16(255)
	a, b = a.Max(low).Min(high), b.Max(low).Min(high)
	both := a.Or(b.ShiftAllLeft(8)).AsUint8x32().PermuteOrZeroGrouped(archsimd.LoadInt8x32(&bytes)).AsUint64x4()
	lo, hi := both.GetLo(), both.GetHi()
	return lo.InterleaveLo(hi), lo.InterleaveHi(hi)
}

// vectorPredict computes Predict; it returns false if there are no vectors for
// the mode.
func (l *Luma) vectorPredict(mode int) bool {
	if mode != tables.TM16 || !hasVectors() {
		return false
	}
	above := archsimd.LoadUint8x16((*[16]uint8)(l[LumaAt-Stride:])).ExtendToUint16().AsInt16x16()
	above = above.Sub(archsimd.BroadcastInt16x16(int16(l[LumaAt-Stride-1])))
	for at := LumaAt; at < LumaAt+16*Stride; at += 2 * Stride {
		row := l[at-1 : at+Stride+16 : at+Stride+16]
		a, b := pack(
			above.Add(archsimd.BroadcastInt16x16(int16(row[0]))),
			above.Add(archsimd.BroadcastInt16x16(int16(row[Stride]))),
		)
		a.AsUint8x16().Store((*[16]uint8)(row[1:]))
		b.AsUint8x16().Store((*[16]uint8)(row[Stride+1:]))
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// vectorPredict computes Predict; it returns false if there are no vectors for
// the mode. A vector holds a row of U and one of V.
func (c *Chroma) vectorPredict(mode int) bool {
	if mode != tables.TM16 || !hasVectors() {
		return false
	}
	both := archsimd.BroadcastUint64x2(binary.LittleEndian.Uint64(c[UAt-Stride:])).
		SetElem(1, binary.LittleEndian.Uint64(c[VAt-Stride:]))
	above := both.AsUint8x16().ExtendToUint16().AsInt16x16()
	above = above.Sub(twice(c[UAt-Stride-1], c[VAt-Stride-1]))
	for at := UAt; at < UAt+8*Stride; at += 2 * Stride {
		row := c[at-1 : at+Stride+VAt-UAt+8 : at+Stride+VAt-UAt+8]
		a, b := pack(
			above.Add(twice(row[0], row[VAt-UAt])),
			above.Add(twice(row[Stride], row[Stride+VAt-UAt])),
		)
		binary.LittleEndian.PutUint64(row[1:], a.GetElem(0))
		binary.LittleEndian.PutUint64(row[VAt-UAt+1:], a.GetElem(1))
		binary.LittleEndian.PutUint64(row[Stride+1:], b.GetElem(0))
		binary.LittleEndian.PutUint64(row[Stride+VAt-UAt+1:], b.GetElem(1))
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// twice returns u in the first eight lanes and v in the others.
func twice(u, v uint8) archsimd.Int16x16 {
	var t archsimd.Int16x16
	return t.SetLo(archsimd.BroadcastInt16x8(int16(u))).SetHi(archsimd.BroadcastInt16x8(int16(v)))
}

// vectorTrueMotion computes trueMotion in place; it returns false if the
// processor cannot.
func (b *around) vectorTrueMotion() bool {
	if !hasVectors() {
		return false
	}
	four := binary.LittleEndian.Uint32(b[1:])
	left := uint32(b[Stride]) | uint32(b[2*Stride])<<8 | uint32(b[3*Stride])<<16 | uint32(b[4*Stride])<<24
	above := archsimd.BroadcastUint32x4(four).AsUint8x16().ExtendToUint16().AsInt16x16()
	above = above.Sub(archsimd.BroadcastInt16x16(int16(b[0])))
	columns := archsimd.BroadcastUint32x4(left).AsUint8x16().PermuteOrZero(archsimd.LoadInt8x16(&fourTimes))
	sum := above.Add(columns.ExtendToUint16().AsInt16x16())
	p, _ := pack(sum, sum)
	rows := p.AsUint32x4()
	binary.LittleEndian.PutUint32(b[Stride+1:], rows.GetElem(0))
	binary.LittleEndian.PutUint32(b[2*Stride+1:], rows.GetElem(1))
	binary.LittleEndian.PutUint32(b[3*Stride+1:], rows.GetElem(2))
	binary.LittleEndian.PutUint32(b[4*Stride+1:], rows.GetElem(3))
	archsimd.ClearAVXUpperBits()
	return true
}

// fourTimes is the byte order that repeats each of four bytes four times.
var fourTimes = [16]int8{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}
