package jpeg

import (
	"math"
	"testing"
)

// TestStepTables compares the tables with their formula.
func TestStepTables(t *testing.T) {
	for _, scale := range []uint32{0, 37, 300, 1024, 5000, 1 << 17} {
		tables := stepTables(scale)
		for k, place := range zigzag {
			r := math.Hypot(float64(place%8), float64(place/8))
			want := [2]float64{8 + 2.81*math.Pow(r, 1.3), 9.35 + 3*math.Pow(r, 1.2)}
			if k == 0 {
				want = [2]float64{6.4, 0.85 * 9.35}
			}
			for i := range want {
				exact := min(max(want[i]*float64(scale)/1024, 1), 255)
				if math.Abs(float64(tables[i][k])-exact) > 0.501+exact/1000 {
					t.Errorf("scale %d, table %d, step %d: %d, want %.2f", scale, i, k, tables[i][k], exact)
				}
			}
		}
	}
}

// TestScaleOf checks that each quality is finer than the one below, that all steps
// are 1 at quality 100 and 255 at 1, and that qualities out of range are clamped.
func TestScaleOf(t *testing.T) {
	for quality := 2; quality <= 100; quality++ {
		if scaleOf(quality) >= scaleOf(quality-1) {
			t.Errorf("quality %d has scale %d, %d has %d", quality-1, scaleOf(quality-1), quality, scaleOf(quality))
		}
	}
	for _, s := range scales {
		if scaleOf(s.quality) != s.scale {
			t.Errorf("quality %d: %d, want %d", s.quality, scaleOf(s.quality), s.scale)
		}
	}
	if scaleOf(-5) != scaleOf(1) || scaleOf(0) != scaleOf(1) || scaleOf(101) != scaleOf(100) {
		t.Error("qualities out of range have scales of their own")
	}
	finest, coarsest := stepTables(scaleOf(100)), stepTables(scaleOf(1))
	for i := range finest {
		for k := range finest[i] {
			if finest[i][k] != 1 || coarsest[i][k] != 255 {
				t.Fatalf("steps of %d at quality 100, of %d at 1", finest[i][k], coarsest[i][k])
			}
		}
	}
}
