package vp8l

// token is what is written for one or several pixels: a literal, a colour of the
// cache or a reference.
type token struct {
	value uint32 // ARGB; the colour's place in the cache; a distance code
	n     uint16 // literal, cached, or how many pixels are copied
}

const (
	literal = 0
	cached  = 1
)

// pixels returns how many pixels t stands for.
func (t token) pixels() int { return max(1, int(t.n)) }

// count adds the symbols of t to n.
func (t token) count(n *counts) {
	switch t.n {
	case literal:
		n[firstGreen+t.value>>8&0xff]++
		n[firstRed+t.value>>16&0xff]++
		n[firstBlue+t.value&0xff]++
		n[firstAlpha+t.value>>24]++
	case cached:
		n[firstGreen+firstCached+t.value]++
	default:
		prefix, _, _ := prefixOf(int(t.n))
		n[firstGreen+literals+prefix]++
		prefix, _, _ = prefixOf(int(t.value))
		n[firstDistance+prefix]++
	}
}

// greedy sets p.tokens to the longest matches, one after the other, and literals.
func (p *parser) greedy(pix []uint32, m *matches, distances *distanceCodes) {
	p.tokens = sized(p.tokens, len(pix))[:0]
	const worth = 3 // pixels
	for i := 0; i < len(pix); {
		found := m.found[i]
		n := found.length()
		if n < worth {
			p.tokens = append(p.tokens, token{pix[i], literal})
			i++
			continue
		}
		p.tokens = append(p.tokens, token{uint32(distances.code(found.distance())), uint16(n)})
		i += n
	}
}

// continued is a length. A match that continues the previous pixel's and is at
// least that long is not tried at shorter lengths.
const continued = 32

// At a match of jumped pixels or more, only references to its last jumpedTail
// pixels are tried, and the pixels before those are skipped.
const (
	jumped     = 64
	jumpedTail = 32
)

// block is how many pixels tokens are chosen for at a time. No reference crosses
// the end of a block.
const block = 1 << 18

// unreached is more than any way through a block costs.
const unreached = 1 << 31

// parser chooses tokens.
type parser struct {
	tokens []token
	// For each place in a block, the cost of reaching it, and the token that
	// does.
	cost []uint32
	by   []token
	// lengths holds the cost of each length of a reference.
	lengths [mostCopied + 1]uint32
	cache   [1 << maxCacheBits]uint32
	// ends holds the largest length of each prefix code.
	ends []uint16
	back []token

	// The pixels being parsed, and what they are parsed with.
	pix       []uint32
	matches   *matches
	distances *distanceCodes
	costs     *costs
	cacheBits uint
	// References to the previous pixel and to the row above, and the last
	// distance tried.
	run, above, last reference
}

// endsOf returns the largest length of each prefix code.
func endsOf() (ends []uint16) {
	for prefix := 1; prefix < lengthCodes; prefix++ {
		n, least := extraBits(prefix)
		ends = append(ends, uint16(least+1<<n-1))
	}
	return ends
}

// parse sets p.tokens to the tokens of pix that cost least in total. m holds what
// is repeated.
func (p *parser) parse(pix []uint32, m *matches, distances *distanceCodes, c *costs, cacheBits uint) {
	p.tokens = sized(p.tokens, len(pix))[:0]
	if p.ends == nil {
		p.ends = endsOf()
	}
	for n := 1; n <= mostCopied; n++ {
		prefix, extra, _ := prefixOf(n)
		p.lengths[n] = c[firstGreen+literals+prefix] + uint32(extra)*bit
	}
	p.pix, p.matches, p.distances, p.costs = pix, m, distances, c
	p.last = reference{}
	p.run, p.above = p.reference(1), p.reference(distances.width)
	p.cacheBits = cacheBits
	clear(p.cache[:])
	most := min(len(pix), block)
	p.cost, p.by, p.back = sized(p.cost, most+1), sized(p.by, most+1), sized(p.back, most)
	for start := 0; start < len(pix); start += block {
		p.parseBlock(start, min(len(pix), start+block))
	}
}

// reference holds the cost of a reference, without its length.
type reference struct {
	distance int // pixels
	code     uint32
	cost     uint32
}

// reference returns the reference of a distance in pixels.
func (p *parser) reference(distance int) reference {
	code := p.distances.code(distance)
	prefix, extra, _ := prefixOf(code)
	return reference{distance, uint32(code), p.costs[firstDistance+prefix] + uint32(extra)*bit}
}

// parseBlock appends tokens for the pixels from start to end.
func (p *parser) parseBlock(start, end int) {
	n := end - start
	for i := 1; i <= n; i++ {
		p.cost[i] = unreached
	}
	p.cost[0] = 0
	before := match(0) // the match of the pixel before
	for i := 0; i < n; i++ {
		p.alone(i, p.pix[start+i])
		found := p.matches.found[start+i]
		last := before
		before = found
		if found == 0 || p.cost[i] == unreached {
			continue
		}
		length := min(found.length(), n-i)
		if distance := found.distance(); distance != p.last.distance {
			p.last = p.reference(distance)
		}
		if goesOn := found == last-1 || found == last; goesOn && length >= continued && length < jumped {
			p.try(i, length, p.last)
			continue
		}
		to := p.relax(i, length, p.last)
		// The run and the row above are cheaper to refer to than distant pixels.
		if n := p.runAt(start+i, n-i); n > 1 && p.last.distance != 1 {
			to = min(to, p.relax(i, n, p.run))
		}
		if n := p.aboveAt(start+i, length); n > 1 && p.last.distance != p.above.distance {
			to = min(to, p.relax(i, n, p.above))
		}
		if to < noJump {
			p.passCache(p.pix[start+i+1 : start+to])
			i = to - 1
			before = 0
		}
	}
	p.back = p.back[:0]
	for i := n; i > 0; i -= p.by[i].pixels() {
		p.back = append(p.back, p.by[i])
	}
	for i := len(p.back) - 1; i >= 0; i-- {
		p.tokens = append(p.tokens, p.back[i])
	}
}

// alone considers pixel v alone: as a literal, or as a colour of the cache.
func (p *parser) alone(i int, v uint32) {
	c := p.costs
	by := token{v, literal}
	cost := p.cost[i]
	if p.cacheBits > 0 {
		slot := hash(v, p.cacheBits)
		if p.cache[slot] == v {
			by = token{slot, cached}
			cost += c[firstGreen+firstCached+slot]
		} else {
			p.cache[slot] = v
		}
	}
	if by.n == literal {
		cost += c[firstGreen+v>>8&0xff] + c[firstRed+v>>16&0xff] + c[firstBlue+v&0xff] + c[firstAlpha+v>>24]
	}
	if cost < p.cost[i+1] {
		p.cost[i+1], p.by[i+1] = cost, by
	}
}

// runAt returns how many pixels from at on equal the one before them, counting up
// to most.
func (p *parser) runAt(at, most int) int {
	if at == 0 || p.pix[at-1] != p.pix[at] {
		return 0
	}
	return min(int(p.matches.runs[at])+1, most, mostCopied)
}

// aboveAt returns how many pixels from at on equal those above them, counting up to
// most.
func (p *parser) aboveAt(at, most int) int {
	width := p.above.distance
	if at < width || p.pix[at-width] != p.pix[at] {
		return 0
	}
	return same32(p.pix[at:at+most], p.pix[at-width:])
}

// noJump says that no pixels are skipped.
const noJump = 1 << 30

// relax considers references of up to length pixels at from. It returns the place
// up to which all references from places between can be skipped, or noJump.
func (p *parser) relax(from, length int, r reference) int {
	if length >= jumped {
		for n := length - jumpedTail; n <= length; n++ {
			p.try(from, n, r)
		}
		return from + length - jumpedTail
	}
	for _, end := range p.ends {
		if int(end) >= length {
			break
		}
		p.try(from, int(end), r)
	}
	p.try(from, length, r)
	return noJump
}

// try considers a reference of n pixels at from.
func (p *parser) try(from, n int, r reference) {
	if total := p.cost[from] + r.cost + p.lengths[n]; total < p.cost[from+n] {
		p.cost[from+n], p.by[from+n] = total, token{r.code, uint16(n)}
	}
}

// passCache puts pixels into the cache.
func (p *parser) passCache(pix []uint32) {
	if p.cacheBits == 0 {
		return
	}
	last := ^uint32(0)
	for _, v := range pix {
		if v != last {
			p.cache[hash(v, p.cacheBits)] = v
			last = v
		}
	}
}
