package metric

import (
	"image"
	"math"
)

// SSIMULACRA2 compares pictures with one original by Jon Sneyers' SSIMULACRA 2.1
// (github.com/cloudinary/ssimulacra2). It is safe for concurrent use.
//
// A score of 100 is the same picture; at 90 nobody sees a difference even by
// flickering; 70 is high and 50 medium quality. There is no lowest score.
type SSIMULACRA2 struct {
	size   image.Point
	scales []scale
}

// scale holds what is computed for an original at one of its sizes.
type scale struct {
	xyb           colours
	means, square colours // smoothed, of xyb and of its squares
}

const (
	maxScales = 6 // 1:1 to 1:32
	minSide   = 8 // pixels, of the size from which a further scale is made
	stability = 0.0009
)

var gaussian15 = cosineGaussian(1.5)

// NewSSIMULACRA2 prepares an original for comparisons.
func NewSSIMULACRA2(original image.Image) *SSIMULACRA2 {
	s := &SSIMULACRA2{size: original.Bounds().Size()}
	for light := range scalesOf(original) {
		xyb := positiveXYB(light)
		one := scale{xyb: xyb}
		for c := range xyb {
			one.means[c] = gaussian15.apply(&xyb[c], nil)
			one.square[c] = gaussian15.apply(&xyb[c], &xyb[c])
		}
		s.scales = append(s.scales, one)
	}
	return s
}

// scalesOf yields the light of a picture at each scale, halved as long as it is large
// enough.
func scalesOf(img image.Image) func(yield func(*colours) bool) {
	return func(yield func(*colours) bool) {
		light := linear(img)
		for n := range maxScales {
			if light[0].w < minSide || light[0].h < minSide {
				return
			}
			if n > 0 {
				light = light.halved()
			}
			if !yield(&light) {
				return
			}
		}
	}
}

// norms holds the mean, and the fourth root of the mean fourth power, of a map.
type norms [2]float64

func (n *norms) add(v float64) {
	n[0] += v
	n[1] += v * v * v * v
}

func (n *norms) over(pixels int) norms {
	return norms{n[0] / float64(pixels), math.Sqrt(math.Sqrt(n[1] / float64(pixels)))}
}

// maps holds the errors of one component at one scale: of structure, of edges that the
// original lacks (ringing, blocks), and of edges that it alone has (blur).
type maps [3]norms

// Score compares a picture with the original. The error says that the sizes differ.
func (s *SSIMULACRA2) Score(img image.Image) (float64, error) {
	if err := sameSize(s.size, img.Bounds().Size()); err != nil {
		return 0, err
	}
	var errors [3][]maps
	n := 0
	for light := range scalesOf(img) {
		xyb := positiveXYB(light)
		for c := range xyb {
			errors[c] = append(errors[c], s.scales[n].compare(c, &xyb[c]))
		}
		n++
	}
	sum, weights := 0.0, ssimulacra2Weights[:]
	for c := range errors {
		for _, m := range errors[c] {
			for norm := range 2 {
				for kind := range m {
					sum += weights[0] * m[kind][norm]
					weights = weights[1:]
				}
			}
		}
	}
	return scoreOf(sum), nil
}

// scoreOf maps a sum of errors to the scale of subjective scores.
func scoreOf(sum float64) float64 {
	sum *= 0.9562382616834844
	sum = 2.326765642916932*sum - 0.020884521182843837*sum*sum + 6.248496625763138e-05*sum*sum*sum
	if sum <= 0 {
		return 100
	}
	return 100 - 10*math.Pow(sum, 0.6276336467831387)
}

// compare returns the errors of component c.
func (s *scale) compare(c int, other *field) maps {
	otherMean := gaussian15.apply(other, nil)
	otherSquare := gaussian15.apply(other, other)
	product := gaussian15.apply(&s.xyb[c], other)
	var m maps
	for i, v := range other.pix {
		mean, want := otherMean.pix[i], s.means[c].pix[i]
		same := 1 - (want-mean)*(want-mean)
		shared := 2*(product.pix[i]-want*mean) + stability
		either := (s.square[c].pix[i] - want*want) + (otherSquare.pix[i] - mean*mean) + stability
		m[0].add(max(0, 1-float64(same)*float64(shared)/float64(either)))
		edge := (1 + math.Abs(float64(v-mean))) / (1 + math.Abs(float64(s.xyb[c].pix[i]-want)))
		m[1].add(max(0, edge-1))
		m[2].add(max(0, 1-edge))
	}
	for kind := range m {
		m[kind] = m[kind].over(len(other.pix))
	}
	return m
}

// absorbance is how the eye's receptors absorb light, as in JPEG XL (ISO/IEC 18181-1,
// opsin absorbance).
var absorbance = [3][3]float32{
	{0.30, 1 - 0.078 - 0.30, 0.078},
	{0.23, 1 - 0.078 - 0.23, 0.078},
	{0.24342268924547819, 0.20476744424496821, 1 - 0.24342268924547819 - 0.20476744424496821},
}

const absorbanceBias = 0.0037930732552754493

// positiveXYB converts light to XYB, moved and stretched so that each component is
// between 0 and 1: difference of red and green, brightness, and blue less brightness.
func positiveXYB(light *colours) colours {
	xyb := newColours(light[0].w, light[0].h)
	floor := float32(math.Cbrt(absorbanceBias))
	for i := range light[0].pix {
		r, g, b := light[0].pix[i], light[1].pix[i], light[2].pix[i]
		var mixed [3]float32
		for k, m := range absorbance {
			mixed[k] = float32(math.Cbrt(float64(m[0]*r+m[1]*g+m[2]*b+absorbanceBias))) - floor
		}
		x, y := (mixed[0]-mixed[1])/2, (mixed[0]+mixed[1])/2
		xyb[0].pix[i] = x*14 + 0.42
		xyb[1].pix[i] = y + 0.01
		xyb[2].pix[i] = mixed[2] - y + 0.55
	}
	return xyb
}
