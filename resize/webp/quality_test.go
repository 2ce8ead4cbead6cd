package webp

import (
	"image"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// TestQuantiser checks that each quality has a quantiser that is in range, no
// coarser than that of the quality below, nor than that of a smaller picture;
// measured qualities have the measured ones.
func TestQuantiser(t *testing.T) {
	for _, pixels := range []int{1, fewPixels, 300_000, manyPixels, 1 << 28} {
		last := 127
		for quality := 1; quality <= 100; quality++ {
			got := QuantiserAt(quality, pixels)
			if got < 0 || got > last {
				t.Errorf("quality %d of %d pixels: quantiser %d, after %d", quality, pixels, got, last)
			}
			last = got
			if low, high := QuantiserAt(quality, manyPixels), Quantiser(quality); got < low || got > high {
				t.Errorf("quality %d of %d pixels: quantiser %d, want %d to %d", quality, pixels, got, low, high)
			}
		}
	}
	for i := 1; i < len(alike); i++ {
		small, large := alike[i], alikeLarge[i]
		if got := QuantiserAt(small.Quality, fewPixels); got != small.Quantiser || got != Quantiser(small.Quality) {
			t.Errorf("quality %d: quantiser %d, want %d", small.Quality, got, small.Quantiser)
		}
		if got := QuantiserAt(large.Quality, manyPixels); got != large.Quantiser {
			t.Errorf("quality %d of a large picture: quantiser %d, want %d", large.Quality, got, large.Quantiser)
		}
	}
	// 379473 pixels lie in the middle, where quality 60 has 36 and 31.
	if got := QuantiserAt(60, 379473); got != 33 && got != 34 {
		t.Errorf("quantiser %d between 36 and 31", got)
	}
}

// TestQuantiserOfRaster checks that stills have the quantiser for their size,
// frames that for small pictures.
func TestQuantiserOfRaster(t *testing.T) {
	large := &pic.Raster{Pixels: image.NewNRGBA(image.Rect(0, 0, 1200, 800)), Colour: pic.Colour{Gray: true}}
	var c coder
	for still, want := range map[bool]int{true: alikeLarge.Quantiser(60), false: alike.Quantiser(60)} {
		if err := c.load(t.Context(), large, still); err != nil {
			t.Fatal(err)
		}
		if got := c.quantiser(60); got != want {
			t.Errorf("still %v: quantiser %d, want %d", still, got, want)
		}
	}
}
