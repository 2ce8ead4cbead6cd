package vp8l

import "math/bits"

func bitLen(v int) int { return bits.Len(uint(v)) }

// token is what is written of one pixel or of several: a literal, a colour of the
// cache or a reference.
type token struct {
	value uint32 // ARGB; where the colour is in the cache; a distance code
	n     uint16 // literal, cached, or how many pixels are copied
}

const (
	literal = 0
	cached  = 1
)

// pixels returns how many pixels t is.
func (t token) pixels() int { return max(1, int(t.n)) }

// count adds what t is written as to n.
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
	p.tokens = p.tokens[:0]
	const worth = 3 // pixels
	for i := 0; i < len(pix); {
		found := m.found[i]
		n := int(found & lengthMask)
		if n < worth {
			p.tokens = append(p.tokens, token{pix[i], literal})
			i++
			continue
		}
		p.tokens = append(p.tokens, token{uint32(distances.code(int(found >> lengthBits))), uint16(n)})
		i += n
	}
}

// continued is the length of a match that goes on from the pixel before for which no
// shorter reference is considered.
const continued = 32

// block is how many pixels tokens are chosen for at a time. No reference goes from
// one to the next.
const block = 1 << 16

// parser chooses tokens.
type parser struct {
	tokens []token
	// Of each place in a block, what it costs to get there, and how.
	cost [block + 1]uint32
	by   [block + 1]token
	// lengths are of each length what it costs as a reference.
	lengths [mostCopied + 1]uint32
	cache   [1 << maxCacheBits]uint32
	// ends are lengths that are the last of their prefix code.
	ends []uint16
	back []token
}

// endsOf returns the largest lengths of each prefix code.
func endsOf() (ends []uint16) {
	for prefix := 1; prefix < lengthCodes; prefix++ {
		n, least := extraBits(prefix)
		ends = append(ends, uint16(least+1<<n-1))
	}
	return ends
}

// parse sets p.tokens to those of pix that cost least together, m saying what is
// repeated.
func (p *parser) parse(pix []uint32, m *matches, distances *distanceCodes, c *costs, cacheBits uint) {
	p.tokens = p.tokens[:0]
	if p.ends == nil {
		p.ends = endsOf()
	}
	for n := 1; n <= mostCopied; n++ {
		prefix, extra, _ := prefixOf(n)
		p.lengths[n] = c[firstGreen+literals+prefix] + uint32(extra)*bit
	}
	clear(p.cache[:])
	for start := 0; start < len(pix); start += block {
		p.parseBlock(pix, start, min(len(pix), start+block), m, distances, c, cacheBits)
	}
}

func (p *parser) parseBlock(pix []uint32, start, end int, m *matches, distances *distanceCodes, c *costs, cacheBits uint) {
	n := end - start
	for i := 1; i <= n; i++ {
		p.cost[i] = 1 << 31
	}
	p.cost[0] = 0
	lastDistance, lastCost, lastCode := 0, uint32(0), 0
	before := uint64(0)
	for i := range n {
		v := pix[start+i]
		here := p.cost[i]
		// A pixel for itself.
		one, by := uint32(0), token{v, literal}
		if cacheBits > 0 {
			slot := hash(v, cacheBits)
			if p.cache[slot] == v {
				one, by = c[firstGreen+firstCached+slot], token{slot, cached}
			} else {
				p.cache[slot] = v
			}
		}
		if by.n == literal {
			one = c[firstGreen+v>>8&0xff] + c[firstRed+v>>16&0xff] + c[firstBlue+v&0xff] + c[firstAlpha+v>>24]
		}
		if here+one < p.cost[i+1] {
			p.cost[i+1], p.by[i+1] = here+one, by
		}
		found := m.found[start+i]
		last := before
		before = found
		if found == 0 {
			continue
		}
		length := min(int(found&lengthMask), n-i)
		distance := int(found >> lengthBits)
		if distance != lastDistance {
			lastDistance, lastCode = distance, distances.code(distance)
			prefix, extra, _ := prefixOf(lastCode)
			lastCost = c[firstDistance+prefix] + uint32(extra)*bit
		}
		if length >= continued && (found == last-1 || found == last) { // within a long match
			if total := here + lastCost + p.lengths[length]; total < p.cost[i+length] {
				p.cost[i+length], p.by[i+length] = total, token{uint32(lastCode), uint16(length)}
			}
			continue
		}
		p.relax(i, length, here+lastCost, lastCode)
		// The run, and the row above, cost less than what is far.
		if distance != 1 && m.runs[start+i] > 0 && start+i > 0 && pix[start+i-1] == v {
			prefix, extra, _ := prefixOf(distances.code(1))
			p.relax(i, min(int(m.runs[start+i])+1, n-i, mostCopied), here+c[firstDistance+prefix]+uint32(extra)*bit, distances.code(1))
		}
		if w := distances.width; distance != w && distance != 1 && start+i >= w && pix[start+i-w] == v {
			most := min(n-i, length)
			same := same32(pix[start+i:start+i+most], pix[start+i-w:])
			if same > 1 {
				prefix, extra, _ := prefixOf(distances.code(w))
				p.relax(i, same, here+c[firstDistance+prefix]+uint32(extra)*bit, distances.code(w))
			}
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

// relax considers references of up to a length from a place, which cost so much
// beside their lengths.
func (p *parser) relax(from, length int, cost uint32, code int) {
	try := func(n int) {
		if total := cost + p.lengths[n]; total < p.cost[from+n] {
			p.cost[from+n], p.by[from+n] = total, token{uint32(code), uint16(n)}
		}
	}
	for _, end := range p.ends {
		if int(end) >= length {
			break
		}
		try(int(end))
	}
	if length > 1 {
		try(length)
	}
}
