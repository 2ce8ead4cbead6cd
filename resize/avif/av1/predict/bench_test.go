package predict

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkPredict measures each function with vectors, if GOEXPERIMENT=simd is set, and
// without ("plain").
func BenchmarkPredict(b *testing.B) {
	plane, _ := randomPlane(rand.New(rand.NewPCG(1, 2)))
	names := []struct {
		name  string
		mode  Mode
		delta int
	}{
		{"DC", DC, 0}, {"V", V, 0}, {"H", H, 0}, {"zone1", D67, -1}, {"zone2", D135, 1}, {"zone3", D203, 1},
		{"Smooth", Smooth, 0}, {"SmoothV", SmoothV, 0}, {"Paeth", Paeth, 0},
	}
	for n := 4; n <= maxSize; n *= 2 {
		var e Edges
		dst, ac := make([]uint16, n*n), make([]int16, n*n)
		run := func(name string, f func()) {
			b.Run(fmt.Sprintf("%s %d", name, n), func(b *testing.B) {
				for b.Loop() {
					f()
				}
			})
		}
		run("Load", func() { e.Load(plane, planeSize, 33*planeSize+33, n, n, 2*n, 2*n) })
		run("Load plain", func() { e.load(plane, planeSize, 33*planeSize+33, n, n, 2*n, 2*n) })
		for _, c := range names {
			run(c.name, func() { e.Predict(dst, c.mode, c.delta, n, n) })
			run(c.name+" plain", func() { e.predict(dst, c.mode, c.delta, n, n) })
		}
		run("LumaAC", func() { LumaAC(ac, plane, planeSize, n, n, true) })
		run("LumaAC plain", func() { lumaAC(ac, plane, planeSize, n, n, true) })
		run("ChromaFromLuma", func() { ChromaFromLuma(dst, ac, 100, 3) })
		run("ChromaFromLuma plain", func() { chromaFromLuma(dst, ac, 100, 3) })
		run("Correlation", func() { Correlation(ac, plane, planeSize, 100, n, n) })
		run("Correlation plain", func() { correlation(ac, plane, planeSize, 100, n, n) })
	}
}
