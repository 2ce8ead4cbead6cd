package av1

import (
	"math"
	"slices"

	"github.com/edgeresize/edgeresize/resize/avif/av1/predict"
	"github.com/edgeresize/edgeresize/resize/avif/av1/transform"
)

// maxCandidates is the most luma modes that are ranked for a block.
const maxCandidates = 9

// candidate is a luma mode considered for a block.
type candidate struct {
	mode  uint8
	delta int8
	buf   int     // index of its prediction in workspace
	rate  float32 // of the mode
	score float32

	palette int // the number of its paletteTry plus one, or 0
}

// listCandidates returns the modes to rank for a block: those along its edges, and some
// that are always good.
func (e *searcher) listCandidates(col, row, size int) []candidate {
	list := e.work.candidates[:0]
	add := func(mode uint8, delta int8) {
		if len(list) < maxCandidates && !slices.ContainsFunc(list, func(c candidate) bool { return c.mode == mode && c.delta == delta }) {
			list = append(list, candidate{mode: mode, delta: delta, buf: len(list)})
		}
	}
	if e.fuzz != nil {
		a := angles[e.fuzz(len(angles))]
		add(a.mode, a.delta)
		add([...]uint8{modeDC, modeSmooth, modeSmoothV, modeSmoothH, modePaeth}[e.fuzz(5)], 0)
		return list
	}
	add(modeDC, 0)
	add(modeSmooth, 0)
	stats := e.sumStats(col, row, size)
	if number, coherence := edgeAngle(&stats); coherence >= 0.1 {
		for _, degrees := range e.effort.around {
			a := angles[nearestAngle(angles[number].degrees+degrees)]
			add(a.mode, a.delta)
		}
	}
	add(modeV, 0)
	add(modeH, 0)
	return list
}

// rankWeight weighs a mode's rate against SATD, in quantiser steps: 0.4 per bit.
const rankWeight float32 = 0.4 / lambda

// rankLuma predicts a block with all candidates and sorts the best to the front.
func (e *searcher) rankLuma(list []candidate, col, row, size int) {
	n := 8 << size
	x, y := col*8, row*8
	src := e.source[0].pix[y*e.source[0].stride+x:]
	e.loadEdges(&e.work.edges[0], 0, x, y, n)
	above, left := modeContext(e.near.above[col].mode), modeContext(e.near.left[row&7].mode)
	costs := &e.costs.yMode[above][left]
	weight := rankWeight * e.luma.ac
	for i := range list {
		c := &list[i]
		p := e.work.predictions[c.buf][:n*n]
		e.work.edges[0].Predict(p, predict.Mode(c.mode), int(c.delta), n, n)
		c.rate = costs[c.mode]
		if isDirectional(c.mode) {
			c.rate += e.costs.angle[c.mode-modeV][c.delta+3]
		}
		c.score = float32(transform.SATD(src, e.source[0].stride, p, n, n)) + weight*c.rate
	}
	for i := range min(e.effort.modes, len(list)) {
		for j := i + 1; j < len(list); j++ {
			if list[j].score < list[i].score {
				list[i], list[j] = list[j], list[i]
			}
		}
	}
}

// kindsOf returns the transform types to try for a mode and a transform size.
func (e *searcher) kindsOf(mode uint8, tx int, into *[txTypes]uint8) []uint8 {
	switch {
	case tx == 3:
		return append(into[:0], dctDct)
	case e.fuzz != nil:
		return append(into[:0], uint8(e.fuzz(txTypes)))
	}
	own := modeTxType[mode]
	kinds := append(into[:0], dctDct)
	if own != dctDct {
		kinds = append(kinds, own)
	}
	for k := uint8(dctDct + 1); e.effort.thorough && k < txTypes; k++ {
		if k != own {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// kindCost returns the rate of a luma transform type.
func (e *searcher) kindCost(kind uint8, tx int, mode uint8) float32 {
	if tx == 3 {
		return 0
	}
	return e.costs.txType[tx][mode][kind]
}

// codeLuma chooses a mode of list, the transforms and the levels for a block's luma. It
// stores them in l and in the superblock's levels, reconstructs the block, and leaves its
// coefficient contexts to its neighbours.
func (e *searcher) codeLuma(list []candidate, l *leaf, number, col, row, size int) price {
	n, tx := 8<<size, size+1
	x, y, k := col*8, row*8, 2<<size
	levels := e.run(0, number, size)
	allZero, dcSign := e.near.coefContexts(0, col*2, row&7*2, k, false)
	b := block{0, tx, allZero, dcSign, 0}
	best, kind, coefs := e.chooseMode(list, &b, x, y)
	l.mode, l.delta = best.mode, best.delta
	e.takePalette(l, &best, number, size)

	depthCosts := &e.costs.txDepth[size][e.near.txContext(col, row, size)]
	split := e.trySplit(coefs, tx, x, y, best, kind)
	if split && e.effort.trusting {
		four, _ := e.searchFour(l, col, row, size, math.MaxFloat32)
		return e.takeFour(l, levels, four, depthCosts[1]+best.rate)
	}
	clear(levels)
	q := e.quantiseBlock(&b, coefs, e.luma, levels)
	one := q.price
	one.rate += depthCosts[0]
	if split && (q.eob > 0 || e.fuzz != nil) {
		if four, ok := e.searchFour(l, col, row, size, one.total()-depthCosts[1]); ok {
			return e.takeFour(l, levels, four, depthCosts[1]+best.rate)
		}
	}
	l.depth, l.luma[0] = 0, transformed{uint16(q.eob), kind}
	e.reconstruct(&b, x, y, kind, levels, &q, e.work.predictions[best.buf][:n*n], e.luma)
	e.near.stampCoef(q.context, 0, col*2, row&7*2, k)
	e.work.transformRate = q.price.rate
	one.rate += best.rate
	return one
}

// takeFour gives a block the four transforms of searchFour and returns its price. four is
// their price; rate is that of all else in the block's luma.
func (e *searcher) takeFour(l *leaf, levels []int16, four price, rate float32) price {
	copy(levels, e.work.split[:len(levels)])
	l.depth = 1
	e.work.transformRate = four.rate
	four.rate += rate
	return four
}

// trySplit reports whether to try four transforms: not if they look far worse than one
// for the same residual. coefs are the one's coefficients.
func (e *searcher) trySplit(coefs []int32, tx, x, y int, best candidate, kind uint8) bool {
	if e.fuzz != nil {
		return e.fuzz(2) == 0
	}
	w, n := &e.work, 4<<tx
	m := n / 2
	whole := proxy(coefs, e.luma.inverse[tx])
	limit := whole * e.effort.promising
	transform.Residual(&w.residual, e.source[0].pix[y*e.source[0].stride+x:], e.source[0].stride, w.predictions[best.buf][:n*n], n, n)
	sum := float32(0)
	for i := range 4 {
		takePart(&w.part, w.residual[i>>1*m*transform.Stride+i&1*m:], m)
		w.transformer.Forward(w.coefs[2][:m*m], &w.part, m, m, transform.Type(kind))
		if sum += proxy(w.coefs[2][:m*m], e.luma.inverse[tx-1]); sum >= limit {
			return false
		}
	}
	return true
}

// takePart copies n x n samples of a residual to part.
func takePart(part *transform.Block, from []int16, n int) {
	for y := range n {
		copy(part[y*transform.Stride:][:n], from[y*transform.Stride:])
	}
}

// chooseMode returns the candidate and transform type whose coefficients cost the least
// as b, with these coefficients.
func (e *searcher) chooseMode(list []candidate, b *block, x, y int) (best candidate, kind uint8, coefs []int32) {
	n, w := 4<<b.tx, &e.work
	src := e.source[0].pix[y*e.source[0].stride+x:]
	coefs, trial := w.coefs[0][:n*n], w.coefs[1][:n*n]
	least := float32(math.MaxFloat32)
	var kinds [txTypes]uint8
	for _, c := range list {
		transform.Residual(&w.residual, src, e.source[0].stride, w.predictions[c.buf][:n*n], n, n)
		for _, k := range e.kindsOf(c.mode, b.tx, &kinds) {
			w.transformer.Forward(trial, &w.residual, n, n, transform.Type(k))
			b.kind = e.kindCost(k, b.tx, c.mode)
			if v := e.weigh(b, trial, e.luma, least-c.rate) + c.rate; v < least {
				best, kind, least = c, k, v
				coefs, trial = trial, coefs
			}
		}
	}
	b.kind = e.kindCost(kind, b.tx, best.mode)
	return best, kind, coefs
}

// quantiseBlock normalises coefficients and quantises them to levels. Its price is
// absolute.
func (e *searcher) quantiseBlock(b *block, coefs []int32, steps *quantSteps, levels []int16) quantised {
	x := e.work.x[:len(coefs)]
	energy, last := normalise(x, coefs, steps.inverse[b.tx], stepsAfter[b.tx])
	q := e.quantise(b, x, last, levels)
	q.price.distortion += energy
	return q
}

// searchFour codes a block's luma with four transforms, each predicted from the
// reconstruction of those before it. It returns false as soon as the price reaches limit.
func (e *searcher) searchFour(l *leaf, col, row, size int, limit float32) (price, bool) {
	tx, n, w := size, 4<<size, &e.work
	k := 1 << size
	stride := e.source[0].stride
	var sum price
	levels := w.split[:4*n*n]
	clear(levels)
	pred := w.quarter[0][:n*n]
	for i := range 4 {
		x, y := col*8+i&1*n, row*8+i>>1*n
		if l.palette.n > 0 {
			e.predictPart(pred, l, morton(col, row), size, i, n)
		} else {
			e.loadEdges(&w.edges[1], 0, x, y, n)
			w.edges[1].Predict(pred, predict.Mode(l.mode), int(l.delta), n, n)
		}
		transform.Residual(&w.residual, e.source[0].pix[y*stride+x:], stride, pred, n, n)
		ux, uy := col*2+i&1*k, row&7*2+i>>1*k
		allZero, dcSign := e.near.coefContexts(0, ux, uy, k, true)
		b := block{0, tx, allZero, dcSign, 0}
		kind, coefs, guess := e.chooseKind(l.mode, &b)
		if sum.total()+guess >= limit && e.fuzz == nil {
			return sum, false
		}
		part := levels[i*n*n:][:n*n]
		q := e.quantiseBlock(&b, coefs, e.luma, part)
		sum = sum.plus(q.price)
		if sum.total() >= limit && e.fuzz == nil {
			return sum, false
		}
		l.luma[i] = transformed{uint16(q.eob), kind}
		e.reconstruct(&b, x, y, kind, part, &q, pred, e.luma)
		e.near.stampCoef(q.context, 0, ux, uy, k)
	}
	return sum, true
}

// chooseKind transforms the residual with the types for a mode. It returns the type that
// costs the least as b, its coefficients, and their price.
func (e *searcher) chooseKind(mode uint8, b *block) (kind uint8, coefs []int32, least float32) {
	n, w := 4<<b.tx, &e.work
	coefs, trial := w.coefs[0][:n*n], w.coefs[1][:n*n]
	least = math.MaxFloat32
	var kinds [txTypes]uint8
	for _, k := range e.kindsOf(mode, b.tx, &kinds) {
		w.transformer.Forward(trial, &w.residual, n, n, transform.Type(k))
		b.kind = e.kindCost(k, b.tx, mode)
		if v := e.weigh(b, trial, e.luma, least); v < least {
			kind, least = k, v
			coefs, trial = trial, coefs
		}
	}
	b.kind = e.kindCost(kind, b.tx, mode)
	return kind, coefs, least
}
