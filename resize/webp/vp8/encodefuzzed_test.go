package vp8

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// TestFuzzedDecisions encodes with a random source making all choices: modes,
// segments, quantisers, the filter. It compares with decoders, and checks that
// every choice came up.
func TestFuzzedDecisions(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	var e Encoder
	e.fuzz = random.IntN
	seen := map[string]bool{}
	updated := 0
	var tokens tokenCounts
	for i := range 40 {
		width, height := 1+random.IntN(200), 1+random.IntN(200)
		frame := encode(t, &e, picture(random, width, height, i%9 == 8), Params{Quantiser: random.IntN(128), Effort: Effort(i % 2)})
		checkDecoded(t, &e, frame)
		for at, mb := range e.blocks {
			seen[fmt.Sprint("mode", mb.mode, mb.skip)] = true
			seen[fmt.Sprint("chroma", mb.chroma)] = true
			if e.segmented {
				seen[fmt.Sprint("segment", mb.segment)] = true
			}
			if mb.mode != tables.Sub {
				continue
			}
			for i, mode := range mb.submodes {
				if i > 3 && i&3 > 0 {
					seen[fmt.Sprint("sub", mb.submodes[i-4], mb.submodes[i-1], mode)] = true
				}
			}
			if at >= e.cols && e.blocks[at-e.cols].mode < tables.Sub {
				seen[fmt.Sprint("below", e.blocks[at-e.cols].mode)] = true
			}
		}
		seen[fmt.Sprint("segmented", e.segmented)] = true
		seen[fmt.Sprint("sharpness", e.sharpness)] = true
		for plane := range e.probs {
			for band := range e.probs[plane] {
				for context := range e.probs[plane][band] {
					for node, p := range e.probs[plane][band][context] {
						if p != tables.DefaultCoefficients[plane][band][context][node] {
							updated++
						}
						for bit, n := range e.counts[plane][band][context][node] {
							tokens[plane][band][context][node][bit] += n
						}
					}
				}
			}
		}
	}
	const subs = tables.Submodes * tables.Submodes * tables.Submodes
	const rare = 5 // three modes side by side
	if want := 2*tables.Modes + tables.ChromaModes + segments + subs + tables.Sub + 2 + 8; len(seen) < want-rare {
		t.Errorf("%d of %d choices came up", len(seen), want)
	}
	if updated == 0 {
		t.Error("no probability was updated")
	}
	checkTokens(t, &tokens)
}

// checkTokens reports the bits of tokens that were never written.
func checkTokens(t *testing.T, counts *tokenCounts) {
	never := 0
	for plane := range counts {
		for band := range counts[plane] {
			if plane == tables.PlaneLumaAC && band == 0 {
				continue // the band of the DC, which Y2 has
			}
			for context := range counts[plane][band] {
				for node, n := range counts[plane][band][context] {
					// No end follows a zero, and the last coefficient is not zero.
					first := band == 0 || plane == tables.PlaneLumaAC && band == 1
					impossible := node == 0 && context == 0 && !first || node == 1 && band == 7
					if !impossible && (n[0] == 0 || n[1] == 0) {
						t.Logf("plane %d, band %d, context %d, node %d: %d", plane, band, context, node, n)
						never++
					}
				}
			}
		}
	}
	const rare = 12
	if never > rare {
		t.Errorf("%d nodes of tokens went one way only", never)
	}
}
