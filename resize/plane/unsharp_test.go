package plane

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestUnsharp compares samples with their definition, at widths that use vectors and
// widths that do not.
func TestUnsharp(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for i := range 200 {
		w, h, strength := 1+random.IntN(70), 1+random.IntN(12), i%(MostUnsharp+1)
		p := randomPlane(random, w, h, 1)
		if i%3 == 0 { // smooth, so that little is clamped
			for j := range p.Pix {
				p.Pix[j] = uint8(100 + j%p.Stride/2 + random.IntN(8))
			}
		}
		got := Plane{slices.Clone(p.Pix), p.Stride, w, h}
		Unsharp(got, strength)
		at := func(x, y int) float64 {
			return float64(p.Pix[max(0, min(h-1, y))*p.Stride+max(0, min(w-1, x))])
		}
		for y := range h {
			for x := range w {
				mean, low, high := 0.0, 255.0, 0.0
				for dy := -1; dy <= 1; dy++ {
					for dx := -1; dx <= 1; dx++ {
						v := at(x+dx, y+dy)
						mean += v * [3]float64{1, 2, 1}[dy+1] * [3]float64{1, 2, 1}[dx+1] / 16
						low, high = min(low, v), max(high, v)
					}
				}
				slack := math.Floor((high - low) / 8)
				want := at(x, y) + 0.15*float64(strength)*(at(x, y)-mean)
				want = max(0, low-slack, min(255, high+slack, want))
				if v := float64(got.Pix[y*p.Stride+x]); math.Abs(v-want) > 0.75 || strength == 0 && v != at(x, y) {
					t.Fatalf("%dx%d, strength %d: %v at %d, %d; want %v", w, h, strength, v, x, y, want)
				}
			}
			if gap := p.Stride*y + w; !bytes.Equal(got.Pix[gap:p.Stride*(y+1)], p.Pix[gap:p.Stride*(y+1)]) {
				t.Fatal("samples between rows are changed")
			}
		}
	}
}

// TestUnsharpAnyWidth: the last columns, which no vector holds, are made as the others.
func TestUnsharpAnyWidth(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	wide := randomPlane(random, 80, 9, 1)
	for w := 1; w < 80; w++ {
		part := Plane{slices.Clone(wide.Pix), wide.Stride, w, wide.Height}
		whole := Plane{slices.Clone(wide.Pix), wide.Stride, wide.Width, wide.Height}
		Unsharp(part, 7)
		Unsharp(whole, 7)
		for y := range wide.Height {
			// The last column of part has another neighbour.
			if !bytes.Equal(part.Pix[y*wide.Stride:][:w-1], whole.Pix[y*wide.Stride:][:w-1]) {
				t.Fatalf("row %d of width %d", y, w)
			}
		}
	}
}

func BenchmarkUnsharp(b *testing.B) {
	p := randomPlane(rand.New(rand.NewPCG(1, 1)), 1200, 800, 1)
	for b.Loop() {
		Unsharp(p, 3)
	}
}
