package vp8

import (
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/predict"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/transform"
)

// search holds the scratch data of the search for a macroblock.
type search struct {
	luma   predict.Luma
	around predict.Chroma
	source [384]uint8 // 16x16 of luma; below, 8 rows of 8 samples of U and 8 of V

	steps *segmentSteps
	quantiser
	col, row int

	whole    lumaLevels
	split    lumaLevels
	chroma   chromaLevels
	coefs    [2][4]fourBlocks // of the mode being tried, and of the best one so far
	y2       [2]fourBlocks
	best     int // which of the two
	proxies  [4]int32
	patch    [64]uint8    // source of a block, four times side by side
	tries    predict.Subs // predictions of that block, side by side
	tried    [3]fourBlocks
	levels   [16]int16
	residual [4]transform.Four
}

// lumaLevels is what was chosen for luma.
type lumaLevels struct {
	mode     int
	cost     int64
	proxy    int32
	modeBits int // bits that modes take, in 1/256
	submodes [16]uint8
	levels   [17][16]int16 // 16 blocks, then Y2
	counts   [17]uint8
}

// chromaLevels is what was chosen for chroma.
type chromaLevels struct {
	mode   int
	levels [8][16]int16
	counts [8]uint8
}

// sourceStride is the distance between rows of search.source.
const sourceStride = 16

// chromaSource is where chroma begins in search.source.
const chromaSource = 256

// searchMacroblock chooses modes and levels for the next macroblock, reconstructs
// it and appends it to what will be written.
func (e *Encoder) searchMacroblock(col, row int) {
	s := &e.search
	s.col, s.row = col, row
	at := row*e.cols + col
	mb := &e.blocks[at]
	*mb = decision{segment: e.segmentOf[at]}
	s.steps = &e.steps[mb.segment]
	s.costs, s.lambda, s.fuzz = &e.costs, s.steps.lambda, e.fuzz
	if e.fuzz != nil && e.fuzz(6) == 0 {
		s.fuzz = func(int) int { return 0 } // no levels
	}
	e.begin()
	e.searchLuma(mb)
	e.searchChroma(mb)
	e.keep(mb)
	e.end()
}

// begin collects what a macroblock needs: its samples, and those above.
func (e *Encoder) begin() {
	s := &e.search
	for y := range 16 {
		copy(s.source[y*sourceStride:][:16], e.source[0].pix[(s.row*16+y)*e.source[0].stride+s.col*16:])
	}
	for y := range 8 {
		to := s.source[chromaSource+y*sourceStride:][:16]
		at := (s.row*8+y)*e.source[1].stride + s.col*8
		copy(to[:8], e.source[1].pix[at:])
		copy(to[8:], e.source[2].pix[at:])
	}
	var above [20]uint8
	var u, v [8]uint8
	if s.row == 0 {
		fill(above[:], predict.OutsideAbove)
		fill(u[:], predict.OutsideAbove)
		fill(v[:], predict.OutsideAbove)
	} else {
		line := e.recon[0].pix[(s.row*16-1)*e.recon[0].stride:][:e.recon[0].stride][s.col*16:]
		if n := copy(above[:], line); n == 16 {
			// Nothing is to the right: repeat the last sample.
			fill(above[16:], above[15])
		}
		at := (s.row*8-1)*e.recon[1].stride + s.col*8
		copy(u[:], e.recon[1].pix[at:])
		copy(v[:], e.recon[2].pix[at:])
	}
	s.luma.SetAbove(&above)
	s.around.SetAbove(&u, &v)
}

// end keeps the reconstructed samples of a macroblock.
func (e *Encoder) end() {
	s := &e.search
	for y := range 16 {
		copy(e.recon[0].pix[(s.row*16+y)*e.recon[0].stride+s.col*16:][:16], s.luma[predict.LumaAt+y*predict.Stride:])
	}
	for y := range 8 {
		at := (s.row*8+y)*e.recon[1].stride + s.col*8
		copy(e.recon[1].pix[at:][:8], s.around[predict.UAt+y*predict.Stride:])
		copy(e.recon[2].pix[at:][:8], s.around[predict.VAt+y*predict.Stride:])
	}
	s.luma.Next()
	s.around.Next()
}

// searchLuma chooses modes and levels for luma, and reconstructs it.
func (e *Encoder) searchLuma(mb *decision) {
	s := &e.search
	e.searchWhole()
	var split bool
	if s.whole.proxy < flat || e.fuzz != nil || !e.splitsFit() {
		e.quantiseWhole()
		split = e.splitsFit() && e.searchSplit(s.whole.cost)
	} else {
		e.searchSplit(never)
		split = true
		if s.whole.proxy < s.split.proxy+s.split.proxy>>promising[e.params.Effort] {
			e.quantiseWhole()
			split = s.split.cost < s.whole.cost
		}
	}
	if split {
		mb.mode, mb.submodes = tables.Sub, s.split.submodes
		copy(mb.counts[:], s.split.counts[:16])
		e.modeBits += s.split.modeBits + otherModes
		return
	}
	mb.mode = uint8(s.whole.mode)
	sub := tables.SubmodeOf[mb.mode]
	fill(mb.submodes[:], sub)
	copy(mb.counts[:], s.whole.counts[:16])
	mb.counts[y2] = s.whole.counts[16]
	e.modeBits += int(modeCosts[mb.mode]) + otherModes
	e.reconstructWhole()
}

// otherModes is the approximate cost of a macroblock's segment, skip flag and
// chroma mode.
const otherModes = 4 * bitCost

// splitsFit reports whether the first partition has room for modes of 4x4 blocks:
// for the worst modes of this macroblock, and for the following ones without any.
func (e *Encoder) splitsFit() bool {
	const (
		room  = (maxFirst - 4096) * 8 // without the frame header
		whole = 8                     // bits
		worst = 250
	)
	left := len(e.blocks) - e.search.row*e.cols - e.search.col
	return e.modeBits/bitCost+left*whole+worst < room
}

// flat is the proxy of a 16x16 mode below which 4x4 modes are searched only until
// they cost more.
const flat = 24000

// promising is by how much, as a shift, the proxy of a 16x16 mode may exceed that
// of 4x4 modes for it still to be tried.
var promising = [...]int{Fast: 5, Medium: 3}

// keep appends the levels of a macroblock, counts their tokens, and records what
// its neighbours need.
func (e *Encoder) keep(mb *decision) {
	s := &e.search
	above, left := &e.above[s.col], &e.left
	mb.skip = mb.counts == [25]uint8{}
	for i := range 4 {
		above.modes[i], left.modes[i] = mb.submodes[12+i], mb.submodes[4*i+3]
	}
	if mb.skip {
		e.skipped++
		above.skip(int(mb.mode))
		left.skip(int(mb.mode))
		return
	}
	luma := &s.whole
	plane, first := tables.PlaneLumaAC, 1
	if mb.mode == tables.Sub {
		luma, plane, first = &s.split, tables.PlaneLuma, 0
	} else {
		e.keepBlock(tables.PlaneY2, 0, luma.levels[16][:mb.counts[y2]], &above.y2, &left.y2)
	}
	for i := range 16 {
		e.keepBlock(plane, first, luma.levels[i][:mb.counts[i]], &above.luma[i&3], &left.luma[i>>2])
	}
	for i := range 8 {
		e.keepBlock(tables.PlaneChroma, 0, s.chroma.levels[i][:mb.counts[16+i]],
			&above.chroma[i>>2][i&1], &left.chroma[i>>2][i>>1&1])
	}
}

// keepBlock appends the levels of a block, counts their tokens, and records for
// its neighbours whether there are any.
func (e *Encoder) keepBlock(plane, first int, levels []int16, above, left *uint8) {
	e.levels = append(e.levels, levels...)
	e.counts.count(plane, first, int(*above+*left), levels)
	*above = 0
	if len(levels) > 0 {
		*above = 1
	}
	*left = *above
}

// dequantise sets the coefficients of a block, whose first row is at to, from its
// levels.
func dequantise(to []int16, levels []int16, first int, steps [2]int) {
	for i, v := range levels {
		if v != 0 {
			n := i + first
			at := tables.Zigzag[n]
			to[at>>2<<4+at&3] = v * int16(steps[min(n, 1)])
		}
	}
}

// fourTimes sets s.patch to the 4x4 samples at s.source[at], four times side by
// side.
func (s *search) fourTimes(at int) {
	for y := range 4 {
		v := binary.LittleEndian.Uint32(s.source[at+y*sourceStride:])
		for i := range 4 {
			binary.LittleEndian.PutUint32(s.patch[16*y+4*i:], v)
		}
	}
}
