package webp

import (
	"bytes"
	"testing"
)

// TestBlend checks that colours are means weighted by opacity, rounded.
func TestBlend(t *testing.T) {
	for _, tt := range []struct{ below, above, want [4]uint8 }{
		{[4]uint8{10, 20, 30, 40}, [4]uint8{50, 60, 70, 0}, [4]uint8{10, 20, 30, 40}},
		{[4]uint8{10, 20, 30, 40}, [4]uint8{50, 60, 70, 255}, [4]uint8{50, 60, 70, 255}},
		{[4]uint8{10, 20, 30, 0}, [4]uint8{50, 60, 70, 80}, [4]uint8{50, 60, 70, 80}},
		{[4]uint8{0, 100, 255, 255}, [4]uint8{101, 0, 255, 128}, [4]uint8{51, 50, 255, 255}}, // 50.7, 49.8
		{[4]uint8{200, 0, 7, 100}, [4]uint8{0, 200, 7, 100}, [4]uint8{76, 124, 7, 161}},      // 75.6, 124.4, 160.8
	} {
		got := bytes.Clone(tt.below[:])
		if blend(got, tt.above[:]); !bytes.Equal(got, tt.want[:]) {
			t.Errorf("%v over %v is %v, want %v", tt.above, tt.below, got, tt.want)
		}
	}
}
