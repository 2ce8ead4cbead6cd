package vp8l

import (
	"math"
	"math/bits"
	"sync"
)

// bit is the cost of a bit.
const bit = 64

// The symbols of all codes of a group are numbered as one alphabet: red, blue,
// alpha, distance, and last green, whose size depends on the colour cache.
const (
	firstRed      = 0
	firstBlue     = firstRed + literals
	firstAlpha    = firstBlue + literals
	firstDistance = firstAlpha + literals
	firstGreen    = firstDistance + distCodes
	mostTogether  = firstGreen + maxSymbols
)

// spans returns the ranges of the five codes' alphabets among all symbols, in
// stored order.
func spans(cacheSize int) [codes][2]int {
	return [codes][2]int{
		green:    {firstGreen, firstGreen + firstCached + cacheSize},
		red:      {firstRed, firstBlue},
		blue:     {firstBlue, firstAlpha},
		alpha:    {firstAlpha, firstDistance},
		distance: {firstDistance, firstGreen},
	}
}

// counts holds how often each symbol of a group occurs.
type counts [mostTogether]uint32

// costs holds the cost of each symbol of a group, without the bits that follow
// it.
type costs [mostTogether]uint32

// set sets c to the costs of symbols that occur as often as n says. A symbol that
// does not occur may still be used; it costs more than the rarest.
func (c *costs) set(n *counts, cacheSize int) {
	for _, span := range spans(cacheSize) {
		setCosts(c[span[0]:span[1]], n[span[0]:span[1]])
	}
}

// setCosts does what costs.set does for one alphabet.
func setCosts(c, n []uint32) {
	total, used := 0, 0
	for _, n := range n {
		total += int(n)
		if n > 0 {
			used++
		}
	}
	if total == 0 {
		total = 1
	}
	all := math.Log2(float64(total))
	for i, n := range n {
		switch {
		case n == 0:
			c[i] = uint32((all + 2) * bit)
		case used == 1:
			c[i] = 0
		default:
			c[i] = uint32((all - log2(n)) * bit)
		}
	}
}

// logs holds the binary logarithms of small numbers once fillLogs was called.
// Only encoding needs them, so neither starting nor decoding waits for them.
var logs [1 << 12]float64

var fillLogs = sync.OnceFunc(func() {
	for i := range logs {
		logs[i] = math.Log2(float64(max(1, i)))
	}
})

// log2 returns the binary logarithm of n.
func log2(n uint32) float64 {
	if n < uint32(len(logs)) {
		return logs[n]
	}
	return math.Log2(float64(n))
}

// prefixOf returns the prefix code of v, a length or a distance code, how many
// bits follow it, and those bits (RFC 9649 section 3.6.2.2).
func prefixOf(v int) (prefix int, n uint, more uint32) {
	if v <= 4 {
		return v - 1, 0, 0
	}
	v--
	n = uint(bits.Len(uint(v))) - 2
	return 2*int(n) + 2 + v>>n&1, n, uint32(v & (1<<n - 1))
}
