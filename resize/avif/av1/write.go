package av1

// deltaQRes is delta_q_res: superblocks' qindexes differ in steps of 1<<deltaQRes.
const deltaQRes = 2

// Partitions ("Partition semantics").
const (
	partitionNone  = 0
	partitionHorz  = 1
	partitionVert  = 2
	partitionSplit = 3
)

// writer is the pass that writes a tile.
type writer struct {
	pass
	coder  rangeEncoder
	sums   contextSums
	signed [1024]int16 // levels other than 0
	qindex int         // CurrentQIndex
	first  bool        // whether the superblock's first block comes next
}

// begin begins a tile that is appended to out.
func (e *writer) begin(out []byte) {
	e.coder.reset(out)
	e.dists.reset(e.quantiser)
	e.near.beginTile()
	e.qindex = e.quantiser
}

// writeSuperblock codes e.sb from its leaves and levels alone. It leaves contexts to its
// neighbours and adapts the distributions.
func (e *writer) writeSuperblock() {
	e.first = true
	e.writePartition(e.sb.col, e.sb.row, 3)
}

// writePartition writes "Decode partition syntax" for a block of 8<<size at a
// cell.
func (e *writer) writePartition(col, row, size int) {
	if col >= e.cols || row >= e.rows {
		return
	}
	number := morton(col, row)
	split := size == 3 || int(e.sb.leaves[number].size) < size
	e.writeSplit(col, row, size, split)
	if !split {
		e.writeBlock(&e.sb.leaves[number], number, col, row)
		return
	}
	half := 1 << size >> 1
	for i := range 4 {
		e.writePartition(col+i&1*half, row+i>>1*half, size-1)
	}
}

// writeSplit writes whether a block is split, unless the picture's edges decide that.
func (e *writer) writeSplit(col, row, size int, split bool) {
	half := 1 << size >> 1
	hasRows, hasCols := row+half < e.rows || size == 0, col+half < e.cols || size == 0
	cdf := e.dists.partitionOf(size, e.near.partitionContext(col, row, size))
	switch {
	case hasRows && hasCols:
		symbol := partitionNone
		if split {
			symbol = partitionSplit
		}
		e.coder.symbol(symbol, cdf)
	case hasCols:
		e.coder.interval(1<<15-splitChance(cdf, partitionsAcross[:]), 1<<15, 0)
	case hasRows:
		e.coder.interval(1<<15-splitChance(cdf, partitionsDown[:]), 1<<15, 0)
	}
}

// Partitions that count as a split in split_or_horz and split_or_vert: vertical or
// horizontal ones, SPLIT, the A and B ones, and 1:4.
var (
	partitionsAcross = [...]int{partitionVert, partitionSplit, 4, 6, 7, 9}
	partitionsDown   = [...]int{partitionHorz, partitionSplit, 4, 5, 6, 8}
)

// splitChance returns the summed chances of partitions.
func splitChance(cdf []uint16, partitions []int) uint32 {
	var sum uint32
	for _, p := range partitions {
		sum += uint32(cdf[p] - cdf[p-1])
	}
	return sum
}

// writeBlock writes "Decode block syntax" for an intra block.
func (e *writer) writeBlock(l *leaf, number, col, row int) {
	size := int(l.size)
	d := &e.dists
	e.coder.symbol(oneIf(l.skip), d.skip[e.near.skipContext(col, row)][:])
	if e.first && e.deltaQ {
		e.writeDeltaQ()
	}
	e.first = false
	e.writeModes(l, col, row)
	if e.drawing {
		e.writePalette(l, col, row)
		if l.palette.n > 0 {
			e.writeColourMap(l, e.colourMap(number, size))
		}
	}
	e.coder.symbol(int(l.depth), d.txDepthOf(size, e.near.txContext(col, row, size)))
	e.near.stamp(l.cell(), col, row, size)
	e.noteSizes(l, col, row)
	for p := range e.planes {
		e.writePlane(l, p, number, col, row)
	}
}

// writePlane writes the transforms of a block in plane p.
func (e *writer) writePlane(l *leaf, p, number, col, row int) {
	size := int(l.size)
	u, shift := e.units(p)
	x, y, k := col*2>>shift, row&7*2>>shift, u<<size
	if l.skip {
		e.near.stampCoef(0, p, x, y, k)
		return
	}
	levels := e.run(p, number, size)
	if p > 0 {
		e.writeTransform(l.chroma[p-1], levels, p, size+1-shift, 0, x, y, false)
		return
	}
	if l.depth == 0 {
		e.writeTransform(l.luma[0], levels, p, size+1, l.mode, x, y, false)
		return
	}
	half := k / 2
	for i := range 4 {
		part := levels[i*len(levels)/4:][:len(levels)/4]
		e.writeTransform(l.luma[i], part, p, size, l.mode, x+i&1*half, y+i>>1*half, true)
	}
}

// writeDeltaQ writes "Quantizer index delta syntax".
func (e *writer) writeDeltaQ() {
	const small = 3 // DELTA_Q_SMALL
	delta := (e.sb.qindex - e.qindex) / (1 << deltaQRes)
	e.qindex = e.sb.qindex
	size := delta
	if size < 0 {
		size = -size
	}
	e.coder.symbol(min(size, small), e.dists.deltaQ[:])
	if size >= small {
		n := 1
		for size-1 >= 2<<n {
			n++
		}
		e.coder.literal(uint32(n-1), 3)
		e.coder.literal(uint32(size-1-1<<n), n)
	}
	if size > 0 {
		e.coder.bit(delta < 0)
	}
}

// writeModes writes the part of "Intra frame mode info syntax" that follows the
// quantiser.
func (e *writer) writeModes(l *leaf, col, row int) {
	d := &e.dists
	above, left := modeContext(e.near.above[col].mode), modeContext(e.near.left[row&7].mode)
	e.coder.symbol(int(l.mode), d.yMode[above][left][:])
	if isDirectional(l.mode) {
		e.coder.symbol(int(l.delta)+3, d.angle[l.mode-modeV][:])
	}
	if e.planes == 1 {
		return
	}
	e.coder.symbol(int(l.uvMode), d.uvMode[l.mode][:])
	if l.uvMode == modeCfL {
		u, v := cflSign(l.alpha[0]), cflSign(l.alpha[1])
		e.coder.symbol(u*3+v-1, d.cflSigns[:])
		if u > 0 {
			e.coder.symbol(cflSize(l.alpha[0]), d.cflAlpha[(u-1)*3+v][:])
		}
		if v > 0 {
			e.coder.symbol(cflSize(l.alpha[1]), d.cflAlpha[(v-1)*3+u][:])
		}
	}
	if isDirectional(l.uvMode) {
		e.coder.symbol(int(l.uvDelta)+3, d.angle[l.uvMode-modeV][:])
	}
}

// cflSign returns the sign of alpha: 0 if it is 0, 1 if negative, 2 if positive.
func cflSign(alpha int8) int {
	switch {
	case alpha < 0:
		return 1
	case alpha > 0:
		return 2
	}
	return 0
}

// cflSize returns the magnitude of alpha, which is not 0, minus one.
func cflSize(alpha int8) int { return max(int(alpha), -int(alpha)) - 1 }
