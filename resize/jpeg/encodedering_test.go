package jpeg

import (
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// lettersPlane returns strokes of odd widths with gray edges, black on white or
// the reverse.
func lettersPlane(r *random, w, h int) plane.Plane {
	p := plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
	for i := range p.Pix {
		p.Pix[i] = 255
	}
	for range w * h / 60 {
		x0, y0, width, height := r.intn(w), r.intn(h), 1+r.intn(3), 1+r.intn(12)
		level := uint8(r.intn(2) * r.intn(90))
		for y := y0; y < min(h, y0+height); y++ {
			for x := x0; x < min(w, x0+width); x++ {
				p.Pix[y*w+x] = level
			}
		}
	}
	return p
}

// TestDering checks that letters come back closer, in a decoder that limits
// samples, and take hardly more bytes.
func TestDering(t *testing.T) {
	r := random(31)
	for _, quality := range []int{30, 60, 80, 95} {
		p := lettersPlane(&r, 203, 101)
		planes := []plane.Plane{p}
		var c coder
		if err := c.load(t.Context(), planes, nil); err != nil {
			t.Fatal(err)
		}
		data, err := c.encode(t.Context(), quality, 0)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(c.coded[0].limited); n < 200 {
			t.Fatalf("%d blocks are limited", n)
		}
		c.coded[0].limited = nil // without deringing
		plain, err := c.encode(t.Context(), quality, 0)
		if err != nil {
			t.Fatal(err)
		}
		got, want := psnr(t, decodeStandard(t, data)[0], p), psnr(t, decodeStandard(t, plain)[0], p)
		t.Logf("quality %d: %d bytes, %.2f dB; without %d, %.2f dB", quality, len(data), got, len(plain), want)
		if got < want+0.5 || len(data) > len(plain)*104/100 {
			t.Errorf("quality %d: %d bytes, %.2f dB; without %d, %.2f dB", quality, len(data), got, len(plain), want)
		}
	}
}

// TestLimited checks that exactly the blocks with samples of 0 or 255, and with
// others, are listed.
func TestLimited(t *testing.T) {
	r := random(32)
	for range 200 {
		w, h := 1+r.intn(40), 1+r.intn(40)
		p := plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
		levels := [][]int{{255}, {0}, {0, 255}, {1, 254}, {0, 90}, {90, 255}, {128, 127}}[r.intn(7)]
		for i := range p.Pix {
			p.Pix[i] = uint8(levels[0])
			if r.intn(30) == 0 {
				p.Pix[i] = uint8(levels[r.intn(len(levels))])
			}
		}
		var c coder
		if err := c.load(t.Context(), []plane.Plane{p}, nil); err != nil {
			t.Fatal(err)
		}
		var want []int32
		for i := range c.coded[0].blocks {
			var limit, varied bool
			first := p.Pix[i/c.coded[0].across*8*w+i%c.coded[0].across*8]
			for y := i / c.coded[0].across * 8; y < min(h, i/c.coded[0].across*8+8); y++ {
				for x := i % c.coded[0].across * 8; x < min(w, i%c.coded[0].across*8+8); x++ {
					v := p.Pix[y*w+x]
					limit = limit || v == 0 || v == 255
					varied = varied || v != first
				}
			}
			if limit && varied {
				want = append(want, int32(i))
			}
		}
		if got := c.coded[0].limited; len(got) != len(want) {
			t.Fatalf("%dx%d of %v: %v, want %v", w, h, levels, got, want)
		}
		for i, v := range want {
			if c.coded[0].limited[i] != v {
				t.Fatalf("%dx%d of %v: %v, want %v", w, h, levels, c.coded[0].limited, want)
			}
		}
	}
}

// TestReconstruct compares reconstruct with the definition of the inverse DCT,
// also beyond the range of a sample, and the DCT of its result with the
// coefficients.
func TestReconstruct(t *testing.T) {
	r := random(33)
	for range 200 {
		var steps stepTable
		var coefficients [64]float64 // row by row
		var b, back biasedBlock
		for k := range steps {
			steps[k] = uint8(1 + r.intn(20))
			v := 0
			if r.intn(4) == 0 {
				v = r.intn(9) - 4
			}
			coefficients[zigzag[k]] = float64(v * int(steps[k]))
			b[zigzagPlace[k]] = uint16(coefficientBias + 8*v*int(steps[k]))
		}
		q := new(quantiser)
		q.set(&steps)
		var samples [64]int32
		q.reconstruct(&samples, &b, q.find(&b, 0)&^1)
		for i, got := range samples {
			if want := inverseExact(&coefficients, i%8, i/8); math.Abs(float64(got)-want) > 1 {
				t.Fatalf("sample %d is %d, want %.2f", i, got, want)
			}
		}
		back.forwardWide(&samples)
		for i := range b {
			if d := int(b[i]) - int(back[i]); d < -24 || d > 24 { // samples are rounded
				t.Fatalf("coefficient %d: %d, was %d", i, back[i], b[i])
			}
		}
	}
}

// inverseExact returns sample x, y by the definition of the inverse DCT.
func inverseExact(coefficients *[64]float64, x, y int) float64 {
	sum := 0.0
	for i, v := range coefficients {
		for _, k := range []int{i % 8, i / 8} {
			if k == 0 {
				v /= math.Sqrt2
			}
		}
		sum += v * math.Cos(float64((2*x+1)*(i%8))*math.Pi/16) * math.Cos(float64((2*y+1)*(i/8))*math.Pi/16)
	}
	return sum/4 + 128
}
