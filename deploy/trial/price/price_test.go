package price

import (
	"math"
	"testing"
)

// TestPrices checks each price on numbers computed by hand.
func TestPrices(t *testing.T) {
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"a million invocations of 100 ms in 1 GB", 1e6 * Invocation(100, 1024), 0.60 + 5.001},
		{"requests within the free tier", ViewerRequests(10e6), 0},
		{"20 million requests", ViewerRequests(20e6), 10},
		{"a million calls of a function beyond the free tier", ViewerFunction(3e6), 0.10},
		{"1 TB", ToViewers(1 << 40), 0},
		{"11 TB", ToViewers(11 << 40), 10 * 1024 * 0.085},
		{"12 TB", ToViewers(12 << 40), 10*1024*0.085 + 1024*0.080},
		{"10 PB", ToViewers(10 << 50), 1024 * (10*.085 + 40*.08 + 100*.06 + 350*.04 + 524*.03 + 4096*.025 + (10240-1-10-40-100-350-524-4096)*.02)},
		{"a million GETs", S3Gets(1e6), 0.40},
		{"a TB to another region", ToRegion(1 << 40), 20.48},
	} {
		if math.Abs(tt.got-tt.want) > 1e-6*max(1, tt.want) {
			t.Errorf("%s: got $%v, want $%v", tt.name, tt.got, tt.want)
		}
	}
}
