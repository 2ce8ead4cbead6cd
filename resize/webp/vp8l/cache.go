package vp8l

// cacheBitsTried are the sizes of colour caches that are tried.
var cacheBitsTried = [...]uint{0, 1, 2, 4, 6, 7, 8, 9, 10}

// bestCache returns the size of the colour cache with which tokens, which use none,
// take fewest bits.
func (c *coder) bestCache(pix []uint32) (best uint) {
	least := 0.0
	for _, n := range cacheBitsTried {
		c.countCached(pix, n)
		size := 0
		if n > 0 {
			size = 1 << n
		}
		if b := bitsOf(&c.counts, size); n == 0 || b < least {
			least, best = b, n
		}
	}
	return best
}

// countCached sets c.counts to the symbols of tokens with a cache of 1 << n colours.
func (c *coder) countCached(pix []uint32, n uint) {
	clear(c.counts[:])
	if n == 0 {
		for _, t := range c.parser.tokens {
			t.count(&c.counts)
		}
		return
	}
	cache := &c.parser.cache
	clear(cache[:])
	at := 0
	for _, t := range c.parser.tokens {
		end := at + t.pixels()
		if t.n != literal {
			t.count(&c.counts)
			for _, v := range pix[at:end] {
				cache[hash(v, n)] = v
			}
		} else if slot := hash(t.value, n); cache[slot] == t.value {
			c.counts[firstGreen+firstCached+slot]++
		} else {
			cache[slot] = t.value
			t.count(&c.counts)
		}
		at = end
	}
}
