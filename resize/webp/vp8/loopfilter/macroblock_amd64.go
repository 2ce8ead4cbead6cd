//go:build goexperiment.simd && amd64

package loopfilter

import "simd/archsimd"

// columns is how many columns are transposed: four before an edge, and 16.
const columns = 4 + 16

// turned holds columns as lines.
type turned [columns * 16]uint8

// turnedAt is the offset of the first column after the left edge.
const turnedAt = 4 * 16

// vectorLuma computes Luma; it returns false if the processor cannot.
func (s *Strength) vectorLuma(pix []uint8, at, stride int, e Edges) bool {
	if !hasVectors() {
		return false
	}
	outer, inner := limitsOf(s.Outer, s), limitsOf(s.Inner, s)
	var t turned
	t.read(pix, at, stride, e)
	if e.Left {
		outer.outerLines(t[:], turnedAt, 16)
	}
	if e.Inner {
		for x := 4; x < 16; x += 4 {
			inner.innerLines(t[:], turnedAt+16*x, 16)
		}
	}
	t.write(pix, at, stride, e)
	if e.Top {
		outer.outerLines(pix, at, stride)
	}
	if e.Inner {
		for y := 4; y < 16; y += 4 {
			inner.innerLines(pix, at+y*stride, stride)
		}
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// vectorSimple computes Simple; it returns false if the processor cannot.
func (s *Strength) vectorSimple(pix []uint8, at, stride int, e Edges) bool {
	if !hasVectors() {
		return false
	}
	var t turned
	t.read(pix, at, stride, e)
	if e.Left {
		simpleLines(t[:], turnedAt, 16, s.Outer)
	}
	if e.Inner {
		for x := 4; x < 16; x += 4 {
			simpleLines(t[:], turnedAt+16*x, 16, s.Inner)
		}
	}
	t.write(pix, at, stride, e)
	if e.Top {
		simpleLines(pix, at, stride, s.Outer)
	}
	if e.Inner {
		for y := 4; y < 16; y += 4 {
			simpleLines(pix, at+y*stride, stride, s.Inner)
		}
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// vectorChroma computes Chroma; it returns false if the processor cannot. Eight
// samples of U and eight of V make a line.
func (s *Strength) vectorChroma(u, v []uint8, at, stride int, e Edges) bool {
	if !hasVectors() {
		return false
	}
	outer, inner := limitsOf(s.Outer, s), limitsOf(s.Inner, s)
	if e.Left || e.Inner {
		var t turned
		t.readChroma(u, v, at, stride, e)
		if e.Left {
			outer.outerLines(t[:], turnedAt, 16)
		}
		if e.Inner {
			inner.innerLines(t[:], turnedAt+4*16, 16)
		}
		t.writeChroma(u, v, at, stride, e)
	}
	if e.Top || e.Inner {
		// Lines of both planes, beginning four before the edge.
		var t [12 * 16]uint8
		first := 0
		if !e.Top {
			first = 4
		}
		for y := first; y < 12; y++ {
			from := at + (y-4)*stride
			*(*[8]uint8)(t[16*y:]) = *(*[8]uint8)(u[from:])
			*(*[8]uint8)(t[16*y+8:]) = *(*[8]uint8)(v[from:])
		}
		if e.Top {
			outer.outerLines(t[:], 4*16, 16)
		}
		if e.Inner {
			inner.innerLines(t[:], 8*16, 16)
		}
		for y := first; y < 12; y++ {
			to := at + (y-4)*stride
			*(*[8]uint8)(u[to:]) = *(*[8]uint8)(t[16*y:])
			*(*[8]uint8)(v[to:]) = *(*[8]uint8)(t[16*y+8:])
		}
	}
	archsimd.ClearAVXUpperBits()
	return true
}
