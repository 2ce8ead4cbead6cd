package vp8

import (
	"github.com/edgeresize/edgeresize/resize/webp/vp8/predict"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/transform"
)

// residual is the coefficients of a macroblock. They are all 0 except while one
// is decoded.
type residual struct {
	y2     transform.Four    // only the first 16 are used
	luma   [4]transform.Four // rows of blocks
	chroma [2]transform.Four // U and V, each of two rows of two blocks
	// How much luma and chroma hold: by row of blocks, by block of luma, and for
	// U and V.
	lumaRows   [4]content
	lumaBlocks [16]content
	chromas    [2]content

	block block // the block being read
}

// content is how much coefficients hold.
type content uint8

const (
	none content = iota
	dc           // only DC coefficients
	all
)

// contentOf returns the content of a block with n coefficients read, of which the
// first is first.
func contentOf(n int, first int16) content {
	switch {
	case n > 1:
		return all
	case first != 0:
		return dc
	}
	return none
}

// readResidual reads the coefficients of the macroblock in column x, and reports
// whether there are any.
func (d *Decoder) readResidual(x int, r *reader) bool {
	res, m := &d.residual, &d.macroblock
	above, left := &d.above[x], &d.left
	steps := &d.frame.steps[m.segment]
	b := &res.block
	first, kind := 0, tables.PlaneLuma
	if m.mode != tables.Sub {
		first, kind = 1, tables.PlaneLumaAC
		*b = block{probs: &d.probs[tables.PlaneY2], scan: &scanY2, steps: &steps.Y2, out: &res.y2}
		n := r.coefficients(b, 0, int(above.y2+left.y2))
		above.y2 = flag(n > 0)
		left.y2 = above.y2
		if n > 0 {
			y2 := (*[16]int16)(res.y2[:])
			transform.InverseY2(y2, &res.luma)
			clear(y2[:])
		}
	}
	*b = block{probs: &d.probs[kind], scan: &scan, steps: &steps.Luma}
	any := none
	for y := range 4 {
		b.out = &res.luma[y]
		row := none
		beside := left.luma[y]
		for x := range 4 {
			b.at = uint(4 * x)
			n := r.coefficients(b, first, int(above.luma[x]+beside))
			beside = flag(n > first)
			above.luma[x] = beside
			c := contentOf(n, b.out[4*x])
			res.lumaBlocks[4*y+x] = c
			row = max(row, c)
		}
		left.luma[y] = beside
		res.lumaRows[y] = row
		any = max(any, row)
	}
	*b = block{probs: &d.probs[tables.PlaneChroma], scan: &scan, steps: &steps.Chroma}
	for i := range 2 {
		b.out = &res.chroma[i]
		c := none
		for j := range 4 {
			b.at = uint(4 * j)
			up, side := &above.chroma[i][j&1], &left.chroma[i][j>>1]
			n := r.coefficients(b, 0, int(*up+*side))
			*up = flag(n > 0)
			*side = *up
			c = max(c, contentOf(n, b.out[4*j]))
		}
		res.chromas[i] = c
		any = max(any, c)
	}
	return any > none
}

// flag returns 1 for true and 0 for false.
func flag(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// reconstruct predicts the macroblock in column x, adds the residual and stores
// the result.
func (d *Decoder) reconstruct(x int) {
	m, res, b := &d.macroblock, &d.residual, &d.band
	if x > 0 {
		d.luma.Next()
		d.chroma.Next()
	}
	d.luma.SetAbove((*[20]uint8)(b.lineY[16*x:]))
	d.chroma.SetAbove((*[8]uint8)(b.lineU[8*x:]), (*[8]uint8)(b.lineV[8*x:]))
	for y := range res.lumaRows {
		invert(&res.luma[y], res.lumaRows[y])
	}
	hasAbove, hasLeft := d.row > 0, x > 0
	if m.mode == tables.Sub {
		for i, mode := range m.sub {
			d.luma.PredictSub(i, int(mode))
			if res.lumaBlocks[i] != none {
				res.luma[i>>2].AddBlock(i&3, d.luma[predict.LumaAt+i>>2*4*predict.Stride+i&3*4:], predict.Stride)
			}
		}
	} else {
		d.luma.Predict(m.mode, hasAbove, hasLeft)
		for y := range res.lumaRows {
			if res.lumaRows[y] != none {
				res.luma[y].AddRow(d.luma[predict.LumaAt+y*4*predict.Stride:], predict.Stride)
			}
		}
	}
	d.chroma.Predict(m.chroma, hasAbove, hasLeft)
	for i, at := range [2]int{predict.UAt, predict.VAt} {
		if res.chromas[i] != none {
			invert(&res.chroma[i], res.chromas[i])
			res.chroma[i].AddSquare(d.chroma[at:], predict.Stride)
			res.chroma[i], res.chromas[i] = transform.Four{}, none
		}
	}
	for y := range res.lumaRows {
		if res.lumaRows[y] != none {
			res.luma[y], res.lumaRows[y] = transform.Four{}, none
		}
	}
	res.lumaBlocks = [16]content{}
	b.put(x, &d.luma, &d.chroma)
}

// invert inverts the transforms of f as far as its content needs.
func invert(f *transform.Four, c content) {
	switch c {
	case all:
		f.Inverse()
	case dc:
		f.InverseDC()
	}
}
