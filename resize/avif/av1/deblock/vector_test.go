package deblock

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestVectorsMakeTheSameSamples checks that results with vectors equal those without.
func TestVectorsMakeTheSameSamples(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		columns, rows := 2+2*r.IntN(20), 2+2*r.IntN(20)
		width, height := 4*columns-r.IntN(4), 4*rows-r.IntN(4)
		samples, sizes := randomSamples(r, 4*columns, 4*rows), randomSizes(r, columns, rows)
		vectors := toPlane(samples, sizes, width, height, r.IntN(2) == 1)
		plain := *vectors
		plain.Pix = slices.Clone(vectors.Pix)
		level, sharpness := 1+r.IntN(MaxLevel), r.IntN(8)
		vectors.Filter(level, level, sharpness)
		l := limitsOf(level, sharpness)
		plain.filterVertical(&l)
		plain.filterHorizontal(&l)
		if !slices.Equal(vectors.Pix, plain.Pix) {
			t.Fatalf("%dx%d, chroma %v, level %d, sharpness %d: samples differ", width, height, plain.Chroma, level, sharpness)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	p := toPlane(randomSamples(r, 64, 64), randomSizes(r, 16, 16), 64, 64, false)
	if n := testing.AllocsPerRun(10, func() {
		p.Filter(20, 20, 2)
		l := limitsOf(20, 2)
		p.filterVertical(&l)
		p.filterHorizontal(&l)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
