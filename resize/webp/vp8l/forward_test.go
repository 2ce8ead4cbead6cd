package vp8l

import (
	"math"
	"math/rand/v2"
	"testing"
)

// leastMode does what choose does, but adds up the whole cost of every mode.
func leastMode(f *forward, pix []uint32, width, height, tx, ty, last int, m *effort) int {
	best, least := 0, uint32(math.MaxUint32)
	for _, mode := range m.modes {
		sum := uint32(0)
		if last >= 0 && mode != last {
			sum = modeBits * bit / judgedRows
		}
		for y := max(1, ty<<predictionBits); y < min(height, (ty+1)<<predictionBits); y += judgedRows {
			for x := max(1, tx<<predictionBits); x < min(width, (tx+1)<<predictionBits); x++ {
				i := y*width + x
				sum += f.costs.of(residual(mode, pix[i], pix[i-1], pix[i-width], pix[i-width-1], pix[i-width+1]))
			}
		}
		if sum < least {
			best, least = mode, sum
		}
	}
	return best
}

// TestChoose checks that leaving early and flat pixels change no choice.
func TestChoose(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	const width, height = 45, 30
	for range 60 {
		var f forward
		f.costs.guess()
		pix := randomPixels(r, width*height)
		for i := range pix { // flat areas, and ramps
			switch {
			case i >= width && i%width < 10+r.IntN(3):
				pix[i] = pix[i-width]
			case i > 0 && i%width < 30:
				pix[i] = add(pix[i-1], uint32(r.IntN(3))<<8)
			}
		}
		for last := -1; last < modes; last++ {
			for _, m := range []*effort{&thorough, &quick} {
				tx, ty := r.IntN(tilesOf(width, predictionBits)), r.IntN(tilesOf(height, predictionBits))
				if last >= 0 && m == &quick && last != 11 {
					continue
				}
				got := f.choose(pix, width, height, tx, ty, predictionBits, last, m)
				if want := leastMode(&f, pix, width, height, tx, ty, last, m); got != want {
					t.Fatalf("tile %d,%d after mode %d: mode %d, want %d", tx, ty, last, got, want)
				}
			}
		}
	}
}

// TestSearch checks that a search that may stop a cost early finds what a full
// one does.
func TestSearch(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 44))
	for range 300 {
		centre, slope := r.IntN(256)-128, 1+r.IntN(90)
		cost := func(v int8) uint32 { return uint32((int(v) - centre) * (int(v) - centre) / slope) }
		last := int8(r.IntN(193) - 96)
		want := search(last, func(v int8, _ uint32) uint32 { return cost(v) })
		if got := search(last, func(v int8, most uint32) uint32 { return min(cost(v), most) }); got != want {
			t.Fatalf("%d, want %d", got, want)
		}
	}
}
