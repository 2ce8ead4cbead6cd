package av1

import (
	"slices"

	"github.com/edgeresize/edgeresize/resize/avif/av1/predict"
)

// hooks are set by tests alone and nil otherwise. Encoding does not change them.
type hooks struct {
	moreTiles    *[2]int              // is added to TileColsLog2 and TileRowsLog2
	fuzz         func(n int) int      // makes all decisions; returns 0 to n-1
	onSuperblock func(sb *superblock) // is called after each superblock is written
}

// tilesToAdd returns what to add to TileColsLog2 and TileRowsLog2.
func (h *hooks) tilesToAdd() [2]int {
	if h.moreTiles == nil {
		return [2]int{}
	}
	return *h.moreTiles
}

// fuzzQindex returns any qindex that quantPairs have room for.
func (e *frame) fuzzQindex() int {
	unit := 4 << (e.quantiser & 3)
	q := e.quantiser + unit*(e.fuzz(2*maxDeltaQ>>deltaQRes+1)-maxDeltaQ>>deltaQRes)
	if q < 1 || q > 255 {
		return e.quantiser
	}
	return q
}

// fuzzChroma sets t to any mode.
func (e *searcher) fuzzChroma(t *chromaTry, tx, x, y int) {
	n := 4 << tx
	mode := uint8(e.fuzz(modeCfL + 1))
	if mode != modeCfL {
		delta := int8(0)
		if isDirectional(mode) {
			delta = int8(e.fuzz(7) - 3)
		}
		e.tryChroma(t, mode, delta, n)
		return
	}
	t.mode, t.delta, t.alpha = modeCfL, 0, [2]int8{}
	for t.alpha == [2]int8{} {
		t.alpha = [2]int8{int8(e.fuzz(33) - 16), int8(e.fuzz(33) - 16)}
		if e.fuzz(4) == 0 {
			t.alpha[e.fuzz(2)] = 0
		}
	}
	e.loadAC(x, y, n)
	w := &e.work.chroma
	for i := range 2 {
		predict.ChromaFromLuma(t.predictions[i][:n*n], w.ac[:n*n], w.edges[i].Average(n, n), int(t.alpha[i]))
	}
}

// fuzzPalette sets the first try to any palette, or none, and returns how many it set.
func (e *searcher) fuzzPalette(col, row, size int) int {
	if e.fuzz(2) == 0 {
		return 0
	}
	w, n := &e.work.palettes, 8<<size
	t, cache := &w.tries[0], e.near.paletteCache(&w.cache, col, row)
	t.palette = palette{}
	low, high := e.fuzz(256), e.fuzz(256)
	for count := uint8(2 + e.fuzz(maxColours-1)); t.n < count; {
		c := uint8(e.fuzz(256))
		switch {
		case len(cache) > 0 && e.fuzz(2) == 0:
			c = cache[e.fuzz(len(cache))]
		case high-low >= maxColours:
			c = uint8(low + e.fuzz(high-low))
		}
		if !slices.Contains(t.all(), c) {
			t.add(c)
		}
	}
	smooth := 1 + e.fuzz(4)
	for i := range t.colourMap[:n*n] {
		t.colourMap[i] = uint8(e.fuzz(int(t.n)))
		if i >= n && e.fuzz(smooth) > 0 {
			t.colourMap[i] = t.colourMap[i-n]
		}
	}
	e.ratePalette(t, cache, size)
	return 1
}

// add adds a colour that p does not have.
func (p *palette) add(colour uint8) {
	i := p.n
	for ; i > 0 && p.colours[i-1] > colour; i-- {
		p.colours[i] = p.colours[i-1]
	}
	p.colours[i] = colour
	p.n++
}
