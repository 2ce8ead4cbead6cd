package jpeg

import (
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// TestLost compares the share that is lost with what is reconstructed.
func TestLost(t *testing.T) {
	r := random(41)
	q := new(quantiser)
	steps := stepTables(aimScale)
	q.set(&steps[0])
	for n := range 500 {
		p := noisyPlanes(&r, 8, 8, 1, false)[0]
		var b biasedBlock
		b.transform(p.Pix, p.Stride)
		level := uint8(r.intn(maskLevels))
		var energy, off float64
		for k := 1; k < 64; k++ {
			c := (float64(b[zigzagPlace[k]]) - coefficientBias) / 8
			energy += c * c
			if q.find(&b, level)>>k&1 == 1 {
				c -= float64(q.quantise(&b, k)) * float64(steps[0][k])
			}
			off += c * c
		}
		want := off / (energy + 4*64)
		if got := float64(q.lost(&b, level)) / (1 << lostBits); math.Abs(got-want) > 0.0001 {
			t.Fatalf("block %d: %v is lost, want %v", n, got, want)
		}
	}
}

// TestAim checks that a picture that loses more to quantisation gets finer steps,
// and so does one whose chroma loses more; flat pictures and those of edges alone
// get coarser steps, but not by much.
func TestAim(t *testing.T) {
	aimed := func(loss int, sample func(x, y int) uint8) float64 {
		p := plane.Plane{Pix: make([]uint8, 256*128), Stride: 256, Width: 256, Height: 128}
		for i := range p.Pix {
			p.Pix[i] = sample(i%256, i/256)
		}
		var c coder
		if err := c.load(t.Context(), []plane.Plane{p}, nil); err != nil {
			t.Fatal(err)
		}
		if c.aimed != 1024 {
			t.Fatalf("%d without aim", c.aimed)
		}
		c.aim(loss)
		return float64(c.aimed) / 1024
	}
	r := random(42)
	noise := func(x, y int) uint8 { return uint8(120 + r.intn(16)) }
	coarse := math.Exp(float64(coarsest) / 1024)
	fine := math.Exp(float64(finest) / 1024)
	for _, tt := range []struct {
		name      string
		loss      int
		sample    func(x, y int) uint8
		low, high float64
	}{
		{"flat", 0, func(x, y int) uint8 { return 90 }, coarse, coarse},
		{"edges", 0, func(x, y int) uint8 { return uint8(x / 30 % 2 * 255) }, coarse, coarse},
		{"noise", 20, noise, 0.7, 0.95},
		{"noise with chroma that loses", 60, noise, 0.6, 0.75},
		{"chroma that loses all", 4000, noise, fine, fine},
	} {
		if got := aimed(tt.loss, tt.sample); got < tt.low-0.001 || got > tt.high+0.001 {
			t.Errorf("%s: %.3f, want %.3f to %.3f", tt.name, got, tt.low, tt.high)
		}
	}
}

// TestEncodeAimed checks that, with corrected steps, a higher quality is not
// shorter.
func TestEncodeAimed(t *testing.T) {
	var c coder
	if err := c.load(t.Context(), photoPlanes(120, 80, 3, true), nil); err != nil {
		t.Fatal(err)
	}
	whole, err := c.encode(t.Context(), 80, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.aim(100)
	last := len(whole)
	for quality := 80; quality <= 100; quality += 4 {
		data, err := c.encode(t.Context(), quality, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) <= last {
			t.Errorf("quality %d: %d bytes, %d before", quality, len(data), last)
		}
		last = len(data)
	}
}

// TestEncodeWhole checks that chroma of thin coloured lines is kept whole at
// qualities that show it, and comes back closer; chroma of other pictures is not
// kept whole.
func TestEncodeWhole(t *testing.T) {
	lines := colouredLines(150, 101)
	gray := image.NewNRGBA(lines.Rect)
	soft := image.NewNRGBA(lines.Rect)
	for y := range 101 {
		for x := range 150 {
			g := lines.NRGBAAt(x, y).G
			gray.SetNRGBA(x, y, color.NRGBA{g, g, g, 255})
			soft.SetNRGBA(x, y, color.NRGBA{uint8(x), uint8(2 * y), 90, 255})
		}
	}
	planes := (&pic.Raster{Pixels: lines}).WholeYCbCr()
	for _, tt := range []struct {
		name       string
		raster     *pic.Raster
		subsampled bool // as stored
		quality    int
		maxBytes   int
		wantWhole  bool
	}{
		{"lines", &pic.Raster{Pixels: lines}, false, 80, 0, true},
		{"lines of low quality", &pic.Raster{Pixels: lines}, false, 20, 0, false},
		{"lines for which there is no room", &pic.Raster{Pixels: lines}, false, 80, 2500, false},
		{"lines of a subsampled JPEG", &pic.Raster{Pixels: lines}, true, 80, 0, false},
		{"planes", &pic.Raster{Planes: planes}, false, 80, 0, true},
		{"planes of low quality", &pic.Raster{Planes: planes}, false, 20, 0, false},
		{"planes of 4:2:0", &pic.Raster{Planes: (&pic.Raster{Pixels: lines}).YCbCr()}, true, 80, 0, false},
		{"lines of gray", &pic.Raster{Pixels: gray}, false, 80, 0, false},
		{"gray", &pic.Raster{Pixels: gray, Colour: pic.Colour{Gray: true}}, false, 80, 0, false},
		{"soft colours", &pic.Raster{Pixels: soft}, false, 90, 0, false},
	} {
		s := sequence(tt.raster)
		s.Header.Subsampled = tt.subsampled
		e, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{Quality: tt.quality, MinQuality: 5, MaxBytes: tt.maxBytes})
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		h, err := readHeader(t.Context(), whole(e.Data))
		if err != nil {
			t.Fatal(err)
		}
		isWhole := len(h.Components) == 3 && h.Components[0].H == 1
		if isWhole != tt.wantWhole {
			t.Errorf("%s: whole %v, quality %d, %d bytes", tt.name, isWhole, e.Quality, len(e.Data))
		}
		if isWhole {
			want := tt.raster.WholeYCbCr()
			for i, p := range decodeStandard(t, e.Data) {
				if v := psnr(t, p, want[i]); v < 30 {
					t.Errorf("%s: plane %d has %.1f dB", tt.name, i, v)
				}
			}
		}
	}
}

// colouredLines returns thin lines in red and violet on white.
func colouredLines(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{255, 255, 255, 255}
			if x%23 == 0 || y%31 == 5 {
				c = color.NRGBA{220, 20, uint8(40 + 200*(x/23%2)), 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}
