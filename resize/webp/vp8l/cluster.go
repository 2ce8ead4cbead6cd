package vp8l

import (
	"context"
	"math"
)

// clusters groups tiles that share a group of codes.
type clusters struct {
	tileBits uint
	across   int      // tiles in a row
	of       []uint16 // the cluster of each tile
	sums     []counts // of each cluster

	occurs  []occurrence // those of all tiles, one tile after another
	starts  []int        // where those of each tile begin in occurs
	begins  []int        // where those of each tile begin in symbols
	symbols []uint16
	costs   []costs
	bits    []float64 // bits that each of sums takes
	gains   []float64 // for each pair, how many bits merging it saves
	whole   counts
	sizes   []uint32 // number of tiles in each cluster
}

// occurrence is how often a symbol occurs in a tile.
type occurrence struct {
	symbol uint16
	n      uint16
}

const (
	// mostTiles is the most tiles that a picture is divided into, unless it is
	// too large.
	mostTiles    = 2000
	smallestTile = 3 // bits of its width
	largestTile  = 9
	// levels is into how many steps the cost of each of three colours is divided
	// when tiles are first grouped by it.
	levels     = 4
	mostGroups = levels * levels * levels
)

// one makes one cluster of all tokens.
func (c *clusters) one(tokens []token) {
	c.sums = sized(c.sums, 1)
	clear(c.sums[0][:])
	for _, t := range tokens {
		t.count(&c.sums[0])
	}
}

// find finds clusters of tiles with which the tokens take few bits in total.
func (c *clusters) find(ctx context.Context, tokens []token, width, height, cacheSize int) error {
	c.tileBits = smallestTile
	for c.tileBits < largestTile && tilesOf(width, c.tileBits)*tilesOf(height, c.tileBits) > mostTiles {
		c.tileBits++
	}
	c.across = tilesOf(width, c.tileBits)
	c.collect(tokens, width, c.across*tilesOf(height, c.tileBits))
	c.divide(cacheSize, len(tokens))
	for range 2 {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.assign(cacheSize)
	}
	c.merge(cacheSize)
	if len(c.sums) > 1 {
		c.assign(cacheSize)
	}
	return nil
}

// collect counts the symbols of each tile.
func (c *clusters) collect(tokens []token, width, tiles int) {
	each := func(do func(tile int, t token)) {
		x, y := 0, 0
		for _, t := range tokens {
			do(y>>c.tileBits*c.across+x>>c.tileBits, t)
			for x += t.pixels(); x >= width; x -= width {
				y++
			}
		}
	}
	c.begins = sized(c.begins, tiles+1)
	clear(c.begins)
	each(func(tile int, t token) { c.begins[tile+1] += t.symbols() })
	for i := range tiles {
		c.begins[i+1] += c.begins[i]
	}
	c.symbols = sized(c.symbols, c.begins[tiles])
	each(func(tile int, t token) {
		c.begins[tile] += t.put(c.symbols[c.begins[tile]:])
	})
	// Each of begins has moved to the end of its tile.
	clear(c.whole[:])
	c.occurs, c.starts = sized(c.occurs, len(c.symbols))[:0], sized(c.starts, tiles+1)[:0]
	at := 0
	for i := range tiles {
		c.starts = append(c.starts, len(c.occurs))
		symbols := c.symbols[at:c.begins[i]]
		at = c.begins[i]
		for _, s := range symbols {
			c.whole[s]++
		}
		for _, s := range symbols {
			if n := c.whole[s]; n > 0 {
				c.occurs = append(c.occurs, occurrence{s, uint16(min(n, math.MaxUint16))})
				c.whole[s] = 0
			}
		}
	}
	c.starts = append(c.starts, len(c.occurs))
	for _, o := range c.occurs {
		c.whole[o.symbol] += uint32(o.n)
	}
}

// symbols returns how many symbols t is written as.
func (t token) symbols() int {
	switch t.n {
	case literal:
		return 4
	case cached:
		return 1
	}
	return 2
}

// put writes the symbols of t to out and returns their number.
func (t token) put(out []uint16) int {
	switch t.n {
	case literal:
		out[0] = uint16(firstGreen + t.value>>8&0xff)
		out[1] = uint16(firstRed + t.value>>16&0xff)
		out[2] = uint16(firstBlue + t.value&0xff)
		out[3] = uint16(firstAlpha + t.value>>24)
	case cached:
		out[0] = uint16(firstGreen + firstCached + t.value)
	default:
		prefix, _, _ := prefixOf(int(t.n))
		out[0] = uint16(firstGreen + literals + prefix)
		prefix, _, _ = prefixOf(int(t.value))
		out[1] = uint16(firstDistance + prefix)
	}
	return t.symbols()
}

// divide makes clusters of tiles whose colours have similar costs.
func (c *clusters) divide(cacheSize, tokens int) {
	c.costs = sized(c.costs, 1)
	c.costs[0].set(&c.whole, cacheSize)
	tiles := len(c.starts) - 1
	c.of = sized(c.of, tiles)
	bits := make([][3]float64, tiles)
	var least, most [3]float64
	for i := range least {
		least[i], most[i] = math.Inf(1), math.Inf(-1)
	}
	for tile := range tiles {
		occurs := c.occurs[c.starts[tile]:c.starts[tile+1]]
		for _, o := range occurs {
			kind := 0
			switch {
			case o.symbol < firstBlue:
				kind = 1
			case o.symbol < firstAlpha:
				kind = 2
			}
			bits[tile][kind] += float64(uint32(o.n) * c.costs[0][o.symbol])
		}
		if len(occurs) == 0 {
			continue
		}
		for i, b := range bits[tile] {
			least[i], most[i] = min(least[i], b), max(most[i], b)
		}
	}
	levels := levels
	if tokens < 8000 {
		levels = 2
	}
	var numbers [mostGroups]int
	n := 0
	for tile := range tiles {
		bin := 0
		for i, b := range bits[tile] {
			level := 0
			if most[i] > least[i] && b > least[i] {
				level = min(levels-1, int(float64(levels)*(b-least[i])/(most[i]-least[i])))
			}
			bin = bin*levels + level
		}
		if numbers[bin] == 0 {
			n++
			numbers[bin] = n
		}
		c.of[tile] = uint16(numbers[bin] - 1)
	}
	c.sums = sized(c.sums, n)
	c.sum()
}

// sum sets c.sums and c.sizes for the clusters in c.of.
func (c *clusters) sum() {
	c.sizes = sized(c.sizes, len(c.sums))
	clear(c.sizes)
	for i := range c.sums {
		clear(c.sums[i][:])
	}
	for tile, cluster := range c.of {
		c.sizes[cluster]++
		sum := &c.sums[cluster]
		for _, o := range c.occurs[c.starts[tile]:c.starts[tile+1]] {
			sum[o.symbol] += uint32(o.n)
		}
	}
}

// assign moves each tile to the cluster whose codes suit it best, and drops
// clusters without tiles.
func (c *clusters) assign(cacheSize int) {
	c.costs = sized(c.costs, len(c.sums))
	for i := range c.sums {
		c.costs[i].set(&c.sums[i], cacheSize)
	}
	last := uint16(0)
	for tile := range c.of {
		occurs := c.occurs[c.starts[tile]:c.starts[tile+1]]
		if len(occurs) == 0 { // an empty tile joins the one before
			c.of[tile] = last
			continue
		}
		best, least := uint16(0), uint64(math.MaxUint64)
		for i := range c.sums {
			costs := &c.costs[i]
			sum := uint64(0)
			for _, o := range occurs {
				sum += uint64(uint32(o.n) * costs[o.symbol])
			}
			if sum < least {
				best, least = uint16(i), sum
			}
		}
		c.of[tile], last = best, best
	}
	c.sum()
	c.drop()
}
