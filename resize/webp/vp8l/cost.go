package vp8l

import (
	"math"
	"math/bits"
	"sync"
)

// bit is the cost of a bit.
const bit = 64

// Symbols of all codes of a group are numbered as one alphabet: red, blue, alpha,
// distance, and green, whose size depends on the colour cache, last.
const (
	firstRed      = 0
	firstBlue     = firstRed + literals
	firstAlpha    = firstBlue + literals
	firstDistance = firstAlpha + literals
	firstGreen    = firstDistance + distCodes
	mostTogether  = firstGreen + maxSymbols
)

// spans returns where the alphabets of the five codes are among all symbols, in the
// order in which they are stored.
func spans(cacheSize int) [codes][2]int {
	return [codes][2]int{
		green:    {firstGreen, firstGreen + firstCached + cacheSize},
		red:      {firstRed, firstBlue},
		blue:     {firstBlue, firstAlpha},
		alpha:    {firstAlpha, firstDistance},
		distance: {firstDistance, firstGreen},
	}
}

// counts says how often each symbol of a group occurs.
type counts [mostTogether]uint32

// costs are of each symbol of a group what it costs, without the bits behind it.
type costs [mostTogether]uint32

// set sets c to what symbols cost that occur as often as n says. Others may occur,
// and cost some more than the rarest.
func (c *costs) set(n *counts, cacheSize int) {
	for _, span := range spans(cacheSize) {
		setCosts(c[span[0]:span[1]], n[span[0]:span[1]])
	}
}

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

// logs are the logarithms of small numbers to the base 2, once fillLogs was called: what
// only decodes, and what starts, does not wait for them.
var logs [1 << 12]float64

var fillLogs = sync.OnceFunc(func() {
	for i := range logs {
		logs[i] = math.Log2(float64(max(1, i)))
	}
})

func log2(n uint32) float64 {
	if n < uint32(len(logs)) {
		return logs[n]
	}
	return math.Log2(float64(n))
}

// prefixOf returns the prefix code of a length or of a distance code, how many bits
// follow it, and which (RFC 9649 section 3.6.2.2).
func prefixOf(v int) (prefix int, n uint, more uint32) {
	if v <= 4 {
		return v - 1, 0, 0
	}
	v--
	n = uint(bits.Len(uint(v))) - 2
	return 2*int(n) + 2 + v>>n&1, n, uint32(v & (1<<n - 1))
}
