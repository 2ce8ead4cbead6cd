package jpeg

import (
	"iter"
	"math/bits"
)

// The Huffman tables of which an encoding has some: those of DC, those of AC in a
// sequential scan, and one for each progressive scan of AC.
const (
	dcLuma = iota
	dcChroma
	acLuma
	acChroma
	acLowest  // the first of luma
	acHigh    // the others of luma, without their lowest bit
	acRefined // that bit
	acCb
	acCr
	tables
	plainToken = tables // no table: bits as they are, as many as the symbol says
)

// destinations are the classes and places of tables (T.81, B.2.4.2).
var destinations = [tables]byte{0x00, 0x01, 0x10, 0x11, 0x10, 0x10, 0x10, 0x10, 0x10}

// token is a Huffman symbol with its table and the bits that follow it:
//
//	16 bits: the value that follows, in as many bits as the symbol says
//	8 bits: the symbol
//	4 bits: the table
type token uint32

func makeToken(table, symbol, value uint32) token {
	return token(value | symbol<<16 | table<<24)
}

// Symbols of AC (T.81, F.1.2.2).
const (
	endOfBlock  = 0x00
	sixteenZero = 0xf0
)

// following returns how many bits follow a symbol: those of a value, or of a number
// of blocks that end (G.1.2.2).
func following(symbol uint8) uint8 {
	if symbol&15 == 0 && symbol < sixteenZero {
		return symbol >> 4
	}
	return symbol & 15
}

// magnitude returns the size category of v and the bits that tell it from
// others of the category (T.81, F.1.2.1.1).
func magnitude(v int32) (size, value uint32) {
	sign := v >> 31
	size = uint32(bits.Len32(uint32((v ^ sign) - sign)))
	return size, uint32(v+sign) & (1<<size - 1)
}

// interleaved yields the blocks of an interleaved scan (A.2.3), each with the number
// of its component; nil for one that fills an MCU beyond the picture's edge.
func (c *coder) interleaved() iter.Seq2[int, *quantizedBlock] {
	return func(yield func(int, *quantizedBlock) bool) {
		luma := &c.coded[0]
		side := 1
		if c.halved {
			side = 2
		}
		for my := range ceilDiv(luma.down, side) {
			for mx := range ceilDiv(luma.across, side) {
				for i := range side * side {
					bx, by := side*mx+i&1, side*my+i>>1
					var b *quantizedBlock
					if bx < luma.across && by < luma.down {
						b = &luma.quantized[by*luma.across+bx]
					}
					if !yield(0, b) {
						return
					}
				}
				for i := 1; i < len(c.planes); i++ {
					if !yield(i, &c.coded[i].quantized[my*c.coded[i].across+mx]) {
						return
					}
				}
			}
		}
	}
}

// tokenizeSequential makes the tokens of one scan of DC and, if ac is set, AC (F.1),
// counts those of DC and returns the scan. Blocks beyond the edge are what takes the
// fewest bits: the same DC again, without AC.
func (c *coder) tokenizeSequential(ac bool) codedScan {
	tokens := c.tokens[:0]
	c.counts[dcLuma], c.counts[dcChroma] = symbolCounts{}, symbolCounts{}
	var before [3]int32
	for i, b := range c.interleaved() {
		table := uint32(min(i, 1))
		dc := before[i]
		if b != nil {
			dc = int32(b.dc)
		}
		size, value := magnitude(dc - before[i])
		before[i] = dc
		tokens = append(tokens, makeToken(dcLuma+table, size, value))
		c.counts[dcLuma+table][size&0xff]++
		switch {
		case !ac:
		case b == nil:
			tokens = append(tokens, makeToken(acLuma+table, endOfBlock, 0))
		default:
			tokens = appendAC(tokens, acLuma+table, b, c.coded[i].values[b.at:])
		}
	}
	c.tokens = tokens
	s := c.sequentialScan(ac)
	s.end = len(tokens)
	return s
}

// sequentialScan returns what tokenizeSequential does, but for the tokens.
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
func appendAC(tokens []token, table uint32, b *quantizedBlock, values []int16) []token {
	last := 0
	for set := b.nonzero; set != 0; set &= set - 1 {
		k := bits.TrailingZeros64(set)
		tokens = appendCoefficient(tokens, table, k-last-1, int32(values[0]))
		last, values = k, values[1:]
	}
	if last < 63 {
		tokens = append(tokens, makeToken(table, endOfBlock, 0))
	}
	return tokens
}

// appendCoefficient appends the tokens of a coefficient behind run of zeros.
func appendCoefficient(tokens []token, table uint32, run int, v int32) []token {
	for ; run > 15; run -= 16 {
		tokens = append(tokens, makeToken(table, sixteenZero, 0))
	}
	size, value := magnitude(v)
	return append(tokens, makeToken(table, uint32(run)<<4|size, value))
}
