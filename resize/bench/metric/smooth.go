package metric

import "math"

// smoother is a symmetric filter of rows and then of columns: tap i weighs the samples
// i away. Samples beyond the edges count as zero.
type smoother []float32

// cosineGaussian returns the Gaussian filter of SSIMULACRA 2: a sum of three cosines
// that end at a radius, as in D. Charalampidis, "Recursive Implementation of the
// Gaussian Filter Using Truncated Cosine Functions", 2016. There it is recursive; its
// impulse response is finite, and short for the sigma needed.
func cosineGaussian(sigma float64) smoother {
	radius := math.Round(3.2795*sigma + 0.2546) // (57)
	// For each cosine: its frequency (table I), the sum and the second moment of its
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
	// The smallest change of those weights that brings the filter's sum to 1 and its
	// second moment to sigma² (52 to 56): a sum of the two vectors of conditions.
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

// apply returns the product of a and b, number by number, smoothed. A nil b stands for
// ones.
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
		s.sum(out, func(i int) []float32 { return padded[reach+i:][:a.w] })
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
		s.sum(smooth.row(y), func(i int) []float32 { return at(y + i) })
	}
	return smooth
}

// sum writes the weighted sums of samples to out; at(i) returns those i away. It
// processes two taps at a time, which saves half of the reads and writes of the sums.
func (s smoother) sum(out []float32, at func(i int) []float32) {
	n := len(out)
	i := 1
	if len(s)%2 == 0 {
		middle, left, right := at(0)[:n], at(-1)[:n], at(1)[:n]
		for x := range out {
			out[x] = s[0]*middle[x] + s[1]*(left[x]+right[x])
		}
		i = 2
	} else {
		for x, v := range at(0)[:n] {
			out[x] = s[0] * v
		}
	}
	for ; i < len(s); i += 2 {
		left, right, left2, right2 := at(-i)[:n], at(i)[:n], at(-i - 1)[:n], at(i + 1)[:n]
		near, far := s[i], s[i+1]
		for x := range out {
			out[x] += near*(left[x]+right[x]) + far*(left2[x]+right2[x])
		}
	}
}

// gaussian returns the filter of Butteraugli: a Gaussian that ends at 2.25 sigma.
func gaussian(sigma float64) smoother {
	taps := make(smoother, max(1, int(2.25*sigma))+1)
	sum := 0.0
	for n := range taps {
		v := math.Exp(-float64(n*n) / (2 * sigma * sigma))
		taps[n] = float32(v)
		sum += v
		if n > 0 {
			sum += v
		}
	}
	for n := range taps {
		taps[n] = float32(float64(taps[n]) / sum)
	}
	return taps
}

// within returns f smoothed, where only samples within the edges count.
func (s smoother) within(f *field) field {
	smooth := s.apply(f, nil)
	across, down := s.missing(f.w), s.missing(f.h)
	for y := range f.h {
		row := smooth.row(y)
		for x := range row {
			row[x] *= across[x] * down[y]
		}
	}
	return smooth
}

// missing returns the factor for each of n samples that makes up for the taps beyond
// the edges.
func (s smoother) missing(n int) []float32 {
	factors := make([]float32, n)
	for x := range factors {
		sum := s[0]
		for i, v := range s[1:] {
			if x > i {
				sum += v
			}
			if x+i+1 < n {
				sum += v
			}
		}
		factors[x] = 1 / sum
	}
	return factors
}
