package vp8

// Proxies are about what coefficients cost, 4096 for the square of a quantiser step and 1 for
// 1/256 bit. Of one that is coded it is the least of some lines, by its magnitude in 1/16
// steps: for its error, and for bits that grow with the logarithm.
const (
	proxyAt0, proxySlope0 = 492, 46
	proxyAt1, proxySlope1 = 1024, 14
	proxyAt2, proxySlope2 = 1843, 2
	proxyZero             = 60 // of one that is not coded, beside its square

	proxySquared = 32    // magnitudes above have a square above the lines
	proxyMost    = 700   // above, the last line is the least
	proxyTop     = 15000 // so that sums have 16 bits
)

// proxy sets sums to about what the coefficients of four blocks cost, without choosing
// levels. inverse are 1<<18 over the steps.
func proxy(sums *[4]int32, coefs *fourBlocks, inverse *[64]uint16) {
	if !vectorProxy(sums, coefs, inverse) {
		scalarProxy(sums, coefs, inverse)
	}
}

func scalarProxy(sums *[4]int32, coefs *fourBlocks, inverse *[64]uint16) {
	*sums = [4]int32{}
	for i, c := range coefs {
		x := int32(uint32(uint16(max(c, -c))<<2) * uint32(inverse[i]) >> 16)
		squared, line := min(x, proxySquared), min(x, proxyMost)
		sums[i>>2&3] += min(squared*squared<<4+proxyZero,
			proxyAt0+proxySlope0*line, proxyAt1+proxySlope1*line, proxyAt2+proxySlope2*min(x, proxyTop))
	}
}
