package predict

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// TestPredictSubs compares predictions by all modes at once with those by one
// mode at a time.
func TestPredictSubs(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	for range 300 {
		var l Luma
		for i := range l {
			l[i] = uint8(random.IntN(256) >> (random.IntN(2) * 7))
		}
		for block := range 16 {
			var all Subs
			l.PredictSubs(block, &all)
			for mode := range tables.Submodes {
				one := l
				one.PredictSub(block, mode)
				for y := range 4 {
					got := all[mode/4][16*y+mode%4*4:][:4]
					want := one[LumaAt+(block/4*4+y)*Stride+block%4*4:][:4]
					if !slices.Equal(got, want) {
						t.Fatalf("block %d, mode %d, row %d: %d, want %d", block, mode, y, got, want)
					}
				}
			}
		}
	}
}
