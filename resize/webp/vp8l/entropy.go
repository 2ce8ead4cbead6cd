package vp8l

import "math/bits"

// xlogx returns n times about its logarithm to the base 2.
func xlogx(n uint32) float64 {
	if n < uint32(len(logs)) {
		return float64(n) * logs[n]
	}
	shift := bits.Len32(n) - 12
	return float64(n) * (logs[n>>shift] + float64(shift))
}

// none are counts of symbols that do not occur.
var none counts

// bitsOf returns about how many bits symbols take that occur as often as n says,
// with those of the codes.
func bitsOf(n *counts, cacheSize int) float64 { return bitsOfBoth(n, &none, cacheSize) }

// bitsOfBoth returns bitsOf of the sum of a and b.
func bitsOfBoth(a, b *counts, cacheSize int) float64 {
	sum := 0.0
	for _, span := range spans(cacheSize) {
		sum += alphabetBits(a[span[0]:span[1]], b[span[0]:span[1]])
	}
	return sum
}

// What the lengths of a code take, in bits: of one that is simple; and of others in
// all, for each symbol, and for each gap between them.
const (
	simpleBits = 12
	codeBits   = 40
	symbolBits = 3.2
	gapBits    = 3.5
)

// alphabetBits is bitsOfBoth of one alphabet.
func alphabetBits(a, b []uint32) float64 {
	sum, total, used, gaps := 0.0, uint32(0), 0, 0
	gap := false
	b = b[:len(a)]
	for i, n := range a {
		n += b[i]
		if n == 0 {
			gap = true
			continue
		}
		used++
		total += n
		sum += xlogx(n)
		if gap {
			gaps++
			gap = false
		}
	}
	return codeOf(xlogx(total)-sum, used, gaps)
}

// codeOf adds the bits of a code to those of its symbols.
func codeOf(bits float64, used, gaps int) float64 {
	if used <= 2 {
		return bits + simpleBits
	}
	return bits + codeBits + symbolBits*float64(used) + gapBits*float64(gaps)
}
