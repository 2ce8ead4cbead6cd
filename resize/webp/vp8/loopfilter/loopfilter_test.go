package loopfilter

import (
	"math/rand/v2"
	"testing"
)

// TestFlat checks that a flat area does not change.
func TestFlat(t *testing.T) {
	for level := 1; level <= MaxLevel; level++ {
		s := StrengthOf(level, level%8)
		pix := make([]uint8, 20*32)
		for i := range pix {
			pix[i] = 77
		}
		e := Edges{true, true, true}
		s.Luma(pix, 4*32+4, 32, e)
		s.Simple(pix, 4*32+4, 32, e)
		s.Chroma(pix, pix, 4*32+4, 32, e)
		for i, v := range pix {
			if v != 77 {
				t.Fatalf("level %d: sample %d is %d", level, i, v)
			}
		}
	}
}

// TestStep checks that a low step between macroblocks becomes a slope, and that a
// high one stays. The expected values follow from RFC 6386 section 15.3 by hand.
func TestStep(t *testing.T) {
	across := func(low, high uint8, filter func(s *Strength, pix []uint8)) [8]uint8 {
		pix := make([]uint8, 20*32)
		for i := range pix {
			pix[i] = low
			if i%32 >= 4 {
				pix[i] = high
			}
		}
		s := StrengthOf(20, 0)
		filter(&s, pix)
		return [8]uint8(pix[10*32:])
	}
	outer := func(s *Strength, pix []uint8) { s.Luma(pix, 4*32+4, 32, Edges{Left: true}) }
	inner := func(s *Strength, pix []uint8) { s.Luma(pix, 4*32, 32, Edges{Inner: true}) }
	simple := func(s *Strength, pix []uint8) { s.Simple(pix, 4*32+4, 32, Edges{Left: true}) }
	for name, tt := range map[string]struct {
		filter func(s *Strength, pix []uint8)
		high   uint8
		want   [8]uint8
	}{
		// w = -16 + 3 × 16 = 32: 7, 4 and 2.
		"outer": {outer, 116, [8]uint8{100, 102, 104, 107, 109, 112, 114, 116}},
		// 3 × 16 = 48: 6 after the edge, 6 before, and half of that next to them.
		"inner": {inner, 116, [8]uint8{100, 100, 103, 106, 110, 113, 116, 116}},
		// -16 + 48 = 32: 4 each.
		"simple": {simple, 116, [8]uint8{100, 100, 100, 104, 112, 116, 116, 116}},
		// 2 × 30 + 30 / 2 is more than 2 × 22 + 20.
		"high": {outer, 130, [8]uint8{100, 100, 100, 100, 130, 130, 130, 130}},
	} {
		if got := across(100, tt.high, tt.filter); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// TestTurned checks that the filter does the same across and along, except that
// edges between columns come first.
func TestTurned(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const stride = 20
	for range 300 {
		s := StrengthOf(1+r.IntN(MaxLevel), r.IntN(8))
		pix, turned := make([]uint8, stride*stride), make([]uint8, stride*stride)
		base, step := r.IntN(200), 1+r.IntN(50)
		for y := range stride {
			for x := range stride {
				v := uint8(base + r.IntN(step))
				pix[y*stride+x], turned[x*stride+y] = v, v
			}
		}
		const at = 4*stride + 4
		s.Luma(pix, at, stride, Edges{Left: true})
		s.Luma(turned, at, stride, Edges{Top: true})
		s.Chroma(pix, pix, at, stride, Edges{Left: true})
		s.Chroma(turned, turned, at, stride, Edges{Top: true})
		s.Simple(pix, at, stride, Edges{Left: true})
		s.Simple(turned, at, stride, Edges{Top: true})
		for y := range stride {
			for x := range stride {
				if pix[y*stride+x] != turned[x*stride+y] {
					t.Fatalf("differs at %d, %d", x, y)
				}
			}
		}
	}
}
