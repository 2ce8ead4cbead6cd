package vp8

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// TestModes checks that a macroblock that one mode predicts exactly uses that
// mode, without levels, unless there is nothing to predict it from.
func TestModes(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 7))
	const size = 96
	for _, mode := range []uint8{tables.V16, tables.H16, tables.TM16} {
		planes := make([]plane.Plane, 3)
		for i := range planes {
			w := size
			if i > 0 {
				w /= 2
			}
			p := plane.Plane{Pix: make([]uint8, w*w), Stride: w, Width: w, Height: w}
			var rows, columns [size]int
			for i := range size {
				rows[i], columns[i] = random.IntN(128), random.IntN(128)
			}
			for y := range w {
				for x := range w {
					v := [...]int{tables.V16: 2 * columns[x], tables.H16: 2 * rows[y], tables.TM16: columns[x] + rows[y]}[mode]
					p.Pix[y*w+x] = uint8(v)
				}
			}
			planes[i] = p
		}
		for _, effort := range []Effort{Fast, Medium} {
			var e Encoder
			encode(t, &e, planes, Params{Quantiser: 10, Effort: effort})
			luma, chroma, inside := 0, 0, 0
			for i, mb := range e.blocks {
				if i%e.cols == 0 || i < e.cols {
					continue
				}
				inside++
				if mb.mode == mode {
					luma++
				}
				if mb.chroma == mode {
					chroma++
				}
			}
			if luma < inside*3/4 || chroma < inside*3/4 {
				t.Errorf("effort %d, mode %d: it predicts luma of %d of %d macroblocks, chroma of %d", effort, mode, luma, inside, chroma)
			}
		}
	}
}

// TestLeastCost encodes single macroblocks: 4x4 modes must be chosen if they cost
// less, and a greater effort must lower the cost.
func TestLeastCost(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 8))
	chosen := map[bool]int{}
	var costs [2]int64
	for range 100 {
		planes := []plane.Plane{pictest.Pattern(random, 16, 16, pictest.Mixed)}
		q := random.IntN(128)
		for _, effort := range []Effort{Fast, Medium} {
			var e Encoder
			encode(t, &e, planes, Params{Quantiser: q, Effort: effort})
			split, whole := e.search.split.cost, e.search.whole.cost
			costs[effort] += split
			if whole == 0 {
				continue // it was not tried
			}
			got := e.blocks[0].mode == tables.Sub
			if got != (split < whole) {
				t.Errorf("4x4 modes cost %d, one of 16x16 %d: chosen are 4x4: %v", split, whole, got)
			}
			chosen[got]++
		}
	}
	if chosen[true] < 10 || chosen[false] < 10 {
		t.Errorf("4x4 modes were chosen or not: %v", chosen)
	}
	if costs[Medium] >= costs[Fast] {
		t.Errorf("costs are %d by effort", costs)
	}
}

// TestNear compares the reconstruction, before edges are filtered, with the
// source: the mean square error grows with the quantiser step.
func TestNear(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 9))
	var e Encoder
	for i := range 60 {
		q := i * 127 / 59
		planes := picture(random, 1+random.IntN(120), 1+random.IntN(120), i%4 == 0)
		encode(t, &e, planes, Params{Quantiser: q, Effort: Effort(i & 1)})
		step := float64(tables.AC[q])
		for j, source := range e.source {
			sum := 0
			for i, v := range source.pix {
				d := int(v) - int(e.recon[j].pix[i])
				sum += d * d
			}
			got := float64(sum) / float64(len(source.pix))
			if most := 1 + step*step/12; got > most {
				t.Errorf("quantiser %d, plane %d: mean square %.1f, want at most %.1f", q, j, got, most)
			}
		}
	}
}

// TestSegments checks that busy macroblocks get coarser steps, and calm ones
// finer steps.
func TestSegments(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	const size = 128
	p := pictest.Pattern(random, size, size, pictest.Noise)
	for y := range size {
		for x := range size / 2 {
			p.Pix[y*size+x] = uint8(100 + x/4)
		}
	}
	var e Encoder
	const q = 60
	encode(t, &e, []plane.Plane{p}, Params{Quantiser: q})
	for i, mb := range e.blocks {
		got := e.quantiser[mb.segment]
		if calm := i%e.cols < e.cols/2; got == q || calm != (got < q) {
			t.Fatalf("macroblock %d has quantiser %d, the picture %d", i, got, q)
		}
	}
}

// TestActivity compares variances with their definition, and finds the nearest
// center.
func TestActivity(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	for i := range 50 {
		p := pictest.Pattern(random, 8, 8, i%pictest.Patterns)
		mean, variance := 0.0, 0.0
		for _, v := range p.Pix {
			mean += float64(v) / 64
		}
		for _, v := range p.Pix {
			variance += (float64(v) - mean) * (float64(v) - mean) / 64
		}
		if got := varianceOf(p.Pix, 8); math.Abs(float64(got)-variance) > 1 {
			t.Errorf("variance %d, want %.1f", got, variance)
		}
	}
	centers := [segments]int32{-50, 0, 10, 100}
	for a, want := range map[int32]uint8{-99: 0, -26: 0, -24: 1, 4: 1, 6: 2, 54: 2, 56: 3, 999: 3} {
		if got := nearest(&centers, a); got != want {
			t.Errorf("the center nearest to %d is number %d, want %d", a, got, want)
		}
	}
}

// TestTooManyModes checks that a first partition that is too long is an error.
func TestTooManyModes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 2))
	e := Encoder{cols: 300, rows: 300, above: make([]neighbour, 300), blocks: make([]decision, 300*300)}
	e.probs = tables.DefaultCoefficients
	e.skipped = len(e.blocks)
	for i := range e.blocks {
		mb := &e.blocks[i]
		mb.mode, mb.skip = tables.Sub, true
		for j := range mb.submodes {
			mb.submodes[j] = uint8(random.IntN(tables.Submodes))
		}
	}
	if _, err := e.write(context.Background()); !errors.Is(err, ErrModes) {
		t.Errorf("error %v, want %v", err, ErrModes)
	}
	e.cols, e.rows, e.blocks, e.skipped = 10, 10, e.blocks[:100], 100
	if _, err := e.write(context.Background()); err != nil {
		t.Error(err)
	}
}
