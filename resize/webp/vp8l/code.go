package vp8l

import "math/bits"

// Alphabets of the prefix codes of a group (RFC 9649 section 3.7.2), in stored
// order. The green one is longer by the size of the colour cache.
const (
	green = iota
	red
	blue
	alpha
	distance
	codes // number of codes of a group
)

const (
	literals    = 256
	lengthCodes = 24
	firstCached = literals + lengthCodes // the symbol of the cache's first colour
	distCodes   = 40

	maxCacheBits = 11
	maxSymbols   = firstCached + 1<<maxCacheBits

	maxLength = 15 // of a code, in bits
	// rootBits is the most bits that index the first table of a code.
	rootBits = 8
	// maxTable is an upper bound for the entries of a code's tables. A further
	// table of 2^n entries holds more than 2^(n-1) symbols' worth of the longest
	// code.
	maxTable = 1 << 12

	// Symbols of the code of code lengths (section 3.7.2.1.2).
	repeatLast  = 16
	repeatZero  = 17
	repeatZeros = 18
	lengthKinds = 19
)

// lengthOrder is kCodeLengthCodeOrder.
var lengthOrder = [lengthKinds]uint8{17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// code is a canonical prefix code as tables. The first table is indexed by the
// next bits masked with mask. An entry is a symbol << 4 | its length in bits. If
// the length is more than rootBits, it is instead the start of a further table <<
// 4 | rootBits + the number of bits, after rootBits, that index that table.
type code struct {
	table []uint16
	mask  uint64
}

// look returns the entry of the symbol that bits begin with.
func (c *code) look(bits uint64) uint {
	e := uint(c.table[bits&c.mask])
	if n := e & 15; n > rootBits {
		e = uint(c.table[e>>4+uint(bits>>rootBits)&(1<<(n-rootBits)-1)])
	}
	return e
}

// read reads a symbol.
func (c *code) read(r *bitReader) int {
	if r.n < maxLength {
		r.fill()
	}
	e := c.look(r.bits)
	r.bits >>= e & 15
	r.n -= e & 15
	return int(e >> 4)
}

// codeReader reads prefix codes. Its fields are scratch space.
type codeReader struct {
	lengths [maxSymbols]uint8
	symbols [maxSymbols]uint16 // by code
	table   [maxTable]uint16
	kinds   [1 << 7]uint16
}

// read reads a code of n symbols (section 3.7.2.1). It returns the used part of
// c.table.
func (c *codeReader) read(r *bitReader, n int) ([]uint16, error) {
	lengths := c.lengths[:n]
	clear(lengths)
	if r.take(1) == 1 {
		two := r.take(1) == 1
		first := r.take(1 + 7*uint(r.take(1)))
		if first >= n {
			return nil, errCodeLength
		}
		lengths[first] = 1
		if two {
			second := r.take(8)
			if second >= n {
				return nil, errCodeLength
			}
			lengths[second] = 1
		}
	} else if err := c.readLengths(r, lengths); err != nil {
		return nil, err
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return c.build(lengths, rootBits, c.table[:])
}

// readLengths reads the lengths of a normal code (section 3.7.2.1.2).
func (c *codeReader) readLengths(r *bitReader, lengths []uint8) error {
	var kinds [lengthKinds]uint8
	for i := range 4 + r.take(4) {
		kinds[lengthOrder[i]] = uint8(r.take(3))
	}
	table, err := c.build(kinds[:], 7, c.kinds[:])
	if err != nil {
		return err
	}
	code := code{table, uint64(len(table) - 1)}
	left := len(lengths)
	if r.take(1) == 1 {
		left = 2 + r.take(2+2*uint(r.take(3)))
		if left > len(lengths) {
			return errCodeLength
		}
	}
	last := uint8(8)
	for i := 0; i < len(lengths) && left > 0; left-- {
		kind := code.read(r)
		if kind < repeatLast {
			lengths[i] = uint8(kind)
			i++
			if kind != 0 {
				last = uint8(kind)
			}
			continue
		}
		value, times := uint8(0), 0
		switch kind {
		case repeatLast:
			value, times = last, 3+r.take(2)
		case repeatZero:
			times = 3 + r.take(3)
		case repeatZeros:
			times = 11 + r.take(7)
		}
		if i+times > len(lengths) {
			return errCodeLength
		}
		for ; times > 0; times-- {
			lengths[i] = value
			i++
		}
	}
	return nil
}

// build makes the tables of a canonical code in table and returns the used part.
// A code of one symbol takes no bits. Any other code must be complete.
func (c *codeReader) build(lengths []uint8, root int, table []uint16) ([]uint16, error) {
	var count [maxLength + 1]int
	for _, n := range lengths {
		count[n]++
	}
	count[0] = 0
	var next [maxLength + 2]int
	left, longest := 1<<maxLength, 0 // left counts free codes of the longest length
	for n := 1; n <= maxLength; n++ {
		next[n+1] = next[n] + count[n]
		left -= count[n] << (maxLength - n)
		if count[n] > 0 {
			longest = n
		}
	}
	total := next[maxLength+1]
	for symbol, n := range lengths {
		if n > 0 {
			c.symbols[next[n]] = uint16(symbol)
			next[n]++
		}
	}
	if total == 1 && longest == 1 {
		table[0] = c.symbols[0] << 4
		return table[:1], nil
	}
	if left != 0 {
		return nil, errCode
	}
	root = min(root, longest)
	used := 1 << root
	at, low := 0, 0 // the next symbol, and its code with the first bit lowest
	for n := 1; n <= root; n++ {
		for range count[n] {
			entry := c.symbols[at]<<4 | uint16(n)
			for i := low; i < used; i += 1 << n {
				table[i] = entry
			}
			at++
			low = nextCode(low, n)
		}
	}
	link, more := -1, 0 // the root's index of the further table, and how many bits index it
	start := 0
	for n := root + 1; n <= longest; n++ {
		for ; count[n] > 0; count[n]-- {
			if low&(1<<root-1) != link {
				link, more = low&(1<<root-1), furtherBits(&count, n, root)
				start = used
				used += 1 << more
				table[link] = uint16(start<<4 | (root + more))
			}
			entry := c.symbols[at]<<4 | uint16(n)
			for i := low >> root; i < 1<<more; i += 1 << (n - root) {
				table[start+i] = entry
			}
			at++
			low = nextCode(low, n)
		}
	}
	return table[:used], nil
}

// furtherBits returns how many bits index the further table, after root bits,
// that begins with a code of n bits. count holds how many codes of each length
// are left.
func furtherBits(count *[maxLength + 1]int, n, root int) int {
	left := 1 << (n - root)
	for {
		left -= count[n]
		if left <= 0 || n == maxLength {
			return n - root
		}
		n++
		left <<= 1
	}
}

// nextCode returns the code of n bits after low, both with the first bit lowest.
func nextCode(low, n int) int {
	// Set the highest of the n bits that is 0, and clear those above it.
	unset := bits.Len(uint(^low & (1<<n - 1)))
	if unset == 0 {
		return 0 // the last code
	}
	return low&(1<<(unset-1)-1) | 1<<(unset-1)
}
