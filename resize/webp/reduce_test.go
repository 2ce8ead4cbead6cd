package webp

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestReduce compares means with exact ones, rounded, at any width.
func TestReduce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, factor := range []int{1, 2, 4, 8} {
		for range 100 {
			n := 1 + r.IntN(70)
			stride := n*factor + r.IntN(20)
			src := make([]uint8, stride*factor)
			for i := range src {
				src[i] = uint8(r.Uint32())
			}
			for _, l := range []*levels{&luma, &chroma} {
				dst := make([]uint8, n+1)
				dst[n] = 99
				l.reduce(dst[:n], src, stride, factor)
				want := make([]uint8, n)
				for i := range want {
					sum := uint32(0)
					for y := range factor {
						for x := range factor {
							sum += uint32(src[y*stride+i*factor+x])
						}
					}
					want[i] = l.level(sum * 256 / uint32(factor*factor))
				}
				if !slices.Equal(dst[:n], want) || dst[n] != 99 {
					t.Fatalf("factor %d: %v, want %v", factor, dst, want)
				}
			}
		}
	}
}
