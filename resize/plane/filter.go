package plane

import "math"

const (
	// weightBits is the precision of filter weights: they add up to
	// 1<<weightBits.
	weightBits = 14

	// lobes is how far the Lanczos kernel reaches on each side of its centre,
	// in samples of the wider grid.
	lobes = 3
)

// span is one axis of a resampling: the part from x0 to x1 of a line of src samples
// becomes n samples, of which each mean neighbours are averaged; the last average may
// have fewer. Sample i lies from i to i+1. If x0 is more than x1, the result is
// mirrored.
type span struct {
	x0, x1 float64
	src, n int
	mean   int
}

// filter holds the weights with which samples of one line become those of another.
type filter struct {
	span span
	taps []taps
	all  []int16 // the weights of all taps

	kernel, sum []float64
}

// taps are the source samples that make one sample, from first on, with their weights.
type taps struct {
	first   int
	weights []int16
}

// reset makes f the filter of a span. It does nothing if f already is.
func (f *filter) reset(s span) {
	if f.span == s {
		return
	}
	f.span = s
	f.taps, f.all = f.taps[:0], f.all[:0]
	// Capacity for all of them, so that they never move.
	outputs := (s.n + s.mean - 1) / s.mean
	if cap(f.taps) < outputs {
		f.taps = make([]taps, 0, outputs)
	}
	width := 2*s.reach() + float64(s.mean-1)*math.Abs(s.scale()) + 2
	if n := outputs * min(s.src, int(width)); cap(f.all) < n {
		f.all = make([]int16, 0, n)
	}
	for i := 0; i < s.n; i += s.mean {
		f.add(i, min(i+s.mean, s.n))
	}
}

// scale returns how many source samples become one; negative if mirrored.
func (s span) scale() float64 { return (s.x1 - s.x0) / float64(s.n) }

// reach returns how far from a centre source samples have weight.
func (s span) reach() float64 { return lobes * max(1, math.Abs(s.scale())) }

// around returns the range of source samples that have weight in sample i, and the
// centre of sample i in the source; both are clamped to the line.
func (s span) around(i int) (first, end int, centre float64) {
	centre = s.x0 + (float64(i)+0.5)*s.scale()
	centre = min(max(centre, 0), float64(s.src))
	first = max(0, int(math.Ceil(centre-s.reach()-0.5)))
	end = min(s.src, int(math.Floor(centre+s.reach()-0.5))+1)
	return first, end, centre
}

// add appends the taps for the mean of samples [from, to).
func (f *filter) add(from, to int) {
	first, end, _ := f.span.around(from)
	otherFirst, otherEnd, _ := f.span.around(to - 1)
	first, end = min(first, otherFirst), max(end, otherEnd)
	f.sum = resized(f.sum, end-first)
	clear(f.sum)
	for i := from; i < to; i++ {
		a, b, centre := f.span.around(i)
		unit := lobes / f.span.reach()
		f.kernel = appendLanczos(f.kernel[:0], (float64(a)+0.5-centre)*unit, unit, b-a)
		var total float64
		for _, v := range f.kernel {
			total += v
		}
		for j, v := range f.kernel {
			f.sum[a-first+j] += v / total
		}
	}
	start := len(f.all)
	f.all = appendWeights(f.all, f.sum)
	f.taps = append(f.taps, taps{first, f.all[start:len(f.all):len(f.all)]})
}

// source returns the range of source samples that the filter reads.
func (f *filter) source() (first, end int) {
	first = f.span.src
	for _, t := range f.taps {
		first = min(first, t.first)
		end = max(end, t.first+len(t.weights))
	}
	return first, end
}

// appendLanczos appends n values of the Lanczos kernel, from x on, step apart.
func appendLanczos(values []float64, x, step float64, n int) []float64 {
	// sin(πx) and sin(πx/3) are computed from one place to the next by rotation.
	sin, cos := math.Sincos(math.Pi * x)
	sin3, cos3 := math.Sincos(math.Pi * x / lobes)
	stepSin, stepCos := math.Sincos(math.Pi * step)
	stepSin3, stepCos3 := math.Sincos(math.Pi * step / lobes)
	for i := range n {
		at := x + float64(i)*step
		v := 1.0
		if math.Abs(at) > 1e-6 {
			v = lobes * sin * sin3 / (math.Pi * math.Pi * at * at)
		}
		values = append(values, v)
		sin, cos = sin*stepCos+cos*stepSin, cos*stepCos-sin*stepSin
		sin3, cos3 = sin3*stepCos3+cos3*stepSin3, cos3*stepCos3-sin3*stepSin3
	}
	return values
}

// appendWeights appends values as whole numbers that add up to 1<<weightBits. The rest
// of each rounding is carried to the next weight, from both ends to the middle. So no
// region weighs too much even if single weights are below 1, and a mirrored filter has
// mirrored weights.
func appendWeights(weights []int16, values []float64) []int16 {
	var sum float64
	for _, v := range values {
		sum += v
	}
	start := len(weights)
	weights = append(weights, make([]int16, len(values))...)
	out := weights[start:]
	total := 0
	unit := (1 << weightBits) / sum
	round := func(i int, carry float64) float64 {
		v := values[i]*unit + carry
		w := math.Round(v)
		out[i] = int16(w)
		total += int(w)
		return v - w
	}
	middle := len(values) / 2
	var left, right float64
	for i := range middle {
		left = round(i, left)
	}
	for i := len(values) - 1; i > middle; i-- {
		right = round(i, right)
	}
	out[middle] = int16(1<<weightBits - total)
	return weights
}
