package png

import "math"

// costUnit is the cost of one bit.
const costUnit = 16

// costs holds what each token costs, in units of costUnit.
type costs struct {
	literals  [256]uint32
	lengths   [maxMatch + 1]uint32
	distances [maxDistances]uint32 // with their extra bits
}

// set derives the costs from the counts of symbols. A symbol with count 0 costs as if
// it had come less than once.
func (c *costs) set(y *tally) {
	var literals [maxLiterals]uint32
	symbolCosts(literals[:], y.literals[:])
	copy(c.literals[:], literals[:])
	for length := minMatch; length <= maxMatch; length++ {
		s := lengthSymbol[length]
		c.lengths[length] = literals[257+int(s)] + costUnit*uint32(lengthExtra[s])
	}
	symbolCosts(c.distances[:], y.distances[:])
	for i, extra := range distanceExtra {
		c.distances[i] += costUnit * uint32(extra)
	}
}

func symbolCosts(costs, counts []uint32) {
	total := 0.0
	for _, n := range counts {
		total += float64(n) + 0.25
	}
	bits := math.Log2(total)
	for i, n := range counts {
		costs[i] = uint32(costUnit * max(1, bits-math.Log2(float64(n)+0.25)))
	}
}

// parser chooses the tokens for data that take the fewest bits.
type parser struct {
	finder matchFinder
	costs  costs
	seen   tally                  // of the previous chunk, from which costs were set
	best   [chunkBytes + 1]uint32 // the cost of the data from each position on
	choice [chunkBytes]token      // the first token of that; 0 for a literal
	tokens []token
}

// reset prepares for other data.
func (p *parser) reset() {
	p.finder.reset()
	p.seen = tally{}
}

// parse returns the tokens of a chunk, data[from:to], which are valid until the next
// call. It chooses them e.passes times, each time with the costs that follow from the
// previous choice.
func (p *parser) parse(data []byte, from, to int, e effort) []token {
	if e.depth > 0 {
		p.finder.find(data, from, to, e)
	} else {
		p.finder.findRuns(data, from, to)
	}
	chunk := data[from:to]
	if p.seen.literals[endOfBlock] == 0 {
		p.guess(chunk)
	}
	p.costs.set(&p.seen)
	for i := range e.passes {
		p.choose(chunk)
		p.collect(chunk)
		p.seen = tally{}
		p.seen.literals[endOfBlock] = 1
		p.seen.add(p.tokens)
		if i+1 < e.passes {
			p.costs.set(&p.seen)
		}
	}
	return p.tokens
}

// guess sets seen for the first chunk: half as many literals as bytes, and matches of
// all kinds.
func (p *parser) guess(chunk []byte) {
	p.seen.literals[endOfBlock] = 1
	for _, v := range chunk {
		p.seen.literals[v]++
	}
	for i := range p.seen.literals {
		p.seen.literals[i] /= 2
	}
	few := uint32(len(chunk)/256 + 1)
	for i := range lengthBase {
		p.seen.literals[257+i] = few
	}
	for i := range distanceBase {
		p.seen.distances[i] = few
	}
	p.seen.literals[endOfBlock] = 1
}

// choose finds the cheapest tokens from each position to the end of the chunk.
func (p *parser) choose(chunk []byte) {
	best := p.best[:len(chunk)+1]
	best[len(chunk)] = 0
	found := p.finder.found
	counts := p.finder.counts[:len(chunk)]
	for i := len(chunk) - 1; i >= 0; i-- {
		if counts[i] == 0 {
			best[i], p.choice[i] = best[i+1]+p.costs.literals[chunk[i]], 0
			continue
		}
		cost, choice := best[i+1]+p.costs.literals[chunk[i]], token(0)
		shorter := minMatch - 1
		first := len(found) - int(counts[i])
		for _, m := range found[first:] {
			length, distance := m.length(), m.distance()
			d := p.costs.distances[distanceSymbol(distance)]
			l := shorter + 1
			if length >= enoughMatch || distance == 1 {
				l = length // a shorter part of it is hardly ever better
			}
			for ; l <= length; l++ {
				if c := best[i+l] + d + p.costs.lengths[l]; c < cost {
					cost, choice = c, match(l, distance)
				}
			}
			shorter = length
		}
		found = found[:first]
		best[i], p.choice[i] = cost, choice
	}
}

// collect collects the chosen tokens.
func (p *parser) collect(chunk []byte) {
	p.tokens = p.tokens[:0]
	for i := 0; i < len(chunk); {
		t := p.choice[i]
		if t == 0 {
			p.tokens = append(p.tokens, token(chunk[i]))
			i++
			continue
		}
		p.tokens = append(p.tokens, t)
		i += t.length()
	}
}
