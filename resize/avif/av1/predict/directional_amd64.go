//go:build goexperiment.simd && amd64

package predict

import "simd/archsimd"

// vectorDirectional does directional with vectors.
func (e *Edges) vectorDirectional(dst []uint16, angle, width, height int) {
	switch {
	case angle < 90:
		e.vectorFromAboveRight(dst, int(derivatives[angle]), width, height)
	case angle == 90:
		e.vectorFromAbove(dst, width)
	case angle < 180:
		e.vectorFromBoth(dst, int(derivatives[180-angle]), int(derivatives[angle-90]), width, height)
	case angle == 180:
		e.vectorFromLeft(dst, width)
	default:
		e.vectorFromBelowLeft(dst, int(derivatives[270-angle]), width, height)
	}
}

func (e *Edges) vectorFromAbove(dst []uint16, width int) {
	switch width {
	case 32:
		a, b := e.Above.load16(Origin), e.Above.load16(Origin+16)
		for ; len(dst) >= 32; dst = dst[32:] {
			a.Store((*[16]uint16)(dst))
			b.Store((*[16]uint16)(dst[16:]))
		}
	case 16:
		a := e.Above.load16(Origin)
		for ; len(dst) >= 16; dst = dst[16:] {
			a.Store((*[16]uint16)(dst))
		}
	default:
		a := e.Above.load8(Origin)
		if width == 4 {
			a = twoRows(a, a)
		}
		for ; len(dst) >= 8; dst = dst[8:] {
			a.Store((*[8]uint16)(dst))
		}
	}
}

func (e *Edges) vectorFromLeft(dst []uint16, width int) {
	if width < 16 {
		for i := 0; len(dst) >= 8; i += 8 / width {
			e.leftOf(i, width).Store((*[8]uint16)(dst))
			dst = dst[8:]
		}
		return
	}
	for i := Origin; len(dst) >= width; i++ {
		v := archsimd.BroadcastUint16x16(e.Left[i])
		v.Store((*[16]uint16)(dst))
		if width == 32 {
			v.Store((*[16]uint16)(dst[16:]))
		}
		dst = dst[width:]
	}
}

// shifts has each shift of mix as a vector.
var shifts = func() (v [32][16]int16) {
	for s := range v {
		for i := range v[s] {
			v[s][i] = int16(s)
		}
	}
	return v
}()

// mix16 does mix for 16 samples of an edge and their successors.
func mix16(edge *[17]uint16, shift int) samples16 {
	a, b := archsimd.LoadUint16x16((*[16]uint16)(edge[:16])).AsInt16x16(), archsimd.LoadUint16x16((*[16]uint16)(edge[1:])).AsInt16x16()
	step := b.Sub(a).Mul(archsimd.LoadInt16x16(&shifts[shift&31]))
	return a.Add(step.Add(archsimd.BroadcastInt16x16(16)).ShiftAllRight(5)).AsUint16x16()
}

// mix8 does mix for 8 samples of an edge and their successors.
func mix8(edge *[9]uint16, shift int) samples8 {
	a, b := archsimd.LoadUint16x8((*[8]uint16)(edge[:8])).AsInt16x8(), archsimd.LoadUint16x8((*[8]uint16)(edge[1:])).AsInt16x8()
	step := b.Sub(a).Mul(archsimd.LoadInt16x8((*[8]int16)(shifts[shift&31][:])))
	return a.Add(step.Add(archsimd.BroadcastInt16x8(16)).ShiftAllRight(5)).AsUint16x8()
}

// vectorFromAboveRight does fromAboveRight. It repeats the edge's last sample as far as
// vectors read.
func (e *Edges) vectorFromAboveRight(dst []uint16, dx, width, height int) {
	last := width + height - 1
	e.Above.replicate(last+1, last+1+beyond, e.Above[Origin+last])
	switch width {
	case 4:
		for at := dx; len(dst) >= 8; at += 2 * dx {
			first, second := min(at>>6, last), min((at+dx)>>6, last)
			twoRows(mix8((*[9]uint16)(e.Above[Origin+first:]), at>>1), mix8((*[9]uint16)(e.Above[Origin+second:]), (at+dx)>>1)).Store((*[8]uint16)(dst))
			dst = dst[8:]
		}
	case 8:
		for at := dx; len(dst) >= 8; at += dx {
			mix8((*[9]uint16)(e.Above[Origin+min(at>>6, last):]), at>>1).Store((*[8]uint16)(dst))
			dst = dst[8:]
		}
	case 16:
		for at := dx; len(dst) >= 16; at += dx {
			mix16((*[17]uint16)(e.Above[Origin+min(at>>6, last):]), at>>1).Store((*[16]uint16)(dst))
			dst = dst[16:]
		}
	default:
		for at := dx; len(dst) >= 32; at += dx {
			edge := (*[33]uint16)(e.Above[Origin+min(at>>6, last):])
			mix16((*[17]uint16)(edge[:17]), at>>1).Store((*[16]uint16)(dst))
			mix16((*[17]uint16)(edge[16:]), at>>1).Store((*[16]uint16)(dst[16:]))
			dst = dst[32:]
		}
	}
}
