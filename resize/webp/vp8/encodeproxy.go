package vp8

// A proxy is the approximate cost of coefficients: 4096 for the square of a
// quantiser step and 1 for 1/256 bit. The cost of a coded coefficient is the
// least of several lines by its magnitude in 1/16 steps. They stand for its
// error, and for bits that grow with the logarithm.
const (
	proxyAt0, proxySlope0 = 492, 46
	proxyAt1, proxySlope1 = 1024, 14
	proxyAt2, proxySlope2 = 1843, 2
	proxyZero             = 60 // for one that is not coded, plus its square

	proxySquared = 32    // above, the square is above the lines
	proxyMost    = 700   // above, the last line is the least
	proxyTop     = 15000 // so that sums have 16 bits
)

// proxy sets sums to the proxies of four blocks, without choosing levels. inverse
// holds 1<<18 over each step.
func proxy(sums *[4]int32, coefs *fourBlocks, inverse *[64]uint16) {
	if !vectorProxy(sums, coefs, inverse) {
		scalarProxy(sums, coefs, inverse)
	}
}

// scalarProxy computes proxy without vectors.
func scalarProxy(sums *[4]int32, coefs *fourBlocks, inverse *[64]uint16) {
	*sums = [4]int32{}
	for i, c := range coefs {
		x := int32(uint32(uint16(max(c, -c))<<2) * uint32(inverse[i]) >> 16)
		squared, line := min(x, proxySquared), min(x, proxyMost)
		sums[i>>2&3] += min(squared*squared<<4+proxyZero,
			proxyAt0+proxySlope0*line, proxyAt1+proxySlope1*line, proxyAt2+proxySlope2*min(x, proxyTop))
	}
}
