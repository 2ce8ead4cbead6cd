package webp

import "testing"

// TestQuantizer: each quality has a quantiser that is no coarser than that of the one
// before, of those that there are, and those that were measured have theirs.
func TestQuantizer(t *testing.T) {
	last := 127
	for quality := 1; quality <= 100; quality++ {
		got := Quantizer(quality)
		if got < 0 || got > last {
			t.Errorf("quality %d: quantiser %d, after %d", quality, got, last)
		}
		last = got
	}
	for _, a := range alike[1:] {
		if got := Quantizer(a.Quality); got != a.Quantizer {
			t.Errorf("quality %d: quantiser %d, want %d", a.Quality, got, a.Quantizer)
		}
	}
}
