package png

import "math/bits"

// Sizes of deflate's alphabets (RFC 1951, 3.2.5 to 3.2.7).
const (
	endOfBlock   = 256 // the symbol, in the alphabet of literals and lengths
	maxLiterals  = 286
	maxDistances = 30
	lengthCodes  = 19
	maxCodeBits  = 15
)

// The number of bits of a code that the first lookup in a table decodes. Longer codes
// need a second lookup.
const (
	literalBits  = 11
	distanceBits = 8
)

// An entry of a table says what a code stands for; 0 is no code:
//
//	bits 0–5    bits to drop: the code and the extra bits behind it
//	bits 8–11   bits of the code alone
//	bits 12–15  what it stands for, one of the flags below
//	bits 16–31  the literal, the base of a length or distance, or the place in
//	            the table for the second lookup
const (
	entryLiteral = 1 << 12
	entryBase    = 1 << 13
	entryEnd     = 1 << 14
	entrySecond  = 1 << 15
)

// table decodes codes of up to 15 bits. At least two codes share a second lookup, so
// there are at most 143 second lookups for literals and 15 for distances.
type table [max(
	1<<literalBits+maxLiterals/2<<(maxCodeBits-literalBits),
	1<<distanceBits+maxDistances/2<<(maxCodeBits-distanceBits),
)]uint32

// build makes the table for codes of the given lengths; the first lookup decodes first
// bits. symbols holds the symbols' entries without the code. It reports whether the
// code is valid: complete, or a single code of one bit, or none (RFC 1951, 3.2.7).
func (t *table) build(lengths []uint8, symbols []uint32, first int) bool {
	var count, next [maxCodeBits + 1]int
	for _, n := range lengths {
		count[n]++
	}
	used, end := 0, 0
	for n := 1; n <= maxCodeBits; n++ {
		next[n] = used
		used += count[n]
		end += count[n] << (maxCodeBits - n)
	}
	if used > 0 && end != 1<<maxCodeBits && !(used == 1 && count[1] == 1) {
		return false
	}
	var sorted [maxLiterals + 2]uint16 // symbols by length and number, which is the order of their codes
	for symbol, n := range lengths {
		if n > 0 {
			sorted[next[n]] = uint16(symbol)
			next[n]++
		}
	}
	t.fill(sorted[:used], &count, symbols, first)
	return true
}

// fill writes the entries. Before codes of one more bit are written, the table is
// doubled by copying, so that each symbol needs only one entry.
func (t *table) fill(sorted []uint16, count *[maxCodeBits + 1]int, symbols []uint32, first int) {
	code := 0
	t[0] = 0
	for n := 1; n <= first; n++ {
		copy(t[1<<(n-1):1<<n], t[:1<<(n-1)])
		code <<= 1
		for _, symbol := range sorted[:count[n]] {
			t[reversed(code, n)] = symbols[symbol] + uint32(n)<<8 + uint32(n)
			code++
		}
		sorted = sorted[count[n]:]
	}
	rest := maxCodeBits - first
	free := 1 << first
	for n := first + 1; n <= maxCodeBits; n++ {
		code <<= 1
		for _, symbol := range sorted[:count[n]] {
			bits := reversed(code, n)
			code++
			look := &t[bits%(1<<first)]
			if *look == 0 {
				*look = uint32(free)<<16 | entrySecond | uint32(first)<<8 | uint32(first)
				free += 1 << rest
			}
			e := symbols[symbol] + uint32(n-first)<<8 + uint32(n-first)
			for at := bits >> first; at < 1<<rest; at += 1 << (n - first) {
				t[int(*look>>16)+at] = e
			}
		}
		sorted = sorted[count[n]:]
	}
}

// reversed returns a code of n bits with its first bit lowest.
func reversed(code, n int) int { return int(bits.Reverse16(uint16(code)) >> (16 - n)) }

// The entries of the symbols without their codes, and the code lengths of fixed blocks
// (RFC 1951, 3.2.5 and 3.2.6).
var (
	literalSymbols, distanceSymbols = symbolEntries()
	lengthSymbols                   = plainEntries(lengthCodes)
	fixedLiterals, fixedDistances   = fixedLengths()
)

func symbolEntries() (literals, distances []uint32) {
	literals = append(plainEntries(endOfBlock), entryEnd)
	for i, base := 0, uint32(3); i < 28; i++ {
		extra := uint32(max(0, i/4-1))
		literals = append(literals, base<<16|entryBase|extra)
		base += 1 << extra
	}
	literals = append(literals, 258<<16|entryBase, 0, 0)
	for i, base := 0, uint32(1); i < maxDistances; i++ {
		extra := uint32(max(0, i/2-1))
		distances = append(distances, base<<16|entryBase|extra)
		base += 1 << extra
	}
	return literals, append(distances, 0, 0)
}

// plainEntries returns entries of n symbols that stand for themselves.
func plainEntries(n uint32) []uint32 {
	var entries []uint32
	for i := range n {
		entries = append(entries, i<<16|entryLiteral)
	}
	return entries
}

func fixedLengths() (literals, distances []uint8) {
	for i := range 288 {
		n := uint8(8)
		switch {
		case i >= 144 && i < 256:
			n = 9
		case i >= 256 && i < 280:
			n = 7
		}
		literals = append(literals, n)
	}
	for range 32 {
		distances = append(distances, 5)
	}
	return literals, distances
}
