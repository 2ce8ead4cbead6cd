package avif

import "testing"

// TestQuantiser checks that each quality has a smaller valid base_q_idx than the one
// below it, and that calibrated qualities have theirs.
func TestQuantiser(t *testing.T) {
	last := 256
	for quality := 1; quality <= 100; quality++ {
		got := Quantiser(quality)
		if got < 1 || got >= last {
			t.Errorf("quality %d: quantiser %d, after %d", quality, got, last)
		}
		if alpha := alphaQuantiser(quality); alpha < 1 || alpha > got {
			t.Errorf("quality %d: quantiser %d of alpha, beside %d", quality, alpha, got)
		}
		last = got
	}
	for _, a := range alike[1:] {
		if got := Quantiser(a.Quality); got != a.Quantiser {
			t.Errorf("quality %d: quantiser %d, want %d", a.Quality, got, a.Quantiser)
		}
	}
}
