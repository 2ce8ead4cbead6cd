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

// tableBits is how many bits of a code the first look into a table decides by;
// longer codes take a second look, by restBits.
const (
	tableBits = 11
	restBits  = maxCodeBits - tableBits
)

// An entry of a table says what a code stands for:
//
//	bits 0–5    bits to drop: the code and the extra bits behind it
//	bits 8–11   bits of the code alone
//	bits 12–14  what it stands for; none of them if for nothing
//	bits 16–31  the literal, the base of a length or distance, or the place in
//	            the table for the second look
const (
	entryLiteral = 1 << 12
	entryBase    = 1 << 13
	entryEnd     = 1 << 14
	entrySecond  = entryLiteral | entryBase
	entryKind    = 7 << 12
)

// table decodes codes of up to 15 bits. At least two codes share a second look,
// so that there are at most 143 of those.
type table [1<<tableBits + maxLiterals/2<<restBits]uint32

// build makes the table for codes of the given lengths. symbols holds what the
// entries of the symbols have beside the code. It reports whether that is a
// code: complete, or a single one of one bit, or none (RFC 1951, 3.2.7).
func (t *table) build(lengths []uint8, symbols []uint32) bool {
	var count, next [maxCodeBits + 1]int
	for _, n := range lengths {
		count[n]++
	}
	clear(t[:1<<tableBits])
	used := len(lengths) - count[0]
	if used == 0 {
		return true
	}
	code := 0
	for n := 1; n <= maxCodeBits; n++ {
		code <<= 1
		next[n] = code
		code += count[n]
	}
	if code != 1<<maxCodeBits && !(used == 1 && count[1] == 1) {
		return false
	}
	free := 1 << tableBits
	for i, n := range lengths {
		if n == 0 {
			continue
		}
		reversed := int(bits.Reverse16(uint16(next[n])) >> (16 - n))
		next[n]++
		if n <= tableBits {
			t.fill(reversed, 1<<tableBits, n, symbols[i])
			continue
		}
		first := &t[reversed%(1<<tableBits)]
		if *first == 0 {
			*first = uint32(free)<<16 | entrySecond | tableBits<<8 | tableBits
			free += 1 << restBits
		}
		second := int(*first >> 16)
		t.fill(second+reversed>>tableBits, second+1<<restBits, n-tableBits, symbols[i])
	}
	return true
}

// fill writes the entry of a code of n bits wherever its bits are the lowest.
func (t *table) fill(at, end int, n uint8, symbol uint32) {
	e := symbol + uint32(n)<<8 + uint32(n)
	for ; at < end; at += 1 << n {
		t[at] = e
	}
}

// look finds the entry for the next code in a bit buffer, and what of its bits
// the first look has used up.
func (t *table) look(buffer uint64) (e uint32, used uint32) {
	e = t[buffer%(1<<tableBits)]
	if e&entryKind != entrySecond {
		return e, 0
	}
	return t[uint64(e>>16)+buffer>>tableBits%(1<<restBits)], tableBits
}

// The entries of the symbols without their codes, and the code lengths of
// blocks with fixed codes (RFC 1951, 3.2.5 and 3.2.6).
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

// plainEntries are entries of symbols that stand for themselves.
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
