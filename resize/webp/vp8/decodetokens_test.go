package vp8

import (
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/transform"
)

// TestCoefficients reads what looks like coefficients fast and carefully: to the same
// end of the data, also where tokens are long.
func TestCoefficients(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var probs [tables.Planes]kindProbs
	for i := range probs {
		probs[i].set(&tables.DefaultCoefficients[i])
	}
	for range 200 {
		data := make([]byte, r.IntN(500))
		most := 1 + r.IntN(256)
		for i := range data {
			data[i] = uint8(r.IntN(most))
		}
		fast, careful := newReader(data), newReader(data)
		for !careful.ended {
			kind, first, context := r.IntN(tables.Planes), r.IntN(2), r.IntN(tables.Contexts)
			var got, want transform.Four
			b := block{probs: &probs[kind], scan: &scan, steps: &[2]int{1 + r.IntN(157), 8 + r.IntN(400)}, out: &got, at: uint(4 * r.IntN(4))}
			n := fast.coefficients(&b, first, context)
			b.out = &want
			m := careful.carefully(&b, first, &b.probs[first][context], false)
			if n != m || got != want || fast.span != careful.span || fast.ended != careful.ended {
				t.Fatalf("%d coefficients %v, want %d %v", n, got, m, want)
			}
		}
	}
}
