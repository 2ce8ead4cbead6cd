package av1

// proxyLines approximate the price of a coded coefficient by its magnitude in quantiser
// steps: a line's value is at + slope times that, and the least value counts. They stand
// for an error of a twelfth and for bits that grow with the logarithm.
var proxyLines = [3]struct{ at, slope float32 }{
	{0.12, 0.18}, {0.25, 0.055}, {0.45, 0.009},
}

// proxyZero is the price of a coefficient that is not coded, beside its square.
const proxyZero = lambda * 0.15

// proxy returns about what coefficients cost, without choosing levels. For each it adds
// the least of its square and the values of proxyLines.
func proxy(coefs []int32, inverse []float32) float32 {
	if sum, ok := vectorProxy(coefs, inverse); ok {
		return sum
	}
	return scalarProxy(coefs, inverse)
}

// scalarProxy does proxy without vectors.
func scalarProxy(coefs []int32, inverse []float32) float32 {
	var sums [8]float32
	inverse = inverse[:len(coefs)]
	for i := 0; i < len(coefs); i += 8 {
		for j := range sums {
			c := coefs[i+j]
			x := float32(float32(max(c, -c)) * inverse[i+j])
			v := float32(x*x) + proxyZero
			for _, l := range proxyLines {
				if w := float32(x*l.slope) + l.at; w < v {
					v = w
				}
			}
			sums[j] += v
		}
	}
	return addEight(&sums)
}

// addEight adds up eight sums in the order in which vectors do.
func addEight(s *[8]float32) float32 {
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// normalise sets x to coefs in quantiser steps. It returns the sum of their squares, and
// the last step of the scan whose coefficient exceeds leastLevel, or -1. stepAfter has,
// by place, the number of the step after the one that visits it.
func normalise(x []float32, coefs []int32, inverse []float32, stepAfter []int16) (energy float32, last int) {
	if energy, last, ok := vectorNormalise(x, coefs, inverse, stepAfter); ok {
		return energy, last
	}
	return scalarNormalise(x, coefs, inverse, stepAfter)
}

// scalarNormalise does normalise without vectors.
func scalarNormalise(x []float32, coefs []int32, inverse []float32, stepAfter []int16) (energy float32, last int) {
	var sums [8]float32
	x, inverse, stepAfter = x[:len(coefs)], inverse[:len(coefs)], stepAfter[:len(coefs)]
	end := int16(0)
	for i := 0; i < len(coefs); i += 8 {
		for j := range sums {
			v := float32(float32(coefs[i+j]) * inverse[i+j])
			x[i+j] = v
			sums[j] += float32(v * v)
			if v > leastLevel || v < -leastLevel {
				end = max(end, stepAfter[i+j])
			}
		}
	}
	return addEight(&sums), int(end) - 1
}
