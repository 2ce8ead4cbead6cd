package plane

import (
	"math"
	"math/rand/v2"
	"testing"
)

// upsampled returns a plane enlarged to twice its size by libjpeg's fancy upsampling,
// without rounding.
func upsampled(p Plane) [][]float64 {
	at := func(x, y int) float64 {
		return float64(p.Pix[max(0, min(p.Height-1, y))*p.Stride+max(0, min(p.Width-1, x))])
	}
	out := make([][]float64, 2*p.Height)
	for y := range out {
		out[y] = make([]float64, 2*p.Width)
		for x := range out[y] {
			dx, dy := x%2*2-1, y%2*2-1
			out[y][x] = (9*at(x/2, y/2) + 3*at(x/2+dx, y/2) + 3*at(x/2, y/2+dy) + at(x/2+dx, y/2+dy)) / 16
		}
	}
	return out
}

// TestSharpen compares samples with their definition: the mean of 2 × 2 pixels, plus
// what it loses by a decoder's upsampling and another mean.
func TestSharpen(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	var s Sharpener
	for range 60 {
		w, h := 1+random.IntN(70), 1+random.IntN(20)
		var planes, got [2]Plane
		for i := range planes {
			planes[i] = Plane{make([]uint8, w*h), w, w, h}
			for j := range planes[i].Pix {
				planes[i].Pix[j] = uint8(random.IntN(256))
			}
			got[i] = Plane{make([]uint8, (w+3)*h), w + 3, w, h}
			s.Sharpen(got[i], planes[i])
			back := upsampled(planes[i])
			for y := range h {
				for x := range w {
					was := float64(planes[i].Pix[y*w+x])
					mean := (back[2*y][2*x] + back[2*y][2*x+1] + back[2*y+1][2*x] + back[2*y+1][2*x+1]) / 4
					want := max(0, min(255, was+was-mean))
					if v := float64(got[i].Pix[y*(w+3)+x]); math.Abs(v-want) > 0.5 {
						t.Fatalf("%dx%d: %v at %d, %d; want %v", w, h, v, x, y, want)
					}
				}
			}
		}
		if got, want := s.Loss(planes[:]...), 16*rootDifference(got[:], planes[:]); math.Abs(float64(got)-want) > 0.51 {
			t.Errorf("%dx%d: a loss of %d, want %.3f", w, h, got, want)
		}
	}
}

// rootDifference returns the root of the sum of the planes' mean squared differences,
// in every eighth row.
func rootDifference(a, b []Plane) float64 {
	var sum float64
	for i := range a {
		var squares, n float64
		for y := 0; y < a[i].Height; y += 8 {
			for x := range a[i].Width {
				d := float64(a[i].Pix[y*a[i].Stride+x]) - float64(b[i].Pix[y*b[i].Stride+x])
				squares += d * d
				n++
			}
		}
		sum += squares / n
	}
	return math.Sqrt(sum)
}
