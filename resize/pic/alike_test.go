package pic_test

import (
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// TestQuantiser: listed quantisers are returned exactly, and others are interpolated
// and rounded.
func TestQuantiser(t *testing.T) {
	alike := pic.Alike{{0, 200}, {10, 100}, {95, 100}, {100, 93}}
	for quality, want := range map[int]int{1: 190, 9: 110, 10: 100, 11: 100, 95: 100, 96: 99, 97: 97, 98: 96, 99: 94, 100: 93} {
		if got := alike.Quantiser(quality); got != want {
			t.Errorf("quality %d: quantiser %d, want %d", quality, got, want)
		}
	}
}
