package deblock

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// BenchmarkFilter filters 256x256 samples with vectors, if GOEXPERIMENT=simd is set, and
// without ("plain").
func BenchmarkFilter(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	const side = 256
	sizes := randomSizes(r, side/4, side/4)
	for _, look := range []struct {
		name   string
		smooth bool
	}{{"smooth", true}, {"rough", false}} {
		rows := make([][]int, side)
		for y := range rows {
			rows[y] = make([]int, side)
			for x := range rows[y] {
				rows[y][x] = 100 + (x/16+y/16)%8
				if !look.smooth {
					rows[y][x] += r.IntN(30)
				}
			}
		}
		for _, chroma := range []bool{false, true} {
			p := toPlane(rows, sizes, side, side, chroma)
			original := slices.Clone(p.Pix)
			name := look.name + " luma"
			if chroma {
				name = look.name + " chroma"
			}
			l := limitsOf(20, 2)
			run := func(name string, f func()) {
				b.Run(name, func(b *testing.B) {
					b.SetBytes(side * side)
					for b.Loop() {
						copy(p.Pix, original)
						f()
					}
				})
			}
			run(name+" vertical", func() { p.Filter(20, 0, 2) })
			run(name+" horizontal", func() { p.Filter(0, 20, 2) })
			run(name+" vertical plain", func() { p.filterVertical(&l) })
			run(name+" horizontal plain", func() { p.filterHorizontal(&l) })
		}
	}
}
