package plane

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// randomPlane returns a plane of noise, with channels samples a pixel and a gap between
// its rows.
func randomPlane(random *rand.Rand, w, h, channels int) Plane {
	p := Plane{Stride: channels*w + 3, Width: w, Height: h}
	p.Pix = make([]uint8, p.Stride*h)
	for i := range p.Pix {
		p.Pix[i] = uint8(random.IntN(256))
	}
	return p
}

// gaussian blurs rows with the weights of a Gaussian, mirroring samples at the ends,
// and transposes the result, so that two calls restore the axes.
func gaussian(rows [][]float64, deviation float64) [][]float64 {
	n := len(rows[0])
	out := make([][]float64, n)
	for x := range out {
		out[x] = make([]float64, len(rows))
	}
	reach := int(5*deviation) + 1
	for y, row := range rows {
		for x := range row {
			sum, weights := 0.0, 0.0
			for d := -reach; d <= reach; d++ {
				at := ((x+d)%(2*n) + 2*n) % (2 * n)
				if at >= n {
					at = 2*n - 1 - at
				}
				weight := math.Exp(-float64(d*d) / (2 * deviation * deviation))
				sum += weight * row[at]
				weights += weight
			}
			out[x][y] = sum / weights
		}
	}
	return out
}

// samples returns channel c of a plane.
func (p Plane) samples(c, channels int) [][]float64 {
	rows := make([][]float64, p.Height)
	for y := range rows {
		rows[y] = make([]float64, p.Width)
		for x := range rows[y] {
			rows[y][x] = float64(p.Pix[y*p.Stride+channels*x+c])
		}
	}
	return rows
}

// mean returns the mean of rows.
func mean(rows [][]float64) float64 {
	sum := 0.0
	for _, row := range rows {
		for _, v := range row {
			sum += v
		}
	}
	return sum / float64(len(rows)*len(rows[0]))
}

// boxError bounds the error that box filters may make in noise, in levels. Narrow ones
// have a thinner foot than a Gaussian.
func boxError(deviation float64) float64 {
	switch {
	case deviation < 1:
		return 9
	case deviation < 2:
		return 4
	}
	return 2
}

// TestBlur compares noise, the hardest case, with a Gaussian, and checks that its mean
// level stays.
func TestBlur(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 120 {
		w, h := 1+random.IntN(60), 1+random.IntN(60)
		deviation := []float64{0.5, 1, 1.5, 2, 5, 20, 100}[i%7]
		if i < 7 {
			w, h = 1, 1
		}
		p := randomPlane(random, w, h, 1)
		before := p.samples(0, 1)
		want := gaussian(gaussian(before, deviation), deviation)
		if err := Blur(t.Context(), p, deviation); err != nil {
			t.Fatal(err)
		}
		got := p.samples(0, 1)
		name := fmt.Sprintf("%dx%d, deviation %v", w, h, deviation)
		squares := 0.0
		for y := range got {
			for x, v := range got[y] {
				squares += (v - want[y][x]) * (v - want[y][x])
			}
		}
		if root := math.Sqrt(squares / float64(w*h)); root > boxError(deviation) {
			t.Errorf("%s: %.2f levels off a Gaussian", name, root)
		}
		if a, b := mean(before), mean(got); math.Abs(a-b) > 0.51 {
			t.Errorf("%s: the mean changes from %.2f to %.2f", name, a, b)
		}
	}
}

// TestBlurPixels: the alpha is blurred as a plane is, colours mix by their alpha, and
// pixels of one colour keep it, whatever the colour of transparent ones.
func TestBlurPixels(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		w, h := 1+random.IntN(40), 1+random.IntN(40)
		deviation := 0.5 + 6*random.Float64()
		p := randomPlane(random, w, h, 4)
		one := randomPlane(random, w, h, 4)
		for y := range h {
			for x := range w {
				for _, p := range []Plane{p, one} {
					if random.IntN(3) > 0 {
						p.Pix[y*p.Stride+4*x+3] = uint8(255 * random.IntN(2))
					}
				}
				if at := y*one.Stride + 4*x; one.Pix[at+3] != 0 {
					copy(one.Pix[at:], []uint8{200, 100, 50})
				}
			}
		}
		alpha := p.samples(3, 4)
		wantAlpha := gaussian(gaussian(alpha, deviation), deviation)
		var want [3][][]float64
		for c := range want {
			want[c] = p.samples(c, 4)
			for y := range h {
				for x := range w {
					want[c][y][x] *= alpha[y][x]
				}
			}
			want[c] = gaussian(gaussian(want[c], deviation), deviation)
		}
		for _, p := range []Plane{p, one} {
			if err := BlurPixels(t.Context(), p, deviation); err != nil {
				t.Fatal(err)
			}
		}
		colours, alphas := 0.0, 0.0
		for y := range h {
			for x := range w {
				got := p.Pix[y*p.Stride+4*x:][:4]
				alphas += (float64(got[3]) - wantAlpha[y][x]) * (float64(got[3]) - wantAlpha[y][x])
				for c := range want {
					d := (float64(got[c])*float64(got[3]) - want[c][y][x]) / 255
					colours += d * d / 3
				}
				if got := one.Pix[y*one.Stride+4*x:][:4]; got[3] > 8 {
					for c, v := range []int{200, 100, 50} {
						if d := int(got[c]) - v; d < -1 || d > 1 {
							t.Fatalf("%dx%d: %v at %d, %d, of pixels of one colour", w, h, got, x, y)
						}
					}
				}
			}
		}
		n := float64(w * h)
		if a, c := math.Sqrt(alphas/n), math.Sqrt(colours/n); a > boxError(deviation) || c > boxError(deviation) {
			t.Errorf("%dx%d, deviation %.2f: alpha is off by %.2f, colour by %.2f", w, h, deviation, a, c)
		}
	}
}

// TestBlurEnds: a blur ends with its context.
func TestBlurEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := randomPlane(rand.New(rand.NewPCG(1, 1)), 20, 20, 4)
	if err := BlurPixels(ctx, p, 2); err != context.Canceled {
		t.Error(err)
	}
	p.Width, p.Stride = 80, 83
	if err := Blur(ctx, p, 2); err != context.Canceled {
		t.Error(err)
	}
}

// TestBoxOf: the weights of a box add up, and it has the variance asked for.
func TestBoxOf(t *testing.T) {
	for deviation := 0.25; deviation <= 100; deviation += 0.25 {
		b := boxOf(deviation)
		if sum := uint64(2*b.radius+1)*b.inner + 2*b.outer; sum != 1<<boxBits {
			t.Errorf("deviation %v: the weights add up to %d", deviation, sum)
		}
		variance := 2 * float64(b.outer) * float64((b.radius+1)*(b.radius+1))
		for d := 1; d <= b.radius; d++ {
			variance += 2 * float64(b.inner) * float64(d*d)
		}
		if got := math.Sqrt(3 * variance / (1 << boxBits)); math.Abs(got-deviation) > 0.001*deviation || b.outer > b.inner {
			t.Errorf("deviation %v: %+v has %v", deviation, b, got)
		}
	}
}

func BenchmarkBlur(b *testing.B) {
	p := randomPlane(rand.New(rand.NewPCG(1, 1)), 1200, 800, 1)
	for b.Loop() {
		if err := Blur(b.Context(), p, 8); err != nil {
			b.Fatal(err)
		}
	}
}
