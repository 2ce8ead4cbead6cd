package vp8l

// drop removes clusters without tiles.
func (c *clusters) drop() {
	numbers := make([]uint16, len(c.sums))
	n := 0
	for i := range c.sums {
		if c.sizes[i] == 0 {
			continue
		}
		numbers[i] = uint16(n)
		if n != i {
			c.sums[n], c.sizes[n] = c.sums[i], c.sizes[i]
		}
		n++
	}
	c.sums, c.sizes = c.sums[:n], c.sizes[:n]
	for tile, cluster := range c.of {
		c.of[tile] = numbers[cluster]
	}
}

// sharedMap is the part of its entropy that the map of tiles to clusters takes:
// neighbours often have the same cluster.
const sharedMap = 0.7

// merge merges pairs of clusters as long as that saves bits.
func (c *clusters) merge(cacheSize int) {
	n := len(c.sums)
	c.bits = sized(c.bits, n)
	for i := range c.sums {
		c.bits[i] = bitsOf(&c.sums[i], cacheSize)
	}
	c.gains = sized(c.gains, n*n)
	gain := func(i, j int) float64 {
		a, b := c.sizes[i], c.sizes[j]
		tiles := sharedMap * (xlogx(a+b) - xlogx(a) - xlogx(b))
		return c.bits[i] + c.bits[j] - bitsOfBoth(&c.sums[i], &c.sums[j], cacheSize) + tiles
	}
	for i := range n {
		for j := range i {
			c.gains[i*n+j] = gain(i, j)
		}
	}
	into := make([]int, n)
	for i := range into {
		into[i] = i
	}
	for {
		best, from, to := 0.0, 0, 0
		for i := range n {
			if into[i] != i {
				continue
			}
			for j := range i {
				if into[j] == j && c.gains[i*n+j] > best {
					best, from, to = c.gains[i*n+j], i, j
				}
			}
		}
		if best <= 0 {
			break
		}
		for s, v := range c.sums[from] {
			c.sums[to][s] += v
		}
		c.bits[to] = bitsOf(&c.sums[to], cacheSize)
		c.sizes[to] += c.sizes[from]
		c.sizes[from] = 0
		into[from] = to
		for i := range n {
			if into[i] == i && i != to {
				c.gains[max(i, to)*n+min(i, to)] = gain(i, to)
			}
		}
	}
	for tile, cluster := range c.of {
		to := int(cluster)
		for into[to] != to {
			to = into[to]
		}
		c.of[tile] = uint16(to)
	}
	c.drop()
}
