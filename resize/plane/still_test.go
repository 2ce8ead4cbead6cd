package plane

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// stillPlane returns a drawing: rows that repeat the one above except for a stretch now
// and then, opaque, with holes, or half transparent.
func stillPlane(random *rand.Rand, w, h, channels int) Plane {
	p := newPlane(w, h, channels)
	repeats := 1 + random.IntN(60) // how rarely something changes
	opaque := random.IntN(3) > 0
	for y := range h {
		row := p.Pix[y*p.Stride:][:w*channels]
		if y > 0 {
			copy(row, p.Pix[(y-1)*p.Stride:])
			if random.IntN(repeats) > 0 {
				continue
			}
		}
		from := random.IntN(w)
		to := from + random.IntN(w-from) + 1
		colour := [4]uint8{uint8(random.Uint32()), uint8(random.Uint32()), uint8(random.Uint32()), uint8(random.Uint32())}
		for x := from; x < to; x++ {
			copy(row[x*channels:(x+1)*channels], colour[:])
		}
		if opaque && channels%2 == 0 {
			for i := channels - 1; i < len(row); i += channels {
				row[i] = 255
			}
		}
	}
	return p
}

// TestPushStill: rows that are the same give what they would give if each were added
// up.
func TestPushStill(t *testing.T) {
	random := rand.New(rand.NewPCG(27, 28))
	var r RowResampler
	var scalar RowResampler
	scalar.resampler.scalarOnly = true
	for range 400 {
		w, h, channels := 1+random.IntN(150), 1+random.IntN(150), 1+random.IntN(4)
		dw, dh := 1+random.IntN(w+20), 1+random.IntN(h+20)
		src := stillPlane(random, w, h, channels)
		x, y := random.Float64()*float64(w)/2, random.Float64()*float64(h)/2
		window := Window{x, y, x + float64(w)/2, y + float64(h)/2}
		if random.IntN(2) == 0 {
			window.Y0, window.Y1 = window.Y1, window.Y0
		}
		got := pushed(t, &r, src, dw, dh, channels, window)
		want := pushed(t, &scalar, src, dw, dh, channels, window)
		if !bytes.Equal(got.Pix, want.Pix) {
			t.Fatalf("%dx%d to %dx%d of %d channels, %v: other samples", w, h, dw, dh, channels, window)
		}
	}
}
