package jpeg

import (
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// upsampled is a plane as libjpeg's fancy upsampling brings it back to twice its size,
// without rounding.
func upsampled(p plane.Plane) [][]float64 {
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

// TestSharpen holds samples against their definition: the mean of 2 × 2 pixels, plus
// what those lose by a decoder's upsampling and another mean.
func TestSharpen(t *testing.T) {
	r := random(5)
	var s chromaSharpener
	for range 60 {
		w, h := 1+r.intn(70), 1+r.intn(9)
		planes := noisyPlanes(&r, 2*w, 2*h, 3, true)
		planes[2].Pix[0], planes[2].Pix[len(planes[2].Pix)-1] = 255, 0
		got, loss := s.sharpen(planes)
		if &got[0].Pix[0] != &planes[0].Pix[0] {
			t.Error("luma is copied")
		}
		if want := rootDifference(got[1:], planes[1:]); math.Abs(float64(loss)-16*want) > 0.51 {
			t.Errorf("%dx%d: a loss of %d, want 16 times %.3f", w, h, loss, want)
		}
		for i := 1; i < 3; i++ {
			back := upsampled(planes[i])
			for y := range h {
				for x := range w {
					was := float64(planes[i].Pix[y*planes[i].Stride+x])
					mean := (back[2*y][2*x] + back[2*y][2*x+1] + back[2*y+1][2*x] + back[2*y+1][2*x+1]) / 4
					want := max(0, min(255, was+was-mean))
					if v := float64(got[i].Pix[y*got[i].Stride+x]); math.Abs(v-want) > 0.5 {
						t.Fatalf("%dx%d: %v at %d, %d; want %v", w, h, v, x, y, want)
					}
				}
			}
		}
	}
	full := photoPlanes(20, 20, 3, false)
	if got, loss := s.sharpen(full); loss != 0 || &got[1].Pix[0] != &full[1].Pix[0] {
		t.Error("chroma of 4:4:4 is sharpened")
	}
	gray := photoPlanes(20, 20, 1, false)
	if got, loss := s.sharpen(gray); loss != 0 || len(got) != 1 || &got[0].Pix[0] != &gray[0].Pix[0] {
		t.Error("gray is sharpened")
	}
}

// rootDifference is the root of the sum of planes' mean squares of what differs, in the
// rows that are looked at.
func rootDifference(a, b []plane.Plane) float64 {
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
