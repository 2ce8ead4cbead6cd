package plane

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestExtremes finds a rectangle of other colours on a ground of one colour and some
// noise, at every place and in every number of channels; over all frames.
func TestExtremes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for i := range 300 {
		channels := 1 + i%4
		w, h := 1+random.IntN(120), 1+random.IntN(20)
		ground := []uint8{90, 140, 20, 255}[4-channels:]
		e := NewExtremes(w, h, channels)
		left, top, right, bottom := w, h, 0, 0
		for frame := range 1 + random.IntN(2) {
			p := Plane{Pix: make([]uint8, w*h*channels), Stride: w * channels, Width: w, Height: h}
			for j := range p.Pix {
				p.Pix[j] = ground[j%channels] - uint8(random.IntN(5))
				if channels%2 == 0 && j%channels == channels-1 {
					p.Pix[j] = 255
				}
			}
			for range random.IntN(3) { // pixels that differ
				x, y := random.IntN(w), random.IntN(h)
				left, top, right, bottom = min(left, x), min(top, y), max(right, x+1), max(bottom, y+1)
				p.Pix[y*p.Stride+x*channels+random.IntN(max(1, channels-1))] = 200
			}
			for y := range h {
				e.AddRow(y, p.Pix[y*p.Stride:])
			}
			if frame > 0 {
				continue
			}
			for j, at := range []int{0, w - 1, (h - 1) * w, h*w - 1} {
				if !bytes.Equal(e.Corner(j), p.Pix[at*channels:][:channels]) {
					t.Errorf("corner %d is %v", j, e.Corner(j))
				}
			}
		}
		if right == 0 {
			left, top = 0, 0
		}
		if l, tp, r, b := e.Differing(ground, 5); l != left || tp != top || r != right || b != bottom {
			t.Fatalf("%dx%d, %d channels: %d, %d, %d, %d differ; want %d, %d, %d, %d", w, h, channels, l, tp, r, b, left, top, right, bottom)
		}
	}
}

// TestExtremesAlpha: what transparent pixels hide does not differ.
func TestExtremesAlpha(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	e := NewExtremes(50, 3, 4)
	row := make([]uint8, 4*50)
	for y := range 3 {
		for i := range row {
			row[i] = uint8(random.IntN(256))
			if i%4 == 3 {
				row[i] = 0
			}
		}
		if y == 1 {
			row[4*20+3] = 255
		}
		e.AddRow(y, row)
	}
	if l, top, r, b := e.Differing([]uint8{0, 0, 0, 0}, 10); l != 20 || top != 1 || r != 21 || b != 2 {
		t.Error(l, top, r, b)
	}
}

func BenchmarkExtremes(b *testing.B) {
	p := randomPlane(rand.New(rand.NewPCG(1, 1)), 4000, 1000, 4)
	b.SetBytes(int64(len(p.Pix)))
	for b.Loop() {
		e := NewExtremes(p.Width, p.Height, 4)
		for y := range p.Height {
			e.AddRow(y, p.Pix[y*p.Stride:])
		}
	}
}
