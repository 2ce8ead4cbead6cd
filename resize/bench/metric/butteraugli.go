package metric

import (
	"image"
	"math"
)

// Butteraugli compares pictures with one original by Jyrki Alakuijala's Butteraugli, as
// implemented in libjxl (github.com/libjxl/libjxl, lib/jxl/butteraugli), with its
// default parameters, and white at 80 nits. It is safe for concurrent use.
type Butteraugli struct {
	size  image.Point
	sight []sight // at 1:1 and, except for tiny pictures, at 1:2
}

// sight holds what is computed for an original at one of its sizes.
type sight struct {
	bands  bands
	busy   field // how much changes around a pixel
	ac, dc field // the weight of a difference there, in detail and in areas
}

// The weights of the squared differences of each band, by component.
var (
	highWeights   = [2]float32{400, 1.50815703118}
	middleWeights = [3]float32{2150, 10.6195433239, 16.2176043152}
	lowWeights    = [3]float32{29.2353797994, 0.844626970982, 0.703646627719}
)

// NewButteraugli prepares an original for comparisons.
func NewButteraugli(original image.Image) *Butteraugli {
	b := &Butteraugli{size: original.Bounds().Size()}
	for light := range sightsOf(original) {
		s := sight{bands: separate(light)}
		s.busy = s.bands.busy()
		s.ac, s.dc = masks(&s.busy)
		b.sight = append(b.sight, s)
	}
	return b
}

// sightsOf yields the light of a picture at its full and half size.
func sightsOf(img image.Image) func(yield func(*colours) bool) {
	return func(yield func(*colours) bool) {
		light := linear(img)
		if yield(&light) && light[0].w >= 15 && light[0].h >= 15 {
			light = light.halved()
			yield(&light)
		}
	}
}

// Distance compares a picture with the original by the 3-norm of the differences, as
// butteraugli_main prints it: 0 is the same picture, and a difference below 1 is hardly
// visible. The error says that the sizes differ.
func (b *Butteraugli) Distance(img image.Image) (float64, error) {
	if err := sameSize(b.size, img.Bounds().Size()); err != nil {
		return 0, err
	}
	var whole field
	n := 0
	for light := range sightsOf(img) {
		differences := b.sight[n].compare(light)
		if n == 0 {
			whole = differences
		} else {
			whole.mix(&differences)
		}
		n++
	}
	return norm(whole.pix), nil
}

// mix adds the differences visible at half the size.
func (f *field) mix(half *field) {
	for y := range f.h {
		row, other := f.row(y), half.row(y/2)
		for x := range row {
			row[x] = (1-0.3*0.5)*row[x] + 0.5*other[x/2]
		}
	}
}

// norm returns the mean of the norms of powers 3, 6 and 12.
func norm(numbers []float32) float64 {
	var sums [3]float64
	for _, v := range numbers {
		power := float64(v) * float64(v) * float64(v)
		for i := range sums {
			sums[i] += power
			power *= power
		}
	}
	mean := 0.0
	for i, sum := range sums {
		mean += math.Pow(sum/float64(len(numbers)), 1/(3*float64(int(1)<<i))) / 3
	}
	return mean
}

// compare returns how much a picture with the given light differs from the original, by
// pixel.
func (s *sight) compare(light *colours) field {
	other := separate(light)
	busy := other.busy()
	ac, dc := newField(busy.w, busy.h), newField(busy.w, busy.h)
	lines := newLineMap(busy.w, busy.h)
	for _, l := range lineWeights {
		lines.add(&ac, l, l.of(&s.bands), l.of(&other))
	}
	for c := range highWeights {
		addLopsided(&ac, highWeights[c], &s.bands.high[c], &other.high[c])
	}
	for c := range middleWeights {
		addSquares(&ac, middleWeights[c], &s.bands.middle[c], &other.middle[c])
		addSquares(&dc, lowWeights[c], &s.bands.low[c], &other.low[c])
	}
	addSquares(&ac, 10, &s.busy, &busy)
	for i := range ac.pix {
		ac.pix[i] = float32(math.Sqrt(float64(ac.pix[i]*s.ac.pix[i] + dc.pix[i]*s.dc.pix[i])))
	}
	return ac
}

// addSquares adds the weighted squares of differences.
func addSquares(to *field, weight float32, a, b *field) {
	for i, v := range a.pix {
		d := v - b.pix[i]
		to.pix[i] += weight * d * d
	}
}

// addLopsided does what addSquares does, and adds amplitudes far below the original's
// or above it once more.
func addLopsided(to *field, weight float32, a, b *field) {
	weight *= 0.8
	for i, v := range a.pix {
		d := v - b.pix[i]
		beyond := excess(v, b.pix[i], 0.4, 1)
		to.pix[i] += weight * (d*d + beyond*beyond)
	}
}

// excess returns by how much the amplitude of got is less than low times that of want,
// or, negated, more than high times. An amplitude of opposite sign counts as less.
func excess(want, got, low, high float32) float32 {
	if want < 0 {
		want, got = -want, -got
	}
	switch {
	case got < low*want:
		return low*want - got
	case got > high*want:
		return high*want - got
	}
	return 0
}
