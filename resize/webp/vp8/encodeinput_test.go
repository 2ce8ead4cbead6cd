package vp8

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// TestPadding checks that samples are repeated to the right and downwards, up to
// whole macroblocks.
func TestPadding(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	var e Encoder
	const width, height = 21, 18
	planes := picture(random, width, height, false)
	if err := e.Load(context.Background(), planes); err != nil {
		t.Fatal(err)
	}
	for i, p := range planes {
		levels, size := &limitedLuma, 32
		if i > 0 {
			levels, size = &limitedChroma, 16
		}
		for y := range size {
			for x := range size {
				want := levels[p.Pix[min(y, p.Height-1)*p.Stride+min(x, p.Width-1)]]
				if got := e.source[i].pix[y*e.source[i].stride+x]; got != want {
					t.Fatalf("plane %d, sample %d, %d is %d, want %d", i, x, y, got, want)
				}
			}
		}
	}
}

// TestLimited compares samples in limited range with their definition.
func TestLimited(t *testing.T) {
	for v := range 256 {
		if got, want := float64(limitedLuma[v]), 16+float64(v)*219/255; math.Abs(got-want) > 0.5 {
			t.Errorf("luma of %d is %v, want %v", v, got, want)
		}
		if got, want := float64(limitedChroma[v]), 128+(float64(v)-128)*224/255; math.Abs(got-want) > 0.501 {
			t.Errorf("chroma of %d is %v, want %v", v, got, want)
		}
	}
}
