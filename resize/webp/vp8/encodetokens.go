package vp8

import "github.com/edgeresize/edgeresize/resize/webp/vp8/tables"

// tokenCounts counts the bits of 0 and of 1 for each probability of coefficients.
type tokenCounts [tables.Planes][tables.Bands][tables.Contexts][tables.Nodes][2]uint32

// count counts the tokens of a block from position first on. levels are in coded
// order, up to the last that is not 0.
func (c *tokenCounts) count(plane, first, context int, levels []int16) {
	for n, v := range levels {
		p := &c[plane][tables.BandOf[n+first]][context]
		if n == 0 || levels[n-1] != 0 {
			p[0][1]++
		}
		if v == 0 {
			p[1][0]++
			context = 0
			continue
		}
		p[1][1]++
		level := int(max(v, -v))
		context = min(level, 2)
		if level == 1 {
			p[2][0]++
			continue
		}
		w := &tokenPaths[tokenOf[level]]
		for i := 2; i < w.length; i++ {
			p[w.nodes[i]][w.bits>>i&1]++
		}
	}
	if n := len(levels) + first; n < 16 {
		c[plane][tables.BandOf[n]][context][0][0]++
	}
}

// coefficients writes the tokens of a block; the parameters are as in
// tokenCounts.count.
func (b *boolEncoder) coefficients(probs *[tables.Bands][tables.Contexts][tables.Nodes]uint8, first, context int, levels []int16) {
	i := b.interval
	behindZero := false
	for n, v := range levels {
		p := &probs[tables.BandOf[n+first]&7][context]
		if i.pending > mostPending-14 {
			i = b.flushed(i)
		}
		if !behindZero {
			i = i.put(1, p[0])
		}
		behindZero = v == 0
		if behindZero {
			i = i.put(0, p[1])
			context = 0
			continue
		}
		i = i.put(1, p[1])
		level := max(v, -v)
		context = int(min(level, 2))
		sign := uint32(uint16(v) >> 15)
		if level == 1 {
			i = i.put(0, p[2]).put(sign, 128)
			continue
		}
		i = b.large(i, p, int(level)).put(sign, 128)
	}
	if i.pending > mostPending {
		i = b.flushed(i)
	}
	if n := len(levels) + first; n < 16 {
		i = i.put(0, probs[tables.BandOf[n]&7][context][0])
	}
	if i.pending > mostPending {
		i = b.flushed(i)
	}
	b.interval = i
}

// large writes what follows the bit that says that a level is not 0, for a level
// above 1, without the sign.
func (b *boolEncoder) large(i interval, p *[tables.Nodes]uint8, level int) interval {
	token := tokenOf[level]
	w := &tokenPaths[token]
	for k := 2; k < w.length; k++ {
		if i = i.put(uint32(w.bits)>>k&1, p[w.nodes[k]]); i.pending > mostPending {
			i = b.flushed(i)
		}
	}
	if token < tables.Category1 {
		return i
	}
	c := &tables.Categories[token-tables.Category1]
	for k, prob := range c.Probs {
		if i = i.put(uint32(level-c.Base)>>(len(c.Probs)-1-k)&1, prob); i.pending > mostPending {
			i = b.flushed(i)
		}
	}
	return i
}
