package vp8l

import "context"

// coder writes entropy-coded images (RFC 9649 section 3.6.2). Its fields are
// scratch space.
type coder struct {
	matches  matches
	parser   parser
	costs    costs
	counts   counts
	copied   counts   // symbols of references
	passed   []uint32 // colours that a cache sees
	literals []uint64 // a bit for each of passed: it is a literal's
	codes    codeWriter
	clusters clusters
	groups   []writtenGroup
	tiles    []uint32
}

// writtenGroup is the codes of a group in stored order.
type writtenGroup [codes]written

// choose chooses the tokens of pix and returns the size, in bits, of the colour
// cache that they use; 0 if none.
func (c *coder) choose(ctx context.Context, pix []uint32, width int, m *effort, mayCache bool) (cacheBits uint, err error) {
	distances := newDistanceCodes(width)
	if err := c.matches.find(ctx, pix, width, m.tries); err != nil {
		return 0, err
	}
	c.parser.greedy(pix, &c.matches, distances)
	if mayCache {
		cacheBits = c.bestCache(pix)
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if mayCache {
		c.countPassed(cacheBits)
	} else {
		c.countTokens()
	}
	c.costs.set(&c.counts, cacheSize(cacheBits))
	c.parser.parse(pix, &c.matches, distances, &c.costs, cacheBits)
	return cacheBits, nil
}

// cacheSize returns the number of colours of a cache of the given bits.
func cacheSize(bits uint) int {
	if bits == 0 {
		return 0
	}
	return 1 << bits
}

// writeSubimage writes an image that is not the picture itself, and so has no
// tiles.
func (c *coder) writeSubimage(ctx context.Context, w *bitWriter, pix []uint32, width int) error {
	if _, err := c.choose(ctx, pix, width, &quick, false); err != nil {
		return err
	}
	w.write(0, 1) // no cache
	c.clusters.one(c.parser.tokens)
	c.writeTokens(w, width, 0, nil)
	return nil
}

// write writes the picture. side writes its entropy image.
func (c *coder) write(ctx context.Context, w *bitWriter, pix []uint32, width int, m *effort, mayCache bool, side *coder) error {
	cacheBits, err := c.choose(ctx, pix, width, m, mayCache)
	if err != nil {
		return err
	}
	if cacheBits == 0 {
		w.write(0, 1)
	} else {
		w.write(1, 1)
		w.write(uint32(cacheBits), 4)
	}
	if err := c.clusters.find(ctx, c.parser.tokens, width, len(pix)/width, cacheSize(cacheBits)); err != nil {
		return err
	}
	if len(c.clusters.sums) == 1 {
		w.write(0, 1)
		c.writeTokens(w, width, cacheSize(cacheBits), nil)
		return nil
	}
	w.write(1, 1)
	w.write(uint32(c.clusters.tileBits-2), 3)
	c.tiles = sized(c.tiles, len(c.clusters.of))
	for i, cluster := range c.clusters.of {
		c.tiles[i] = opaqueBlack | uint32(cluster)<<8
	}
	if err := side.writeSubimage(ctx, w, c.tiles, c.clusters.across); err != nil {
		return err
	}
	c.writeTokens(w, width, cacheSize(cacheBits), c.clusters.of)
	return nil
}

// writeTokens writes the codes of all clusters and the tokens. tiles holds the
// cluster of each tile, or is nil if there is one cluster.
func (c *coder) writeTokens(w *bitWriter, width, cacheSize int, tiles []uint16) {
	c.groups = sized(c.groups, len(c.clusters.sums))
	for i := range c.clusters.sums {
		for code, span := range spans(cacheSize) {
			c.codes.write(w, &c.groups[i][code], c.clusters.sums[i][span[0]:span[1]])
		}
	}
	g := &c.groups[0]
	x, y := 0, 0
	for _, t := range c.parser.tokens {
		if tiles != nil {
			g = &c.groups[tiles[y>>c.clusters.tileBits*c.clusters.across+x>>c.clusters.tileBits]]
		}
		t.write(w, g)
		for x += t.pixels(); x >= width; x -= width {
			y++
		}
	}
}

// write writes t with the codes of g.
func (t token) write(w *bitWriter, g *writtenGroup) {
	switch t.n {
	case literal:
		v := t.value
		g[green].write(w, int(v>>8&0xff))
		g[red].write(w, int(v>>16&0xff))
		g[blue].write(w, int(v&0xff))
		g[alpha].write(w, int(v>>24))
	case cached:
		g[green].write(w, firstCached+int(t.value))
	default:
		prefix, n, more := prefixOf(int(t.n))
		g[green].write(w, literals+prefix)
		w.write(more, n)
		prefix, n, more = prefixOf(int(t.value))
		g[distance].write(w, prefix)
		w.write(more, n)
	}
}

// write writes a symbol.
func (c *written) write(w *bitWriter, symbol int) {
	w.write(uint32(c.codes[symbol]), uint(c.lengths[symbol]))
}
