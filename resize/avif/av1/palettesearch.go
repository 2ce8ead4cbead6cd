package av1

import (
	"math/bits"
	"slices"
)

// maxPalettes is the most palettes that compete with a block's modes: one of each number
// of colours.
const maxPalettes = maxColours - 1

// mostDistinct is the most distinct samples that a block may have for palettes to be
// tried.
const mostDistinct = 64

// paletteTry is a palette for a block, with the indexes of the samples' colours in rows.
type paletteTry struct {
	palette
	rate      float32
	colourMap [1024]uint8
}

// paletteWork is scratch of the search for palettes.
type paletteWork struct {
	tries    [maxPalettes]paletteTry
	counts   [256]uint16
	distinct [mostDistinct]uint8
	literals paletteLiterals
	cache    [2 * maxColours]uint8
}

// paletteCosts are the rates of the symbols of palettes.
type paletteCosts struct {
	used   [3][3][2]float32
	usedUV [2][2]float32
	size   [3][7]float32
	colour [maxColours - 1][5][maxColours]float32
}

func (c *paletteCosts) reset(d *distributions) {
	for i := range d.paletteUsed {
		for j := range d.paletteUsed[i] {
			fill(c.used[i][j][:], d.paletteUsed[i][j][:])
		}
		fill(c.size[i][:], d.paletteSize[i][:])
	}
	for i := range d.paletteUsedUV {
		fill(c.usedUV[i][:], d.paletteUsedUV[i][:])
	}
	for n := range d.colour {
		for ctx := range d.colour[n] {
			fill(c.colour[n][ctx][:n+2], d.colour[n][ctx][:])
		}
	}
}

// addPalettes appends candidates with a palette to list. To its candidates of mode DC it
// adds the rate of having no palette.
func (e *searcher) addPalettes(list []candidate, col, row, size int) []candidate {
	used := &e.costs.palette.used[size][e.near.paletteContext(col, row)]
	for i := range list {
		if list[i].mode == modeDC {
			list[i].rate += used[0]
		}
	}
	above, left := modeContext(e.near.above[col].mode), modeContext(e.near.left[row&7].mode)
	rate := used[1] + e.costs.yMode[above][left][modeDC]
	for i := range e.findPalettes(col, row, size) {
		t, c := &e.work.palettes.tries[i], candidate{mode: modeDC, buf: maxCandidates + i, palette: i + 1}
		c.rate = rate + t.rate
		n := 8 << size
		p := e.work.predictions[c.buf][:n*n]
		for j := range p {
			p[j] = uint16(t.colours[t.colourMap[j]])
		}
		list = append(list, c)
	}
	return list
}

// findPalettes sets the first tries to palettes for a block and returns how many it
// found.
func (e *searcher) findPalettes(col, row, size int) (found int) {
	if e.fuzz != nil {
		return e.fuzzPalette(col, row, size)
	}
	distinct := e.countColours(col, row, size)
	w := &e.work.palettes
	cache := e.near.paletteCache(&w.cache, col, row)
	for k := 2; k <= min(maxColours, len(distinct)); k++ {
		t := &w.tries[found]
		t.cluster(distinct, &w.counts, k)
		t.preferCached(cache)
		if t.n < 2 {
			continue
		}
		e.mapColours(t, distinct, col, row, size)
		e.ratePalette(t, cache, size)
		found++
	}
	return found
}

// countColours counts a block's luma samples by value and returns the values, ascending.
// It returns nil if there are more than mostDistinct.
func (e *searcher) countColours(col, row, size int) []uint8 {
	w, s := &e.work.palettes, &e.source[0]
	clear(w.counts[:])
	n := 8 << size
	distinct := 0
	for y := range n {
		for _, v := range s.pix[(row*8+y)*s.stride+col*8:][:n] {
			if w.counts[v] == 0 {
				if distinct++; distinct > mostDistinct {
					return nil
				}
			}
			w.counts[v]++
		}
	}
	list := w.distinct[:0]
	for v, n := range w.counts {
		if n > 0 {
			list = append(list, uint8(v))
		}
	}
	return list
}

// cluster sets p to about the best k colours for counted samples: the means of k
// clusters, where each sample belongs to the nearest mean.
func (p *palette) cluster(distinct []uint8, counts *[256]uint16, k int) {
	*p = palette{}
	if len(distinct) <= k {
		p.n = uint8(copy(p.colours[:], distinct))
		return
	}
	var means [maxColours]int
	for i := range k {
		means[i] = int(distinct[(2*i+1)*len(distinct)/(2*k)])
	}
	const rounds = 8
	for range rounds {
		var sums, weights [maxColours]int
		i := 0
		for _, v := range distinct {
			for i+1 < k && 2*int(v) > means[i]+means[i+1] {
				i++
			}
			sums[i] += int(v) * int(counts[v])
			weights[i] += int(counts[v])
		}
		changed := false
		for i := range k {
			if weights[i] > 0 {
				m := (sums[i] + weights[i]/2) / weights[i]
				changed = changed || m != means[i]
				means[i] = m
			}
		}
		if !changed {
			break
		}
	}
	for _, m := range means[:k] {
		if p.n == 0 || p.colours[p.n-1] != uint8(m) {
			p.colours[p.n] = uint8(m)
			p.n++
		}
	}
}

// preferCached replaces p's colours by nearly equal ones of cache, which cost less.
func (p *palette) preferCached(cache []uint8) {
	const near = 1
	for i, c := range p.all() {
		for _, v := range cache {
			if d := int(v) - int(c); d >= -near && d <= near {
				p.colours[i] = v
				break
			}
		}
	}
	slices.Sort(p.all())
	p.n = uint8(len(slices.Compact(p.all())))
}

// mapColours sets t's colour map to the nearest colours of a block's samples. distinct
// are the samples' values.
func (e *searcher) mapColours(t *paletteTry, distinct []uint8, col, row, size int) {
	var nearest [256]uint8
	for _, v := range distinct {
		least := 256
		for i, c := range t.all() {
			if d := max(int(v)-int(c), int(c)-int(v)); d < least {
				least, nearest[v] = d, uint8(i)
			}
		}
	}
	n, s := 8<<size, &e.source[0]
	for y := range n {
		to := t.colourMap[y*n:][:n]
		for x, v := range s.pix[(row*8+y)*s.stride+col*8:][:n] {
			to[x] = nearest[v]
		}
	}
}

// ratePalette sets t's rate: that of its size, its colours and its colour map.
func (e *searcher) ratePalette(t *paletteTry, cache []uint8, size int) {
	c, n := &e.costs.palette, 8<<size
	t.rate = c.size[size][t.n-2] + lambda*float32(bits.Len8(t.n-1))
	for _, v := range t.palette.code(&e.work.palettes.literals, cache) {
		t.rate += lambda * float32(v.bits)
	}
	costs := &c.colour[t.n-2]
	for y := range n {
		for x := range n {
			if x|y > 0 {
				context, rank := colourRank(t.colourMap[:n*n], y*n+x, x, y, n)
				t.rate += costs[context][rank]
			}
		}
	}
}

// takePalette gives a block the palette of candidate c, or none.
func (e *searcher) takePalette(l *leaf, c *candidate, number, size int) {
	l.palette = palette{}
	if c.palette > 0 {
		t := &e.work.palettes.tries[c.palette-1]
		l.palette = t.palette
		copy(e.colourMap(number, size), t.colourMap[:])
	}
}

// predictPart predicts a quarter of a block, n x n samples, from the block's palette.
func (e *searcher) predictPart(prediction []uint16, l *leaf, number, size, part, n int) {
	colourMap := e.colourMap(number, size)[part>>1*n*2*n+part&1*n:]
	for y := range n {
		for x, c := range colourMap[y*2*n:][:n] {
			prediction[y*n+x] = uint16(l.palette.colours[c])
		}
	}
}

// colourMap returns the colour map of the block at cell number.
func (e *pass) colourMap(number, size int) []uint8 {
	return e.sb.colourMap[number*64:][: 64<<(2*size) : 64<<(2*size)]
}
