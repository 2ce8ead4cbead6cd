package vp8

import "github.com/edgeresize/edgeresize/resize/webp/vp8/tables"

// tokenCounts counts, for each probability of coefficients, bits of 0 and of 1.
type tokenCounts [tables.Planes][tables.Bands][tables.Contexts][tables.Nodes][2]uint32

// count counts the tokens of a block from the position first on, whose levels are as they
// are coded up to the last that is not 0.
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

// coefficients writes the tokens of a block, as count counts them.
func (b *boolEncoder) coefficients(probs *[tables.Bands][tables.Contexts][tables.Nodes]uint8, first, context int, levels []int16) {
	i := b.interval
	behindZero := false
	for n, v := range levels {
		p := &probs[tables.BandOf[n+first]&7][context]
		if i.pending > most-14 {
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
	if i.pending > most {
		i = b.flushed(i)
	}
	if n := len(levels) + first; n < 16 {
		i = i.put(0, probs[tables.BandOf[n]&7][context][0])
	}
	if i.pending > most {
		i = b.flushed(i)
	}
	b.interval = i
}

// large writes what is behind the token of zero, of levels above 1, but for the sign.
func (b *boolEncoder) large(i interval, p *[tables.Nodes]uint8, level int) interval {
	token := tokenOf[level]
	w := &tokenPaths[token]
	for k := 2; k < w.length; k++ {
		if i = i.put(uint32(w.bits)>>k&1, p[w.nodes[k]]); i.pending > most {
			i = b.flushed(i)
		}
	}
	if token < tables.Category1 {
		return i
	}
	c := &tables.Categories[token-tables.Category1]
	for k, prob := range c.Probs {
		if i = i.put(uint32(level-c.Base)>>(len(c.Probs)-1-k)&1, prob); i.pending > most {
			i = b.flushed(i)
		}
	}
	return i
}
