package vp8l

// firstCaches are sizes of colour caches that are tried before their neighbours.
var firstCaches = [...]int{0, 5, 8}

// bestCache returns the size of the colour cache with which tokens, which use none,
// take fewest bits, as far as sizes between those that were tried are no better.
func (c *coder) bestCache(pix []uint32) uint {
	var tried [maxCacheBits + 1]float64
	bitsWith := func(n int) float64 {
		if tried[n] == 0 {
			c.countCached(pix, uint(n))
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
