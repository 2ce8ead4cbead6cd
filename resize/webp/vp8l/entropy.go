package vp8l

import "math/bits"

// xlogx returns approximately n times its binary logarithm.
func xlogx(n uint32) float64 {
	if n < uint32(len(logs)) {
		return float64(n) * logs[n]
	}
	shift := bits.Len32(n) - 12
	return float64(n) * (logs[n>>shift] + float64(shift))
}

// none holds the counts of no symbols.
var none counts

// bitsOf returns approximately how many bits symbols that occur as often as n
// says take, including their codes.
func bitsOf(n *counts, cacheSize int) float64 { return bitsOfBoth(n, &none, cacheSize) }

// bitsOfBoth returns bitsOf for the sum of a and b.
func bitsOfBoth(a, b *counts, cacheSize int) float64 {
	sum := 0.0
	for _, span := range spans(cacheSize) {
		sum += alphabetBits(a[span[0]:span[1]], b[span[0]:span[1]])
	}
	return sum
}

// What the lengths of a code take, in bits: a simple code; and for other codes
// the base, each symbol, and each gap between symbols.
const (
	simpleBits = 12
	codeBits   = 40
	symbolBits = 3.2
	gapBits    = 3.5
)

// alphabetBits does what bitsOfBoth does for one alphabet.
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

// codeOf returns bits plus the bits that the code of the symbols takes.
func codeOf(bits float64, used, gaps int) float64 {
	if used <= 2 {
		return bits + simpleBits
	}
	return bits + codeBits + symbolBits*float64(used) + gapBits*float64(gaps)
}
