package av1

import (
	"math/bits"
	"slices"
)

// maxColours is the most colours that palettes get, of the 8 that AV1 allows: more seem
// to pay by squared errors, but do not by SSIMULACRA2.
const maxColours = 4

// palette holds the colours that a block's luma samples are predicted from, ascending. It
// has no colours, or 2 to 4.
type palette struct {
	n       uint8
	colours [maxColours]uint8
}

func (p *palette) all() []uint8 { return p.colours[:p.n] }

// paletteCache returns the palette colours of the blocks above and to the left of a cell,
// ascending (get_palette_cache). The block above counts only in the same superblock.
func (n *neighbours) paletteCache(into *[2 * maxColours]uint8, col, row int) []uint8 {
	cache := into[:0]
	if row&7 != 0 {
		cache = append(cache, n.above[col].palette.all()...)
	}
	cache = append(cache, n.left[row&7].palette.all()...)
	slices.Sort(cache)
	return slices.Compact(cache)
}

// paletteContext returns the context of has_palette_y.
func (n *neighbours) paletteContext(col, row int) int {
	return oneIf(n.above[col].palette.n > 0) + oneIf(n.left[row&7].palette.n > 0)
}

// paletteLiteral is a literal of a palette's code: value, and its length in bits.
type paletteLiteral struct{ value, bits uint8 }

// paletteLiterals has room for the literals of any palette.
type paletteLiterals [2*maxColours + maxColours + 1]paletteLiteral

// code returns the literals that code p's colours for a decoder with cache ("Palette mode
// info syntax"): which colours of cache p has, up to its last one; then the first other
// colour, the number of bits for distances, and the distances to the further ones.
func (p *palette) code(into *paletteLiterals, cache []uint8) []paletteLiteral {
	list := into[:0]
	var fresh [maxColours]uint8
	rest := append(fresh[:0], p.all()...)
	for _, c := range cache {
		if len(rest) == 0 {
			break
		}
		at := slices.Index(rest, c)
		list = append(list, paletteLiteral{uint8(oneIf(at >= 0)), 1})
		if at >= 0 {
			rest = slices.Delete(rest, at, at+1)
		}
	}
	if len(rest) == 0 {
		return list
	}
	list = append(list, paletteLiteral{rest[0], 8})
	if len(rest) == 1 {
		return list
	}
	const leastBits = 5
	size := leastBits
	for i, c := range rest[1:] {
		size = max(size, bits.Len8(c-rest[i]-1))
	}
	list = append(list, paletteLiteral{uint8(size - leastBits), 2})
	for i, c := range rest[1:] {
		list = append(list, paletteLiteral{c - rest[i] - 1, uint8(size)})
		size = min(size, bits.Len8(255-c-1)) // CeilLog2 of the colours above
		if c == 255 {
			size = 0
		}
	}
	return list
}

// colourRank returns the context of a sample in a colour map of n samples a row, and its
// colour's rank among its neighbours' colours (get_palette_color_context). The most
// frequent colour of the neighbours ranks first; the other colours follow. The sample is
// at x, y and at index i.
func colourRank(colourMap []uint8, i, x, y, n int) (context, rank int) {
	v := int(colourMap[i])
	switch {
	case y == 0:
		return 0, rankOf(v, int(colourMap[i-1]))
	case x == 0:
		return 0, rankOf(v, int(colourMap[i-n]))
	}
	left, corner, above := int(colourMap[i-1]), int(colourMap[i-n-1]), int(colourMap[i-n])
	switch {
	case left == above && left == corner:
		return 4, rankOf(v, left)
	case left == above:
		return 3, rankOfTwo(v, left, corner)
	case left == corner:
		return 2, rankOfTwo(v, left, above)
	case above == corner:
		return 2, rankOfTwo(v, above, left)
	}
	switch first, second := min(left, above), max(left, above); v {
	case first:
		return 1, 0
	case second:
		return 1, 1
	case corner:
		return 1, 2
	}
	return 1, v + oneIf(v < left) + oneIf(v < above) + oneIf(v < corner)
}

// rankOf returns the position of v among all numbers once a is moved to the front.
func rankOf(v, a int) int {
	if v == a {
		return 0
	}
	return v + oneIf(v < a)
}

// rankOfTwo returns the position of v among all numbers once a and then b are in front.
func rankOfTwo(v, a, b int) int {
	switch v {
	case a:
		return 0
	case b:
		return 1
	}
	return v + oneIf(v < a) + oneIf(v < b)
}

// writePalette writes "Palette mode info syntax"; only luma has palettes.
func (e *writer) writePalette(l *leaf, col, row int) {
	d := &e.dists
	if l.mode == modeDC {
		e.coder.symbol(oneIf(l.palette.n > 0), d.paletteUsed[l.size][e.near.paletteContext(col, row)][:])
		if l.palette.n > 0 {
			e.coder.symbol(int(l.palette.n)-2, d.paletteSize[l.size][:])
			var all [2 * maxColours]uint8
			var literals paletteLiterals
			for _, v := range l.palette.code(&literals, e.near.paletteCache(&all, col, row)) {
				e.coder.literal(uint32(v.value), int(v.bits))
			}
		}
	}
	if e.planes > 1 && l.uvMode == modeDC {
		e.coder.symbol(0, d.paletteUsedUV[oneIf(l.palette.n > 0)][:])
	}
}

// writeColourMap writes "Palette tokens syntax" for a block, along diagonals.
func (e *writer) writeColourMap(l *leaf, colourMap []uint8) {
	n, count := 8<<l.size, int(l.palette.n)
	e.writeEven(int(colourMap[0]), count)
	for i := 1; i < 2*n-1; i++ {
		for x := min(i, n-1); x >= max(0, i-n+1); x-- {
			y := i - x
			context, rank := colourRank(colourMap, y*n+x, x, y, n)
			e.coder.symbol(rank, e.dists.colourOf(count, context))
		}
	}
}

// writeEven writes v, one of n equally likely numbers (NS(n)).
func (e *writer) writeEven(v, n int) {
	w := bits.Len(uint(n))
	short := 1<<w - n
	if v < short {
		e.coder.literal(uint32(v), w-1)
		return
	}
	e.coder.literal(uint32(v+short), w)
}

// colourOf returns the distribution of a sample's rank among n colours.
func (d *distributions) colourOf(n, context int) []uint16 {
	return d.colour[n-2][context][:n+1]
}
