package plane

import (
	"math"
	"testing"
)

// TestWeights: weights add up, and match the reference's.
func TestWeights(t *testing.T) {
	var f filter
	for _, tt := range cases {
		f.reset(span{tt.window.X0, tt.window.X1, tt.w, tt.dw, 1})
		for i, want := range referenceWeights(tt.window.X0, tt.window.X1, tt.w, tt.dw) {
			got := make([]float64, tt.w)
			sum := 0
			for j, w := range f.taps[i].weights {
				sum += int(w)
				got[f.taps[i].first+j] = float64(w)
			}
			if sum != 1<<weightBits {
				t.Errorf("%d to %d: weights of sample %d add up to %d", tt.w, tt.dw, i, sum)
			}
			for j := range want {
				if d := got[j] - want[j]*(1<<weightBits); math.Abs(d) > 1.01 {
					t.Errorf("%d to %d: weight %d of sample %d is off by %.2f", tt.w, tt.dw, j, i, d)
				}
			}
		}
	}
}

// TestFilterAllocatesOnce: memory that grows with the output is allocated in full at
// once, so that no smaller slices are left behind. The mean of many runs is rounded
// down, so that the runtime's own allocations do not count.
func TestFilterAllocatesOnce(t *testing.T) {
	allocations := func(n int) float64 {
		return testing.AllocsPerRun(20, func() { new(filter).reset(span{0, float64(2 * n), 2 * n, n, 1}) })
	}
	if few, many := allocations(10), allocations(10_000); many != few {
		t.Errorf("%v allocations for 10000 samples, %v for 10", many, few)
	}
}
