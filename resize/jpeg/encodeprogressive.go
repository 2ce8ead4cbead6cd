package jpeg

import (
	"cmp"
	"context"
	"math/bits"
)

// firstHigh is the first AC coefficient of luma that is coded in two scans.
const firstHigh = 3

// tokenizeProgressive makes the tokens of progressive scans, counts their symbols
// and returns the scans: DC; the lowest two AC coefficients of luma; chroma; the
// other coefficients of luma without their lowest bit; that bit. Of the usual
// orders it takes the fewest bytes. Errors are ctx's.
func (c *coder) tokenizeProgressive(ctx context.Context) ([]codedScan, error) {
	clear(c.counts[acLowest:])
	n := len(c.planes)
	scans := append(c.scans[:0], c.tokenizeSequential(false))
	var err error
	add := func(s codedScan) {
		err = cmp.Or(err, ctx.Err())
		s.components, s.start = 1, scans[len(scans)-1].end
		s.end = len(c.tokens)
		scans = append(scans, s)
	}
	c.tokenizeBand(0, acLowest, firstHigh-1)
	add(codedScan{from: 1, to: firstHigh - 1, tables: 1 << acLowest})
	for i := 1; i < n; i++ {
		table := acCb + i - 1
		c.tokenizeBand(i, uint32(table), 63)
		add(codedScan{component: i, from: 1, to: 63, tables: 1 << table})
	}
	c.tokenizeHigh()
	add(codedScan{from: firstHigh, to: 63, low: 1, tables: 1 << acHigh})
	corrections := c.tokenizeRefined()
	add(codedScan{from: firstHigh, to: 63, high: 1, tables: 1 << acRefined, plain: corrections})
	c.scans = scans
	return scans, err
}

// tokenizeBand appends the tokens of the only scan of a component's AC
// coefficients up to index to (G.1.2.2).
func (c *coder) tokenizeBand(component int, table uint32, to int) {
	tokens, counts := c.tokens, &c.counts[table]
	p := &c.coded[component]
	band := uint64(2)<<to - 2
	ended := 0
	for i := range p.quantised {
		b := &p.quantised[i]
		set := b.nonzero & band
		if set == 0 {
			ended++
			continue
		}
		tokens = appendEnded(tokens, table, counts, ended)
		ended = 0
		last := 0
		for values := p.values[b.at:]; set != 0; set &= set - 1 {
			k := bits.TrailingZeros64(set)
			tokens = appendCounted(tokens, table, counts, k-last-1, values[0])
			last, values = k, values[1:]
		}
		if last < to {
			ended = 1
		}
	}
	c.tokens = appendEnded(tokens, table, counts, ended)
}

// tokenizeHigh does what tokenizeBand does for luma from firstHigh on, without
// the lowest bit.
func (c *coder) tokenizeHigh() {
	tokens, counts := c.tokens, &c.counts[acHigh]
	p := &c.coded[0]
	ended := 0
	for i := range p.quantised {
		b := &p.quantised[i]
		set := b.large &^ (1<<firstHigh - 1)
		if set == 0 {
			ended++
			continue
		}
		tokens = appendEnded(tokens, acHigh, counts, ended)
		ended = 0
		last := firstHigh - 1
		for values := p.values[b.at:]; set != 0; set &= set - 1 {
			k := bits.TrailingZeros64(set)
			v := values[bits.OnesCount64(b.nonzero&(set&-set-1))]
			tokens = appendCounted(tokens, acHigh, counts, k-last-1, v.half())
			last = k
		}
		if last < 63 {
			ended = 1
		}
	}
	c.tokens = appendEnded(tokens, acHigh, counts, ended)
}

// mostCorrections is how many 16-bit tokens of corrections may wait before the
// blocks that end must be written.
const mostCorrections = 256

// tokenizeRefined appends the tokens of the lowest bits that tokenizeHigh left
// out (G.1.2.3). It returns how many bits belong to no symbol.
func (c *coder) tokenizeRefined() (corrected int) {
	tokens, counts := c.tokens, &c.counts[acRefined]
	waiting := &c.corrections // correction bits of blocks that end
	waiting.reset()
	p := &c.coded[0]
	ended := 0
	end := func() {
		tokens = appendEnded(tokens, acRefined, counts, ended)
		tokens = waiting.appendTo(tokens)
		ended = 0
	}
	for i := range p.quantised {
		b := &p.quantised[i]
		set := b.nonzero &^ (1<<firstHigh - 1)
		fresh := set &^ b.large
		corrected += bits.OnesCount64(set & b.large)
		values := p.values[int(b.at)+bits.OnesCount64(b.nonzero&(1<<firstHigh-1)):]
		odd := b.odd << bits.OnesCount64(b.nonzero&(1<<firstHigh-1))
		if fresh != 0 && ended > 0 {
			end()
		}
		last, seen := firstHigh-1, 0 // seen counts the elements of set up to last
		for ; fresh != 0; fresh &= fresh - 1 {
			k := bits.TrailingZeros64(fresh)
			before := bits.OnesCount64(set & (fresh&-fresh - 1))
			n := before - seen // corrections
			run := k - last - 1 - n
			for run > 15 {
				last = nthZero(set, last+1, 15)
				some := bits.OnesCount64(set&(1<<last-1)) - seen
				tokens = append(tokens, makeToken(acRefined, sixteenZero, 0))
				counts[sixteenZero]++
				tokens = appendPlain(tokens, odd>>(64-some), uint(some))
				odd <<= some
				seen, n, run = seen+some, n-some, run-16
			}
			v := values[before]
			symbol := uint32(run)<<4 | 1
			counts[symbol&0xff]++
			tokens = append(tokens, makeToken(acRefined, symbol, uint32(v&1)))
			tokens = appendPlain(tokens, odd>>(64-n), uint(n))
			odd <<= n + 1
			last, seen = k, before+1
		}
		if last < 63 {
			ended++
			n := bits.OnesCount64(set) - seen
			waiting.add(odd>>(64-n), uint(n))
			if ended == mostEnded || len(waiting.whole) > mostCorrections {
				end()
			}
		}
	}
	if ended > 0 {
		end()
	}
	c.tokens = tokens
	return corrected
}

// appendCounted appends and counts the tokens of coefficient v. run is the number
// of zeros before it.
func appendCounted(tokens []token, table uint32, counts *symbolCounts, run int, v codedValue) []token {
	for ; run > 15; run -= 16 {
		tokens = append(tokens, makeToken(table, sixteenZero, 0))
		counts[sixteenZero]++
	}
	t := v.token() | makeToken(table, uint32(run)<<4, 0)
	counts[t>>16&0xff]++
	return append(tokens, t)
}

// nthZero returns the index of the n-th zero bit of set, counting from 0, at or
// above from.
func nthZero(set uint64, from, n int) int {
	zeros := ^set &^ (1<<from - 1)
	for range n {
		zeros &= zeros - 1
	}
	return bits.TrailingZeros64(zeros)
}

// mostEnded is the most blocks that one symbol can end.
const mostEnded = 1<<15 - 1

// appendEnded appends and counts the tokens that end blocks, as many as ended
// (G.1.2.2).
func appendEnded(tokens []token, table uint32, counts *symbolCounts, ended int) []token {
	for ended > 0 {
		n := min(ended, mostEnded)
		ended -= n
		size := uint32(bits.Len32(uint32(n)) - 1)
		tokens = append(tokens, makeToken(table, size<<4, uint32(n)&(1<<size-1)))
		counts[size<<4&0xff]++
	}
	return tokens
}

// bitString is a string of bits, kept as tokens.
type bitString struct {
	whole []token // of 16 bits each
	rest  uint64
	n     uint // bits in rest, fewer than 16
}

func (p *bitString) reset() { p.whole, p.rest, p.n = p.whole[:0], 0, 0 }

// add appends the lowest n bits of v, at most 64.
func (p *bitString) add(v uint64, n uint) {
	for n > 0 {
		some := min(n, 16-p.n)
		n -= some
		p.rest = p.rest<<some | v>>n&(1<<some-1)
		p.n += some
		if p.n == 16 {
			p.whole = append(p.whole, makeToken(plainToken, 16, uint32(p.rest)))
			p.rest, p.n = 0, 0
		}
	}
}

// appendTo appends the bits to tokens and empties p.
func (p *bitString) appendTo(tokens []token) []token {
	tokens = append(tokens, p.whole...)
	tokens = appendPlain(tokens, p.rest, p.n)
	p.reset()
	return tokens
}

// appendPlain appends the lowest n bits of v, whose higher bits are 0.
func appendPlain(tokens []token, v uint64, n uint) []token {
	for n > 16 {
		n -= 16
		tokens = append(tokens, makeToken(plainToken, 16, uint32(v>>n)&0xffff))
	}
	// The token is always appended, and dropped again if it has no bits: a branch
	// here could not be predicted.
	tokens = append(tokens, makeToken(plainToken, uint32(n), uint32(v)&(1<<n-1)))
	return tokens[:len(tokens)-int((n-1)>>63)]
}
