package predict

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestVectorsMakeTheSameSamples checks that results with vectors equal those without.
func TestVectorsMakeTheSameSamples(t *testing.T) {
	forSizes(t, func(t *testing.T, w, h int) {
		r := rand.New(rand.NewPCG(3, uint64(w*h)))
		var vectors, plain Edges
		got, want := make([]uint16, w*h), make([]uint16, w*h)
		gotAC, wantAC := make([]int16, w*h), make([]int16, w*h)
		for range 40 {
			plane, _ := randomPlane(r)
			at := (4+r.IntN(planeSize-2*h-4))*planeSize + 4 + r.IntN(planeSize-2*w-4)
			above, left := r.IntN(2)*(w+r.IntN(min(w, h)+1)), r.IntN(2)*(h+r.IntN(min(w, h)+1))
			vectors.Load(plane, planeSize, at, w, h, above, left)
			plain.load(plane, planeSize, at, w, h, above, left)
			n := Origin + w + h
			if !slices.Equal(vectors.Above[Origin-1:n], plain.Above[Origin-1:n]) || !slices.Equal(vectors.Left[Origin-1:n], plain.Left[Origin-1:n]) {
				t.Fatalf("above %d, left %d: edges %v and %v, not %v and %v", above, left, vectors.Above, vectors.Left, plain.Above, plain.Left)
			}
			for mode := DC; mode <= Paeth; mode++ {
				for delta := -3; delta <= 3; delta++ {
					if delta != 0 && !mode.Directional() {
						continue
					}
					vectors.Predict(got, mode, delta, w, h)
					plain.predict(want, mode, delta, w, h)
					if !slices.Equal(got, want) {
						t.Fatalf("mode %d, delta %d: %v, not %v", mode, delta, got, want)
					}
				}
			}
			sub := 2*w <= 2*maxSize && r.IntN(2) == 1
			luma, average, alpha := plane[r.IntN(planeSize):], uint16(r.IntN(256)), r.IntN(33)-16
			LumaAC(gotAC, luma, planeSize, w, h, sub)
			lumaAC(wantAC, luma, planeSize, w, h, sub)
			if !slices.Equal(gotAC, wantAC) {
				t.Fatalf("subsampled %v: luma differs by %v, not %v", sub, gotAC, wantAC)
			}
			ChromaFromLuma(got, gotAC, average, alpha)
			chromaFromLuma(want, gotAC, average, alpha)
			if !slices.Equal(got, want) {
				t.Fatalf("alpha %d: %v, not %v", alpha, got, want)
			}
			products, squares := Correlation(gotAC, plane, planeSize, average, w, h)
			if p, s := correlation(gotAC, plane, planeSize, average, w, h); p != products || s != squares {
				t.Fatalf("products %d and squares %d, not %d and %d", products, squares, p, s)
			}
		}
	})
}

// TestExtremesOfChromaFromLuma checks vectors with the largest differences.
func TestExtremesOfChromaFromLuma(t *testing.T) {
	luma := make([]uint8, 64*64+32)
	for i := range luma {
		if i/64 < 32 {
			luma[i] = 255
		}
	}
	ac, want := make([]int16, 1024), make([]int16, 1024)
	LumaAC(ac, luma, 64, 32, 32, true)
	lumaAC(want, luma, 64, 32, 32, true)
	if !slices.Equal(ac, want) {
		t.Errorf("luma differs by %v, not %v", ac, want)
	}
	src := make([]uint8, len(luma))
	for i := range src {
		src[i] = 255 * uint8(i/32%2)
	}
	products, squares := Correlation(ac, src, 32, 255, 32, 32)
	if p, s := correlation(ac, src, 32, 255, 32, 32); p != products || s != squares {
		t.Errorf("products %d and squares %d, not %d and %d", products, squares, p, s)
	}
}

func TestNoAllocations(t *testing.T) {
	var e Edges
	plane, dst, ac := make([]uint8, 128*128+32), make([]uint16, 1024), make([]int16, 1024)
	if n := testing.AllocsPerRun(10, func() {
		e.Load(plane, 128, 129, 32, 32, 64, 64)
		for mode := DC; mode <= Paeth; mode++ {
			e.Predict(dst, mode, 0, 32, 32)
			e.predict(dst[:64], mode, 0, 8, 8)
		}
		LumaAC(ac, plane, 128, 32, 32, true)
		ChromaFromLuma(dst, ac, 128, 3)
		Correlation(ac, plane, 128, 128, 32, 32)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
