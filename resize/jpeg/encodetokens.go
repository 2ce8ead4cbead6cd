package jpeg

import "math/bits"

// The Huffman tables. An encoding uses some of them: those of DC, those of AC in
// a sequential scan, or one for each progressive scan of AC.
const (
	dcLuma = iota
	dcChroma
	acLuma
	acChroma
	acLowest  // the first AC coefficients of luma
	acHigh    // the other ones of luma, without their lowest bit
	acRefined // their lowest bit
	acCb
	acCr
	tables
	plainToken = tables // no table: plain bits; the symbol is their number
)

// destinations holds each table's class and destination (T.81, B.2.4.2).
var destinations = [tables]byte{0x00, 0x01, 0x10, 0x11, 0x10, 0x10, 0x10, 0x10, 0x10}

// token is a Huffman symbol with its table and the bits that follow it:
//
//	16 bits: the value that follows, in as many bits as the symbol says
//	8 bits: the symbol
//	4 bits: the table
type token uint32

// makeToken returns a token of the three fields.
func makeToken(table, symbol, value uint32) token {
	return token(value | symbol<<16 | table<<24)
}

// Symbols of AC (T.81, F.1.2.2).
const (
	endOfBlock  = 0x00
	sixteenZero = 0xf0
)

// following returns how many bits follow a symbol: those of a value, or of a
// number of blocks that end (G.1.2.2).
func following(symbol uint8) uint8 {
	if symbol&15 == 0 && symbol < sixteenZero {
		return symbol >> 4
	}
	return symbol & 15
}

// magnitude returns the size category of v and the bits that distinguish it
// within the category (T.81, F.1.2.1.1).
func magnitude(v int32) (size, value uint32) {
	sign := v >> 31
	size = uint32(bits.Len32(uint32((v ^ sign) - sign)))
	return size, uint32(v+sign) & (1<<size - 1)
}

// codedValue is a coefficient as it is coded: the size category in the upper 4
// bits; in the lower 12, the bits that distinguish it within the category.
type codedValue uint16

// codedValues maps a magnitude to the codedValue of the largest positive
// coefficient in its size category.
var codedValues = func() (all [2048]codedValue) {
	for v := range all {
		size := bits.Len(uint(v))
		all[v] = codedValue(size<<12 | 1<<size - 1)
	}
	return all
}()

// codedValueOf returns the codedValue of magnitude, at most 2047; sign is 0 or
// -1.
func codedValueOf(magnitude uint32, sign int32) codedValue {
	return codedValues[magnitude&2047] & (codedValue(int32(magnitude)^sign) | 0xf000)
}

// token returns v as a token of table 0 without zeros before it.
func (v codedValue) token() token { return token(v&0xfff) | token(v>>12)<<16 }

// half returns v without its lowest bit. Its magnitude must be at least 2.
func (v codedValue) half() codedValue { return v&0xf000 - 0x1000 | v&0xfff>>1 }

// tokenizeSequential makes the tokens of one scan of DC and, if ac is set, AC
// (F.1). It counts the DC symbols and returns the scan. Blocks come in the order
// of an interleaved scan (A.2.3).
func (c *coder) tokenizeSequential(ac bool) codedScan {
	s := sequentialTokens{coder: c, tokens: c.tokens[:0], ac: ac}
	c.counts[dcLuma], c.counts[dcChroma] = symbolCounts{}, symbolCounts{}
	luma := &c.coded[0]
	side := 1
	if c.halved {
		side = 2
	}
	for my := range ceilDiv(luma.down, side) {
		for mx := range ceilDiv(luma.across, side) {
			for i := range side * side {
				bx, by := side*mx+i&1, side*my+i>>1
				if bx < luma.across && by < luma.down {
					s.add(0, &luma.quantised[by*luma.across+bx])
				} else {
					s.addBeyond()
				}
			}
			for i := 1; i < len(c.planes); i++ {
				s.add(i, &c.coded[i].quantised[my*c.coded[i].across+mx])
			}
		}
	}
	c.tokens = s.tokens
	scan := c.sequentialScan(ac)
	scan.end = len(c.tokens)
	return scan
}

// sequentialTokens makes the tokens of a sequential scan, block by block.
type sequentialTokens struct {
	coder  *coder
	tokens []token
	ac     bool
	before [3]int32 // DC of each component's last block
}

// add adds the tokens of block b of a component.
func (s *sequentialTokens) add(component int, b *quantisedBlock) {
	table := uint32(min(component, 1))
	size, value := magnitude(int32(b.dc) - s.before[component])
	s.before[component] = int32(b.dc)
	s.tokens = append(s.tokens, makeToken(dcLuma+table, size, value))
	s.coder.counts[dcLuma+table][size&0xff]++
	if s.ac {
		s.tokens = appendAC(s.tokens, acLuma+table, b, s.coder.coded[component].values[b.at:])
	}
}

// addBeyond adds a luma block that fills an MCU beyond the picture's edge. It
// takes the fewest bits: the same DC again, without AC.
func (s *sequentialTokens) addBeyond() {
	s.tokens = append(s.tokens, makeToken(dcLuma, 0, 0))
	s.coder.counts[dcLuma][0]++
	if s.ac {
		s.tokens = append(s.tokens, makeToken(acLuma, endOfBlock, 0))
	}
}

// sequentialScan returns the scan that tokenizeSequential returns, without its
// tokens.
func (c *coder) sequentialScan(ac bool) codedScan {
	s := codedScan{components: len(c.planes), tables: 1 << dcLuma}
	if len(c.planes) > 1 {
		s.tables |= 1 << dcChroma
	}
	if ac {
		s.to = 63
		s.tables |= s.tables << acLuma
	}
	return s
}

// appendAC appends the tokens of a block's AC coefficients in a sequential scan.
func appendAC(tokens []token, table uint32, b *quantisedBlock, values []codedValue) []token {
	last := 0
	for set := b.nonzero; set != 0; set &= set - 1 {
		k := bits.TrailingZeros64(set)
		run := k - last - 1
		for ; run > 15; run -= 16 {
			tokens = append(tokens, makeToken(table, sixteenZero, 0))
		}
		tokens = append(tokens, values[0].token()|makeToken(table, uint32(run)<<4, 0))
		last, values = k, values[1:]
	}
	if last < 63 {
		tokens = append(tokens, makeToken(table, endOfBlock, 0))
	}
	return tokens
}
