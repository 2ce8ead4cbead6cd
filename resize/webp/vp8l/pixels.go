package vp8l

import (
	"io"
	"slices"
)

// window is how many pixels back a reference can reach.
const window = 1 << 20

// pixels decodes an entropy-coded image (RFC 9649 sections 3.6.2 and 3.7.2.3) row
// by row, and keeps the rows that references reach.
type pixels struct {
	width, height int
	y             int      // rows decoded
	rows          []uint32 // the last keeps rows: row y is at index y mod keeps
	keeps         int

	// left pixels of a reference that goes beyond its row are still to be copied,
	// from back pixels before.
	left, back int

	cache     [1 << maxCacheBits]uint32 // section 3.6.2.3
	cacheBits uint                      // 0: no cache
	groups    groups
	tiles     []uint16 // group of each tile; empty if all have the first
	tileBits  uint     // a tile's width and height are 1 << tileBits
	across    int      // tiles in a row
}

// windowRows returns how many rows of an image are kept.
func windowRows(width, height int) int { return min(height, (window+width-1)/width+1) }

// begin prepares p for an image whose codes r is at. Only the picture itself can
// have tiles; for it, subimage reads the groups that they name.
func (p *pixels) begin(r *bitReader, width, height int, subimage *pixels) error {
	p.width, p.height, p.y, p.left = width, height, 0, 0
	p.cacheBits, p.tiles = 0, p.tiles[:0]
	size := 0
	if r.take(1) == 1 {
		p.cacheBits = uint(r.take(4))
		if p.cacheBits < 1 || p.cacheBits > maxCacheBits {
			return errCacheSize
		}
		size = 1 << p.cacheBits
		clear(p.cache[:size])
	}
	index := []bool{true} // which groups tiles name
	if subimage != nil && r.take(1) == 1 {
		var err error
		if index, err = p.readTiles(r, subimage); err != nil {
			return err
		}
	}
	p.groups.begin(r.data, size)
	for _, named := range index {
		if err := p.groups.read(r, named); err != nil {
			return err
		}
	}
	p.keeps = windowRows(width, height)
	p.rows = sized(p.rows, p.keeps*width)
	return nil
}

// readTiles reads the entropy image (section 3.7.2.2) and returns which groups it
// names. In p.tiles, groups are numbered without the unnamed ones.
func (p *pixels) readTiles(r *bitReader, subimage *pixels) (named []bool, err error) {
	p.tileBits = uint(r.take(3)) + 2
	p.across = tilesOf(p.width, p.tileBits)
	down := tilesOf(p.height, p.tileBits)
	if err := subimage.begin(r, p.across, down, nil); err != nil {
		return nil, err
	}
	p.tiles = sized(p.tiles, p.across*down)
	most := 0
	for y := range down {
		row, err := subimage.next(r)
		if err != nil {
			return nil, err
		}
		for x, v := range row {
			number := v >> 8 & 0xffff
			p.tiles[y*p.across+x] = uint16(number)
			most = max(most, int(number))
		}
	}
	// Do not allocate for more groups than the data can hold.
	if r.bit()+(most+1)*groupBits > 8*len(r.data) {
		return nil, io.ErrUnexpectedEOF
	}
	named = make([]bool, most+1)
	for _, number := range p.tiles {
		named[number] = true
	}
	numbers := make([]uint16, most+1)
	n := uint16(0)
	for i := range numbers {
		numbers[i] = n
		if named[i] {
			n++
		}
	}
	for i, number := range p.tiles {
		p.tiles[i] = numbers[number]
	}
	return named, nil
}

// next decodes the next row. It is valid until it leaves the window.
func (p *pixels) next(r *bitReader) ([]uint32, error) {
	start := p.y % p.keeps * p.width
	row := p.row(p.y)
	x, err := p.copy(row, start, 0)
	if err != nil {
		return nil, err
	}
	for x < p.width {
		g, end := p.groups.at(0), p.width
		if len(p.tiles) > 0 {
			tile := x >> p.tileBits
			g = p.groups.at(int(p.tiles[p.y>>p.tileBits*p.across+tile]))
			end = min(end, (tile+1)<<p.tileBits)
		}
		if p.cacheBits == 0 && g.plain {
			x = p.plain(r, g, row, x, end)
		} else {
			x = p.literals(r, g, row, x, end)
		}
		if x >= end {
			continue
		}
		// A reference is at x: literals and plain have read all other symbols.
		p.left = readValue(r, g.green.read(r)-literals)
		p.back = fromCode(readValue(r, g.distance.read(r)), p.width)
		if p.left > (p.height-p.y)*p.width-x {
			return nil, errReference
		}
		if x, err = p.copy(row, start, x); err != nil {
			return nil, err
		}
	}
	p.y++
	return row, r.err()
}

// readValue reads the bits after a prefix code and returns the length or the
// distance code.
func readValue(r *bitReader, prefix int) int {
	n, least := extraBits(prefix)
	return least + r.take(n)
}

// hash returns the place of a colour in a cache of 1 << n colours (section
// 3.6.2.3).
func hash(v uint32, n uint) uint32 { return v * 0x1e35a7bd >> (32 - n&31) }

// copy copies the rest of a reference to row from x on, up to the row's end, and
// returns where it stopped. The row is at start of p.rows.
func (p *pixels) copy(row []uint32, start, x int) (int, error) {
	if p.left == 0 {
		return x, nil
	}
	if p.back > p.y*p.width+x {
		return x, errDistance
	}
	n := min(p.left, len(row)-x)
	p.left -= n
	from, to := x, x+n
	source := start + x - p.back
	if source < 0 { // copy up to the end of the window, then from its start
		x += copy(row[x:to], p.rows[source+len(p.rows):])
		source = 0
	}
	// An overlapping copy repeats its source; each step copies twice as much.
	for x < to {
		x += copy(row[x:to], p.rows[source:start+x])
	}
	if p.cacheBits > 0 {
		// The cache already holds the colours of a repeated source: only a partial last
		// repetition changes it.
		if n >= p.back {
			from = x - n%p.back
		}
		p.remember(row, from, x)
	}
	return x, nil
}

// remember puts the colours of row from one index to another into the cache.
func (p *pixels) remember(row []uint32, from, to int) {
	for from < to {
		end := min(from+rememberedPixels, to)
		// Nothing changes if all pixels have the colour before them.
		if from == 0 || end < from+rememberedPixels || !isFlat(row, from) {
			for _, v := range row[from:end] {
				p.cache[hash(v, p.cacheBits)%uint32(len(p.cache))] = v
			}
		}
		from = end
	}
}

// rememberedPixels is how many pixels are compared before they are put into the
// cache.
const rememberedPixels = 8

// isFlatScalar reports whether the rememberedPixels pixels from x on have the
// colour of the one before them. x must be above 0.
func isFlatScalar(row []uint32, x int) bool {
	v := row[x-1]
	for _, w := range row[x : x+rememberedPixels] {
		if w != v {
			return false
		}
	}
	return true
}

// repeats reports whether the last decoded row equals the one before.
func (p *pixels) repeats() bool {
	if p.y < 2 {
		return false
	}
	row, above := p.row(p.y-1), p.row(p.y-2)
	done, same := sameVectors(row, above)
	return same && slices.Equal(row[done:], above[done:])
}

// row returns row y, which must be one of those kept.
func (p *pixels) row(y int) []uint32 {
	start := y % p.keeps * p.width
	return p.rows[start : start+p.width : start+p.width]
}

// plain decodes literals of a plain group without a cache, up to end or to the
// first other symbol, and returns where it stopped.
func (p *pixels) plain(r *bitReader, g *group, row []uint32, x, end int) int {
	code, rest := g.green, g.rest
	for x < end {
		if r.n < maxLength {
			r.fill()
		}
		e := code.look(r.bits)
		if e>>4 >= literals {
			break
		}
		r.bits >>= e & 15
		r.n -= e & 15
		row[x] = rest | uint32(e>>4)<<8
		x++
	}
	return x
}

// literals decodes literals and colours of the cache, up to end or to the first
// symbol that is a length, and returns where it stopped.
func (p *pixels) literals(r *bitReader, g *group, row []uint32, x, end int) int {
	reader := *r
	cacheBits := p.cacheBits
	cache := &p.cache
	row = row[:end]
	for ; x < len(row); x++ {
		reader.fill()
		e := g.green.look(reader.bits)
		if e>>4 >= literals {
			if e>>4 < firstCached {
				break
			}
			reader.bits >>= e & 15
			reader.n -= e & 15
			v := cache[(e>>4-firstCached)%uint(len(cache))]
			row[x] = v
			cache[hash(v, cacheBits)%uint32(len(cache))] = v
			continue
		}
		at := e & 15
		v := uint32(e>>4) << 8
		e = g.red.look(reader.bits >> (at & 63))
		at += e & 15
		v |= uint32(e>>4) << 16
		e = g.blue.look(reader.bits >> (at & 63))
		at += e & 15
		v |= uint32(e >> 4)
		reader.bits >>= at & 63
		reader.n -= at
		if reader.n < maxLength {
			reader.fill()
		}
		e = g.alpha.look(reader.bits)
		reader.bits >>= e & 15
		reader.n -= e & 15
		v |= uint32(e>>4) << 24
		row[x] = v
		if cacheBits > 0 {
			cache[hash(v, cacheBits)%uint32(len(cache))] = v
		}
	}
	*r = reader
	return x
}

// tilesOf returns how many tiles of 1 << n pixels a side of the given length is
// divided into.
func tilesOf(length int, n uint) int { return (length + 1<<n - 1) >> n }

// sized returns s with a length of n; its contents are undefined.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
