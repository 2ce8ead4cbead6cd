package plane

import (
	"math"
	"testing"
)

// TestWeights: they add up, and are those of the reference.
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

// TestFilterAllocatesOnce: what grows with the output is allocated in its size
// at once, so that no smaller ones are left behind. The mean of many runs is
// rounded down, so that what the runtime allocates beside them does not count.
func TestFilterAllocatesOnce(t *testing.T) {
	allocations := func(n int) float64 {
		return testing.AllocsPerRun(20, func() { new(filter).reset(span{0, float64(2 * n), 2 * n, n, 1}) })
	}
	if few, many := allocations(10), allocations(10_000); many != few {
		t.Errorf("%v allocations for 10000 samples, %v for 10", many, few)
	}
}
