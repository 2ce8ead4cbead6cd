package transform

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Benchmarks run each function with vectors, if GOEXPERIMENT=simd is set, and without
// ("plain").

func BenchmarkForward(b *testing.B) {
	for _, n := range []int{4, 8, 16, 32} {
		for _, kind := range []Type{DCTDCT, ADSTADST} {
			if n == 32 && kind != DCTDCT {
				continue
			}
			r := rand.New(rand.NewPCG(1, 2))
			var t Transformer
			residual, coefs := residualFor(r, n, n, kind, 100), make([]int32, n*n)
			b.Run(fmt.Sprintf("%d type %d", n, kind), func(b *testing.B) {
				for b.Loop() {
					t.Forward(coefs, residual, n, n, kind)
				}
			})
			b.Run(fmt.Sprintf("%d type %d plain", n, kind), func(b *testing.B) {
				for b.Loop() {
					t.forward(coefs, residual, n, n, kind)
				}
			})
		}
	}
}

func BenchmarkInverse(b *testing.B) {
	for _, n := range []int{4, 8, 16, 32} {
		for _, kind := range []Type{DCTDCT, ADSTADST} {
			if n == 32 && kind != DCTDCT {
				continue
			}
			var t Transformer
			var block Block
			coefs := make([]int32, n*n)
			for i := range coefs {
				coefs[i] = int32(i%5*100 - 200)
			}
			for inputs := n; inputs >= 4; inputs /= 2 {
				b.Run(fmt.Sprintf("%d type %d of %d", n, kind, inputs), func(b *testing.B) {
					for b.Loop() {
						t.Inverse(&block, coefs, n, n, kind, inputs, inputs)
					}
				})
			}
			b.Run(fmt.Sprintf("%d type %d plain", n, kind), func(b *testing.B) {
				for b.Loop() {
					t.inverse(&block, coefs, n, n, kind, n, n)
				}
			})
		}
	}
}

func BenchmarkResiduals(b *testing.B) {
	src, prediction := make([]uint8, 64*32+32), make([]uint16, 32*32)
	var block Block
	for _, n := range []int{4, 8, 16, 32} {
		run := func(name string, f func()) {
			b.Run(fmt.Sprintf("%s %d", name, n), func(b *testing.B) {
				for b.Loop() {
					f()
				}
			})
		}
		run("Residual", func() { Residual(&block, src, 64, prediction, n, n) })
		run("Residual plain", func() { subtract(&block, src, 64, prediction, n, n) })
		run("Add", func() { Add(src, 64, prediction, &block, n, n) })
		run("Add plain", func() { add(src, 64, prediction, &block, n, n) })
		run("Copy", func() { Copy(src, 64, prediction, n, n) })
		run("Copy plain", func() { copySamples(src, 64, prediction, n, n) })
		if n >= 8 {
			run("SATD", func() { SATD(src, 64, prediction, n, n) })
			run("SATD plain", func() { satd(src, 64, prediction, n, n) })
		}
	}
}
