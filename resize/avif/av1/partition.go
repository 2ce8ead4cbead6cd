package av1

import "math"

// searchBlock makes all decisions for a block that is not split, and leaves its contexts
// to its neighbours.
func (e *searcher) searchBlock(col, row, size int) price {
	number := morton(col, row)
	l := &e.sb.leaves[number]
	*l = leaf{size: uint8(size)}
	skip := e.near.skipContext(col, row)
	sum := e.searchLuma(l, number, col, row, size)
	if e.planes > 1 {
		sum = sum.plus(e.searchChroma(l, number, col, row, size))
	}
	l.skip = l.isEmpty()
	sum.rate += e.costs.skip[skip][oneIf(l.skip)]
	if l.skip {
		// skip replaces the symbols that say so for each transform.
		sum.rate -= e.work.transformRate
	}
	e.near.stamp(l.cell(), col, row, size)
	return sum
}

// isEmpty reports whether no transform has coefficients.
func (l *leaf) isEmpty() bool {
	n := 1
	if l.depth > 0 {
		n = 4
	}
	for _, t := range l.luma[:n] {
		if t.eob > 0 {
			return false
		}
	}
	return l.chroma[0].eob == 0 && l.chroma[1].eob == 0
}

// searchNode decides for a block of 8<<size at a cell whether to split it, and makes all
// decisions below. It gives up on splitting once the price of the parts reaches limit.
func (e *searcher) searchNode(col, row, size int, limit float32) price {
	if col >= e.cols || row >= e.rows {
		return price{}
	}
	ctx := e.near.partitionContext(col, row, size)
	fits := size < 3 && col+1<<size <= e.cols && row+1<<size <= e.rows
	if size == 0 {
		p := e.searchBlock(col, row, 0)
		p.rate += e.costs.partition[0][ctx][0]
		return p
	}
	tries := e.triesOf(col, row, size, fits)
	if !tries.whole {
		return e.searchParts(col, row, size, e.splitCost(col, row, size, ctx), limit)
	}
	saved := &e.work.whole[size-1]
	e.near.save(&saved.before, e.frame, col, row, size)
	whole := e.searchBlock(col, row, size)
	whole.rate += e.costs.partition[size][ctx][0]
	if !tries.split || e.isGood(whole, col, row, size) {
		return whole
	}
	e.keep(saved, col, row, size)
	e.near.restore(&saved.before, e.frame, col, row, size)
	parts := e.searchParts(col, row, size, e.costs.partition[size][ctx][1], min(limit, whole.total()))
	if e.fuzz != nil || parts.total() < whole.total() {
		return parts
	}
	e.bringBack(saved, col, row, size)
	return whole
}

// tries says whether to try a block whole, and whether to try it split.
type tries struct{ whole, split bool }

// triesOf returns what to try for a block of 16, 32 or 64. fits says whether it lies
// inside the picture.
func (e *searcher) triesOf(col, row, size int, fits bool) tries {
	switch {
	case !fits:
		return tries{split: true}
	case e.fuzz != nil:
		return tries{e.fuzz(3) > 0, e.fuzz(2) > 0}
	}
	stats := e.sumStats(col, row, size)
	q := e.luma.ac / 8
	busy := wholeBelow[size-1] * q * q
	return tries{whole: stats.variance < busy || e.drawing && size == 1, split: true}
}

// isGood reports whether a block is coded well enough not to be split.
func (e *searcher) isGood(p price, col, row, size int) bool {
	if e.fuzz != nil {
		return false
	}
	if e.sb.leaves[morton(col, row)].skip {
		return true
	}
	return p.total() < e.effort.good[size-1]*float32(int(64)<<(2*size))
}

// givenUp is the price of a search that was not finished.
var givenUp = price{distortion: math.MaxFloat32}

// searchParts searches the four parts of a split block; rate is the rate of splitting it.
// It gives up once the price reaches limit.
func (e *searcher) searchParts(col, row, size int, rate, limit float32) price {
	sum := price{rate: rate}
	half := 1 << size >> 1
	for i := range 4 {
		if sum.total() >= limit && e.fuzz == nil {
			return givenUp
		}
		sum = sum.plus(e.searchNode(col+i&1*half, row+i>>1*half, size-1, limit-sum.total()))
	}
	return sum
}

// splitCost returns the rate of saying that a block is split. It is less at the picture's
// edges, which exclude other partitions.
func (e *searcher) splitCost(col, row, size, ctx int) float32 {
	half := 1 << size >> 1
	hasRows, hasCols := row+half < e.rows, col+half < e.cols
	var chance uint32
	switch {
	case hasRows && hasCols:
		return e.costs.partition[size][ctx][1]
	case hasCols:
		chance = splitChance(e.dists.partition[size][ctx][:], partitionsAcross[:])
	case hasRows:
		chance = splitChance(e.dists.partition[size][ctx][:], partitionsDown[:])
	default:
		return 0
	}
	return chanceCosts[chance>>3]
}

// savedBlock is a block that was searched whole, kept while its parts are searched.
type savedBlock struct {
	before, after edges
	leaf          leaf
	levels        [3][1024]int16
	colourMap     [1024]uint8
	samples       [3][1024]uint8
}

// keep copies the decisions and samples of a block to s.
func (e *searcher) keep(s *savedBlock, col, row, size int) {
	number := morton(col, row)
	s.leaf = e.sb.leaves[number]
	e.near.save(&s.after, e.frame, col, row, size)
	if s.leaf.palette.n > 0 {
		copy(s.colourMap[:], e.colourMap(number, size))
	}
	for p := range e.planes {
		copy(s.levels[p][:], e.run(p, number, size))
		rows, n := e.samplesOf(p, col, row, size)
		for i := range n {
			copy(s.samples[p][i*n:][:n], rows[i*e.recon[p].stride:])
		}
	}
}

// bringBack restores the block that keep copied to s.
func (e *searcher) bringBack(s *savedBlock, col, row, size int) {
	number := morton(col, row)
	e.sb.leaves[number] = s.leaf
	e.near.restore(&s.after, e.frame, col, row, size)
	if s.leaf.palette.n > 0 {
		copy(e.colourMap(number, size), s.colourMap[:])
	}
	for p := range e.planes {
		copy(e.run(p, number, size), s.levels[p][:])
		rows, n := e.samplesOf(p, col, row, size)
		for i := range n {
			copy(rows[i*e.recon[p].stride:][:n], s.samples[p][i*n:])
		}
	}
}

// samplesOf returns a block's reconstruction in plane p, and its width.
func (e *searcher) samplesOf(p, col, row, size int) ([]uint8, int) {
	shift := 0
	if p > 0 {
		shift = e.chromaShift
	}
	s := &e.recon[p]
	return s.pix[(row*8>>shift)*s.stride+col*8>>shift:], 8 << size >> shift
}
