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

// unsharpPixel returns the luma of the pixel at x, y, and what it is sharpened to, from
// the definition: neighbours count by their alpha.
func unsharpPixel(p Plane, x, y, strength int) (before, after float64) {
	luma := func(pixel []uint8) float64 {
		return math.Round(0.299*float64(pixel[0]) + 0.587*float64(pixel[1]) + 0.114*float64(pixel[2]))
	}
	sum, weight, low, high := 0.0, 0.0, 255.0, 0.0
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			pixel := p.Pix[max(0, min(p.Height-1, y+dy))*p.Stride+4*max(0, min(p.Width-1, x+dx)):]
			if pixel[3] == 0 {
				continue
			}
			w := [3]float64{1, 2, 1}[dy+1] * [3]float64{1, 2, 1}[dx+1] * float64(pixel[3])
			sum, weight = sum+w*luma(pixel), weight+w
			low, high = min(low, luma(pixel)), max(high, luma(pixel))
		}
	}
	before = luma(p.Pix[y*p.Stride+4*x:])
	slack := math.Floor((high - low) / 8)
	added := 0.15 * float64(strength) * (before - sum/weight)
	return before, max(0, low-slack, min(255, high+slack, before+added))
}

// TestUnsharpPixels: each colour changes as the luma does, alpha and fully transparent
// pixels stay, and what transparent pixels hide has no effect.
func TestUnsharpPixels(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	for i := range 120 {
		w, h, strength := 1+random.IntN(40), 1+random.IntN(12), i%(MostUnsharp+1)
		p := randomPlane(random, w, h, 4)
		for j := 3; i%3 > 0 && j < len(p.Pix); j++ { // opaque, or opaque and transparent
			if j%p.Stride%4 == 3 {
				p.Pix[j] = 255
				if i%3 == 2 {
					p.Pix[j] = uint8(255 * random.IntN(2))
				}
			}
		}
		got := Plane{slices.Clone(p.Pix), p.Stride, w, h}
		UnsharpPixels(got, strength)
		for y := range h {
			for x := range w {
				was, is := p.Pix[y*p.Stride+4*x:][:4], got.Pix[y*p.Stride+4*x:][:4]
				if is[3] != was[3] || (is[3] == 0 || strength == 0) && !bytes.Equal(is, was) {
					t.Fatalf("%v becomes %v at strength %d", was, is, strength)
				}
				if is[3] == 0 {
					continue
				}
				before, after := unsharpPixel(p, x, y, strength)
				for c := range 3 {
					want := max(0, min(255, float64(was[c])+after-before))
					// Luma is rounded to whole levels, up to one off at a half.
					if math.Abs(float64(is[c])-want) > 2.5 {
						t.Fatalf("%dx%d, strength %d: %v becomes %v at %d, %d; want %v in channel %d", w, h, strength, was, is, x, y, want, c)
					}
				}
			}
		}
	}
}
