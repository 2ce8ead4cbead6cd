package vp8

import (
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/transform"
)

// TestCoefficients reads random coefficients fast and carefully, to the same end
// of the data, also with long tokens.
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

// TestImprobableCoefficients reads coefficients written with unsuitable
// probabilities, so that each bit takes many.
func TestImprobableCoefficients(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var bands tables.CoefficientProbs
		for i := range bands[0] {
			for j := range bands[0][i] {
				for k := range bands[0][i][j] {
					bands[0][i][j][k] = [...]uint8{1, 128, 255}[r.IntN(3)]
				}
				if r.IntN(4) > 0 { // ones take as many bits as three decisions can take
					copy(bands[0][i][j][:], []uint8{255, 255, 1})
				}
			}
		}
		var probs kindProbs
		probs.set(&bands[0])
		first := r.IntN(2)
		var written [40][]int16
		var e boolEncoder
		e.reset(nil)
		for i := range written {
			n := r.IntN(17 - first)
			for j := range n {
				v := r.IntN(1 + []int{1, 1, 2, tables.MaxCoefficient}[r.IntN(4)])
				if j == n-1 || r.IntN(2) == 0 {
					v = max(v, 1)
				}
				written[i] = append(written[i], int16(v*(1-2*r.IntN(2))))
			}
			e.coefficients(&bands[0], first, i%tables.Contexts, written[i])
		}
		reader := newReader(e.finish())
		for i, levels := range written {
			var got, want transform.Four
			for j, v := range levels {
				want[scan[j+first]] = v
			}
			b := block{probs: &probs, scan: &scan, steps: &[2]int{1, 1}, out: &got}
			if n := reader.coefficients(&b, first, i%tables.Contexts); n != first+len(levels) || got != want {
				t.Fatalf("%d coefficients %v, want %d %v", n, got, first+len(levels), want)
			}
		}
	}
}
