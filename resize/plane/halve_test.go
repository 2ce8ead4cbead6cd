package plane

import (
	"math"
	"testing"
)

// TestHalved compares the means of squares with the reference's. On average they are
// neither higher nor lower.
func TestHalved(t *testing.T) {
	for _, tt := range []struct{ w, h int }{{1, 1}, {2, 1}, {1, 3}, {3, 2}, {9, 7}, {64, 33}, {300, 200}} {
		src := noisePlane(tt.w, tt.h, 1)
		got := Halved(src)
		if got.Width != (tt.w+1)/2 || got.Height != (tt.h+1)/2 || !got.holds(1) {
			t.Fatalf("%dx%d: %dx%d", tt.w, tt.h, got.Width, got.Height)
		}
		var sum float64
		for y := range got.Height {
			for x := range got.Width {
				var want float64
				for i := range 4 {
					want += float64(src.Pix[min(2*y+i/2, tt.h-1)*src.Stride+min(2*x+i%2, tt.w-1)]) / 4
				}
				d := float64(got.Pix[y*got.Stride+x]) - want
				if sum += d; math.Abs(d) > 0.5 {
					t.Errorf("%dx%d: sample %d, %d is off by %v", tt.w, tt.h, x, y, d)
				}
			}
		}
		if mean := sum / float64(len(got.Pix)); len(got.Pix) > 1000 && math.Abs(mean) > 0.02 {
			t.Errorf("%dx%d: off by %.3f on average", tt.w, tt.h, mean)
		}
	}
}
