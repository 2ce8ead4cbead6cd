package loopfilter

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestVectorsMakeTheSameSamples compares filtering with the processor's vectors
// and sample by sample, for macroblocks at any edge.
func TestVectorsMakeTheSameSamples(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const stride, rows = 37, 24
	for i := range 3000 {
		s := StrengthOf(1+r.IntN(MaxLevel), r.IntN(8))
		e := Edges{r.IntN(4) > 0, r.IntN(4) > 0, r.IntN(3) > 0}
		var pix [3][]uint8
		base, step := r.IntN(256), 1+r.IntN(1+r.IntN(60))
		for i := range pix {
			pix[i] = make([]uint8, stride*rows)
			for j := range pix[i] {
				pix[i][j] = uint8(min(255, max(0, base+r.IntN(step)*(1-2*(j/4%2))+j/stride%5)))
			}
		}
		at := 0
		if e.Left {
			at += 4
		}
		if e.Top {
			at += 4 * stride
		}
		var want [3][]uint8
		for i := range want {
			want[i] = slices.Clone(pix[i])
		}
		switch i % 3 {
		case 0:
			s.Luma(pix[0], at, stride, e)
			s.scalarLuma(want[0], at, stride, e)
		case 1:
			s.Simple(pix[0], at, stride, e)
			s.scalarSimple(want[0], at, stride, e)
		default:
			s.Chroma(pix[1], pix[2], at, stride, e)
			s.scalarChroma(want[1], want[2], at, stride, e)
		}
		for j := range pix {
			if !slices.Equal(pix[j], want[j]) {
				t.Fatalf("filter %d, %+v, %+v: plane %d differs", i%3, s, e, j)
			}
		}
	}
}

func TestNoAllocations(t *testing.T) {
	pix := make([]uint8, 24*32)
	s, e := StrengthOf(20, 0), Edges{true, true, true}
	if n := testing.AllocsPerRun(10, func() {
		s.Luma(pix, 4*32+4, 32, e)
		s.Chroma(pix, pix, 4*32+4, 32, e)
		s.Simple(pix, 4*32+4, 32, e)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
