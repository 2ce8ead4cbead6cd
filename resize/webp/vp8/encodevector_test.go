package vp8

import (
	"math/rand/v2"
	"testing"
)

// TestVectors compares the results with and without vectors.
func TestVectors(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 8))
	sample := []func() uint8{
		func() uint8 { return uint8(random.IntN(256)) },
		func() uint8 { return uint8(255 * random.IntN(2)) },
		func() uint8 { return uint8(120 + random.IntN(9)) },
	}
	var inverse [64]uint16
	for i := range 300 {
		var src, prediction [100]uint8
		for j := range src {
			src[j], prediction[j] = sample[i%3](), sample[i/3%3]()
		}
		var got, want fourBlocks
		if !vectorForward(&got, src[:], 20, prediction[:], 17) {
			t.Skip("no vectors")
		}
		scalarForward(&want, src[:], 20, prediction[:], 17)
		if got != want {
			t.Fatalf("coefficients are %v, want %v", got, want)
		}
		if i%4 == 0 { // as far as Y2's go
			for j := range got {
				got[j] = int16(random.IntN(2*16320+1) - 16320)
			}
		}
		for j := range inverse {
			inverse[j] = uint16(min(1<<18/(8+random.IntN(150)), 1<<16-1))
		}
		var sums, wanted [4]int32
		vectorProxy(&sums, &got, &inverse)
		scalarProxy(&wanted, &got, &inverse)
		if sums != wanted {
			t.Fatalf("proxies are %d, want %d", sums, wanted)
		}
	}
}
