package metric

import "math"

// smoother is a symmetric filter of rows and then of columns: tap i weighs the
// samples i away. Beyond the edges there is nothing, and it weighs as zero.
type smoother []float32

// cosineGaussian returns the Gaussian filter of SSIMULACRA 2: a sum of three
// cosines that end at a radius, as in D. Charalampidis, "Recursive Implementation
// of the Gaussian Filter Using Truncated Cosine Functions", 2016. It is recursive
// there; its impulse response is finite, and short for the sigma that is needed.
func cosineGaussian(sigma float64) smoother {
	radius := math.Round(3.2795*sigma + 0.2546) // (57)
	// Of each cosine: its frequency (table I), the sum and the second moment of its
	// samples, and its weight in the Fourier series of a Gaussian (50).
	var omega, sum, moment, weight [3]float64
	for k := range omega {
		omega[k] = float64(2*k+1) * math.Pi / (2 * radius)
		for n := 1 - radius; n < radius; n++ {
			sum[k] += math.Cos(omega[k] * n)
			moment[k] += n * n * math.Cos(omega[k]*n)
		}
		weight[k] = math.Exp(-sigma*sigma*omega[k]*omega[k]/2) / radius
	}
	// Those weights change as little as brings the filter's sum to 1 and its second
	// moment to sigma² (52 to 56): by a sum of the two vectors of conditions.
	a, b, c := dot(sum, sum), dot(sum, moment), dot(moment, moment)
	p, q := 1-dot(sum, weight), sigma*sigma-dot(moment, weight)
	s, m := (p*c-q*b)/(a*c-b*b), (q*a-p*b)/(a*c-b*b)
	for k := range weight {
		weight[k] += s*sum[k] + m*moment[k]
	}
	taps := make(smoother, int(radius))
	for n := range taps {
		for k := range weight {
			taps[n] += float32(weight[k] * math.Cos(omega[k]*float64(n)))
		}
	}
	return taps
}

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

// apply returns the product of a and b, number by number, smoothed; a nil b
// stands for ones.
func (s smoother) apply(a, b *field) field {
	across := newField(a.w, a.h)
	reach := len(s) - 1
	padded := make([]float32, a.w+2*reach)
	for y := range a.h {
		middle := padded[reach:][:a.w]
		copy(middle, a.row(y))
		if b != nil {
			for x, v := range b.row(y) {
				middle[x] *= v
			}
		}
		out := across.row(y)
		for x := range out {
			out[x] = middle[x] * s[0]
		}
		for i := 1; i < len(s); i++ {
			left, right := padded[reach-i:][:a.w], padded[reach+i:][:a.w]
			for x := range out {
				out[x] += s[i] * (left[x] + right[x])
			}
		}
	}
	return s.down(&across)
}

// down smooths columns.
func (s smoother) down(f *field) field {
	smooth := newField(f.w, f.h)
	nothing := make([]float32, f.w)
	at := func(y int) []float32 {
		if y < 0 || y >= f.h {
			return nothing
		}
		return f.row(y)
	}
	for y := range f.h {
		out := smooth.row(y)
		for x, v := range f.row(y) {
			out[x] = v * s[0]
		}
		for i := 1; i < len(s); i++ {
			above, below := at(y - i)[:len(out)], at(y + i)[:len(out)]
			for x := range out {
				out[x] += s[i] * (above[x] + below[x])
			}
		}
	}
	return smooth
}
