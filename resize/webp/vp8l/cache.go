package vp8l

// firstCaches are the sizes of colour caches that are tried before their
// neighbours.
var firstCaches = [...]int{0, 5, 8}

// bestCache returns the size, in bits, of the colour cache with which the tokens,
// which use none, take the fewest bits. It does not try every size: those next to
// the best are enough.
func (c *coder) bestCache(pix []uint32) uint {
	c.passColours(pix)
	var tried [maxCacheBits + 1]float64
	bitsWith := func(n int) float64 {
		if tried[n] == 0 {
			c.countPassed(uint(n))
			tried[n] = bitsOf(&c.counts, cacheSize(uint(n)))
		}
		return tried[n]
	}
	best := 0
	for _, n := range firstCaches {
		if bitsWith(n) < bitsWith(best) {
			best = n
		}
	}
	for _, step := range [...]int{1, -1} {
		for best > 0 && best+step > 0 && best+step < maxCacheBits && bitsWith(best+step) < bitsWith(best) {
			best += step
		}
	}
	return uint(best)
}

// passColours sets c.passed to the colours that a cache sees, marks those of
// literals in c.literals, and counts the symbols of references in c.copied. It
// leaves out a colour that is copied right after itself: it does not change a
// cache.
func (c *coder) passColours(pix []uint32) {
	clear(c.copied[:])
	passed := c.matches.prev // nothing else needs it after find
	c.literals = sized(c.literals, (len(pix)+63)/64)
	clear(c.literals)
	at, n := 0, 0
	last := ^pix[0]
	for _, t := range c.parser.tokens {
		if t.n == literal {
			passed[n] = t.value
			c.literals[n>>6] |= 1 << (n & 63)
			last = t.value
			n++
			at++
			continue
		}
		t.count(&c.copied)
		end := at + t.pixels()
		for _, v := range pix[at:end] {
			if v != last {
				passed[n] = v
				last = v
				n++
			}
		}
		at = end
	}
	c.passed = passed[:n]
}

// countPassed sets c.counts to the symbols of the tokens with a cache of 1 << n
// colours.
func (c *coder) countPassed(n uint) {
	c.counts = c.copied
	cache := &c.parser.cache
	clear(cache[:])
	for i, v := range c.passed {
		slot := uint32(0)
		if n > 0 {
			slot = hash(v, n)
		}
		if c.literals[i>>6]>>(i&63)&1 != 0 {
			if n > 0 && cache[slot] == v {
				c.counts[firstGreen+firstCached+slot]++
				continue
			}
			token{v, literal}.count(&c.counts)
		}
		cache[slot] = v
	}
}

// countTokens sets c.counts to the symbols of the tokens.
func (c *coder) countTokens() {
	clear(c.counts[:])
	for _, t := range c.parser.tokens {
		t.count(&c.counts)
	}
}
