package jpeg

// How many bits the lookup tables index by: more bits catch longer codes, until
// the tables no longer fit the processor's cache.
const (
	lookBits = 11
	skipBits = 12
)

// huffTable decodes one Huffman code (ITU-T T.81, annex C), together with the
// value that follows a symbol (F.1.2).
type huffTable struct {
	defined bool
	ready   bool // the lookup tables below are made
	ac      bool

	counts  [17]uint8 // BITS: codes of each length
	symbols [256]uint8

	// For codes of each length: the first code that is too large, left-justified
	// in 16 bits, and what to add to a code to get its symbol's index.
	limit  [17]uint32
	offset [17]int32

	// look is indexed by the next lookBits bits.
	look [1 << lookBits]entry
	skip [1 << skipBits]skipEntry
}

// entry is a decoded symbol and its value. From the lowest bit:
//
//	 8 bits: bits of code and value together, 0 if lookBits do not hold them
//	 8 bits: how far the symbol advances the index of the current coefficient
//	16 bits: the value, or the class of an end of band
//
// If lookBits hold a code but not all of its value, the second field is the
// length of the code and the third the symbol. 0 means a longer code.
type entry uint32

// endOfBand is how far an end of band advances the index: beyond any coefficient.
const endOfBand = 128

// makeEntry returns an entry of the three fields.
func makeEntry(length, advance uint, value int32) entry {
	return entry(length | advance<<8 | uint(uint16(value))<<16)
}

// length, advance and value return the fields of e.
func (e entry) length() uint { return uint(e & 63) }
func (e entry) advance() int { return int(e >> 8 & 0xff) }
func (e entry) value() int32 { return int32(e) >> 16 }

// define reads a table of a DHT segment (B.2.4.2) and returns how many bytes of
// params it took.
func (t *huffTable) define(params []byte, ac bool) (int, error) {
	if len(params) < 16 {
		return 0, formatError("Huffman table cut short")
	}
	t.defined, t.ready, t.ac = false, false, ac
	n, code := 0, uint32(0)
	for length := 1; length <= 16; length++ {
		count := params[length-1]
		t.counts[length] = count
		t.offset[length] = int32(n) - int32(code)
		n += int(count)
		code += uint32(count)
		if n > len(t.symbols) || code > 1<<length {
			return 0, formatError("Huffman table with too many codes")
		}
		t.limit[length] = code << (16 - length)
		code <<= 1
	}
	if n == 0 {
		return 0, formatError("Huffman table without codes")
	}
	if len(params) < 16+n {
		return 0, formatError("Huffman table cut short")
	}
	copy(t.symbols[:], params[16:16+n])
	t.defined = true
	return 16 + n, nil
}

// prepare makes the lookup tables, once.
func (t *huffTable) prepare() {
	if t.ready {
		return
	}
	t.ready = true
	var codes [1 << skipBits]codeEntry
	t.fillCodes(&codes)
	for i := range t.look {
		c := codes[i<<(skipBits-lookBits)]
		t.look[i] = 0
		switch bits := uint64(i) << (64 - lookBits); {
		case c.length == 0, c.length > lookBits:
		case uint(c.length)+t.valueBits(c.symbol) <= lookBits:
			t.look[i] = t.complete(bits, uint(c.length), c.symbol)
		default:
			t.look[i] = makeEntry(0, uint(c.length), int32(c.symbol))
		}
	}
	if t.ac {
		t.fillSkip(&codes)
	}
}

// codeEntry is the code that skipBits bits begin with; its length is 0 if the
// code is longer.
type codeEntry struct{ length, symbol uint8 }

// fillCodes fills in the entries of all codes of at most skipBits bits.
func (t *huffTable) fillCodes(codes *[1 << skipBits]codeEntry) {
	i, symbol := 0, 0
	for length := 1; length <= skipBits; length++ {
		for range t.counts[length] {
			end := i + 1<<(skipBits-length)
			for ; i < end; i++ {
				codes[i] = codeEntry{uint8(length), t.symbols[symbol]}
			}
			symbol++
		}
	}
}

// valueBits returns how many bits of value follow a symbol. (It does not count
// the bits of an end-of-band run, which are read separately.)
func (t *huffTable) valueBits(symbol uint8) uint {
	if t.ac {
		return uint(symbol & 15)
	}
	return uint(symbol)
}

// complete returns the entry of a symbol whose code, of the given length, is at
// the top of bits, followed by its value. It returns 0 for a symbol without
// meaning.
func (t *huffTable) complete(bits uint64, length uint, symbol uint8) entry {
	size := t.valueBits(symbol)
	switch {
	case size > 15:
		return 0
	case size > 0:
	case !t.ac:
		return makeEntry(length, 0, 0)
	case symbol == 0xf0: // 16 coefficients of 0
		return makeEntry(length, 16, 0)
	default:
		return makeEntry(length, endOfBand, int32(symbol>>4))
	}
	value := extend(bits<<length, size)
	if !t.ac {
		return makeEntry(length+size, 0, value)
	}
	return makeEntry(length+size, uint(symbol>>4)+1, value)
}

// extend returns the value of the given size, 1 to 15 bits, at the top of bits:
// the procedure EXTEND (F.2.2.1).
func extend(bits uint64, size uint) int32 {
	v := int32(bits >> (64 - size))
	if int64(bits) < 0 {
		return v
	}
	return v - 1<<size + 1
}

// long returns the entry for bits for which look has no complete entry. It
// returns 0 if no code, or a symbol without meaning, is at the top.
func (t *huffTable) long(bits uint64) entry {
	if e := t.look[bits>>(64-lookBits)]; e != 0 {
		return t.complete(bits, uint(e.advance()), uint8(e.value()))
	}
	code := uint32(bits >> 48)
	for length := lookBits + 1; length <= 16; length++ {
		if code < t.limit[length] {
			i := t.offset[length] + int32(code>>(16-length))
			return t.complete(bits, uint(length), t.symbols[i])
		}
	}
	return 0
}
