package vp8l

import "math/bits"

// Alphabets of the prefix codes of a group (RFC 9649 section 3.7.2), in the order
// in which they are stored. The green one is longer by the colour cache's size.
const (
	green = iota
	red
	blue
	alpha
	distance
	codes // of a group
)

const (
	literals    = 256
	lengthCodes = 24
	firstCached = literals + lengthCodes // the symbol of the cache's first colour
	distCodes   = 40

	maxCacheBits = 11
	maxSymbols   = firstCached + 1<<maxCacheBits

	maxLength = 15 // bits of a code
	// rootBits is how many bits the first table of a code is indexed with at most.
	rootBits = 8
	// maxTable is no less than the entries of a code's tables: those of 2^n
	// behind an index hold more than 2^(n-1) symbols' worth of the longest code.
	maxTable = 1 << 12

	// Symbols of the code of code lengths (section 3.7.2.1.2).
	repeatLast  = 16
	repeatZero  = 17
	repeatZeros = 18
	lengthKinds = 19
)

// lengthOrder is kCodeLengthCodeOrder.
var lengthOrder = [lengthKinds]uint8{17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// code is a canonical prefix code as tables: the first is indexed with mask of the
// next bits. An entry is a symbol << 4 | its length in bits; or, where that is more
// than rootBits, where a further table begins << 4 | rootBits + how many of the
// bits behind rootBits it is indexed with.
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

// codeReader reads prefix codes. What it holds is scratch.
type codeReader struct {
	lengths [maxSymbols]uint8
	symbols [maxSymbols]uint16 // by code
	table   [maxTable]uint16
	kinds   [1 << 7]uint16
}

// read reads a code of n symbols (section 3.7.2.1) into c.table, of which it
// returns as much as is used.
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

// build makes the tables of a canonical code in table, of which it returns as much
// as is used. A code of one symbol takes no bits. Others are complete or an error.
func (c *codeReader) build(lengths []uint8, root int, table []uint16) ([]uint16, error) {
	var count [maxLength + 1]int
	for _, n := range lengths {
		count[n]++
	}
	count[0] = 0
	var next [maxLength + 2]int
	left, longest := 1<<maxLength, 0 // codes of the longest length that are not taken
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
	at, low := 0, 0 // the next symbol, and its code's bits with the first one lowest
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
	link, more := -1, 0 // the root's index of the further table, and its bits
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

// furtherBits returns how many bits a table behind root bits is indexed with that
// begins with a code of n bits, count saying how many are left of which length.
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

// nextCode returns the code of n bits that follows a code, both with the first bit
// lowest.
func nextCode(low, n int) int {
	// The highest of the n bits that is not set is set, those above are cleared.
	unset := bits.Len(uint(^low & (1<<n - 1)))
	if unset == 0 {
		return 0 // the last code
	}
	return low&(1<<(unset-1)-1) | 1<<(unset-1)
}
