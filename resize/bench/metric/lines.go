package metric

import "math"

// step is an offset from a pixel: columns to the right, rows down.
type step struct{ x, y int }

// line is a short line through a pixel: these steps, and their opposites.
type line []step

// fineLines go through up to nine pixels, coarseLines through five. Of the fine lines,
// the four that lean by one pixel count twice.
var (
	fineLines = []line{
		{{1, 0}, {2, 0}, {3, 0}, {4, 0}},
		{{0, 1}, {0, 2}, {0, 3}, {0, 4}},
		{{1, 1}, {2, 2}, {3, 3}},
		{{-1, 1}, {-2, 2}, {-3, 3}},
		{{0, 1}, {-1, 2}, {-1, 3}, {-1, 4}},
		{{0, 1}, {1, 2}, {1, 3}, {1, 4}},
		{{1, 0}, {2, 1}, {3, 1}, {4, 1}},
		{{1, 0}, {2, -1}, {3, -1}, {4, -1}},
		{{1, 1}, {1, 2}, {2, 3}},
		{{-1, 1}, {-1, 2}, {-2, 3}},
		{{1, 1}, {2, 1}, {3, 2}},
		{{-1, 1}, {-2, 1}, {-3, 2}},
		{{1, 0}, {2, -1}, {3, -1}, {4, -1}},
		{{1, 0}, {2, 1}, {3, 1}, {4, 1}},
		{{0, 1}, {1, 2}, {1, 3}, {1, 4}},
		{{0, 1}, {-1, 2}, {-1, 3}, {-1, 4}},
	}
	coarseLines = []line{
		{{2, 0}, {4, 0}},
		{{0, 2}, {0, 4}},
		{{2, 2}, {3, 3}},
		{{-2, 2}, {-3, 3}},
		{{-1, 2}, {-1, 4}},
		{{1, 2}, {1, 4}},
		{{2, 1}, {4, 1}},
		{{2, -1}, {4, -1}},
		{{1, 2}, {2, 3}},
		{{-1, 2}, {-2, 3}},
		{{2, 1}, {3, 2}},
		{{-2, 1}, {-3, 2}},
		{{-2, 1}, {-4, 2}},
		{{2, 1}, {4, 2}},
		{{1, 2}, {2, 4}},
		{{-1, 2}, {-2, 4}},
	}
)

// lineWeight says how differences along lines count in a component of a band.
type lineWeight struct {
	of     func(*bands) *field
	lines  []line
	weight float64
	soft   float64 // the amplitude at which a difference counts half
	gain   float64
}

const (
	fineGain   = 0.39905817637
	coarseGain = 0.611612573796
	lineReach  = 4
)

var lineWeights = []lineWeight{
	{func(b *bands) *field { return &b.finest[1] }, fineLines, 1.10039032555, 71.7800275169, fineGain},
	{func(b *bands) *field { return &b.finest[0] }, fineLines, 173.5, 5, fineGain},
	{func(b *bands) *field { return &b.high[1] }, coarseLines, 18.7237414387, 4498534.45232, coarseGain},
	{func(b *bands) *field { return &b.high[0] }, coarseLines, 6923.99476109, 8051.15833247, coarseGain},
	{func(b *bands) *field { return &b.middle[1] }, coarseLines, 37.0819870399, 130262059.556, coarseGain},
	{func(b *bands) *field { return &b.middle[0] }, coarseLines, 8246.75321353, 1009002.70582, coarseGain},
}

// lineMap sums differences along lines. It holds a field of them with a margin of
// zeros.
type lineMap struct{ padded field }

func newLineMap(w, h int) *lineMap {
	return &lineMap{newField(w+2*lineReach, h+2*lineReach)}
}

// add adds the squares of the sums of differences along all lines.
func (m *lineMap) add(to *field, l lineWeight, want, got *field) {
	const length = 2*3.75 + 1
	symmetric := float32(l.gain * math.Sqrt(0.5*l.weight) / length * l.soft)
	lopsided := float32(l.gain * math.Sqrt(0.33*l.weight) / length * l.soft)
	soft := float32(l.soft)
	for y := range want.h {
		a, b := want.row(y), got.row(y)
		out := m.padded.row(y + lineReach)[lineReach:][:len(a)]
		for x, v := range a {
			amplitude := (abs(v) + abs(b[x])) / 2
			beyond := excess(v, b[x], 0.55, 1.05)
			if v < 0 {
				beyond = -beyond
			}
			out[x] = (symmetric*(v-b[x]) + lopsided*beyond) / (soft + amplitude)
		}
	}
	for y := range to.h {
		for _, l := range l.lines {
			m.addLine(to.row(y), y, l)
		}
	}
}

func abs(v float32) float32 { return float32(math.Abs(float64(v))) }

// addLine adds the squares of the sums along line l through the pixels of row y.
func (m *lineMap) addLine(to []float32, y int, l line) {
	at := func(s step) []float32 {
		return m.padded.row(y + lineReach + s.y)[lineReach+s.x:][:len(to)]
	}
	both := func(s step) (before, after []float32) { return at(step{-s.x, -s.y}), at(s) }
	centre := at(step{})
	a0, a1 := both(l[0])
	b0, b1 := both(l[1])
	switch len(l) {
	case 2:
		for x := range to {
			sum := centre[x] + (a0[x] + a1[x]) + (b0[x] + b1[x])
			to[x] += sum * sum
		}
	case 3:
		c0, c1 := both(l[2])
		for x := range to {
			sum := centre[x] + (a0[x] + a1[x]) + (b0[x] + b1[x]) + (c0[x] + c1[x])
			to[x] += sum * sum
		}
	case 4:
		c0, c1 := both(l[2])
		d0, d1 := both(l[3])
		for x := range to {
			sum := centre[x] + (a0[x] + a1[x]) + (b0[x] + b1[x]) + (c0[x] + c1[x]) + (d0[x] + d1[x])
			to[x] += sum * sum
		}
	}
}
