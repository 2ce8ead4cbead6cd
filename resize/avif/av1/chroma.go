package av1

import (
	"math"

	"github.com/edgeresize/edgeresize/resize/avif/av1/predict"
	"github.com/edgeresize/edgeresize/resize/avif/av1/transform"
)

// chromaWork is scratch of the search for chroma.
type chromaWork struct {
	edges [2]predict.Edges // of U, V
	ac    [1024]int16      // of luma
	best  chromaTry
	trial chromaTry
}

// chromaTry is a chroma mode with its predictions and coefficients.
type chromaTry struct {
	mode        uint8
	delta       int8
	alpha       [2]int8
	rate        float32
	predictions [2][1024]uint16
	coefs       [2][1024]int32
}

// searchChroma chooses a block's chroma mode and levels, stores them in l and in the
// superblock's levels, and reconstructs the block. Luma must be reconstructed before.
func (e *searcher) searchChroma(l *leaf, number, col, row, size int) price {
	w := &e.work.chroma
	tx := size + 1 - e.chromaShift
	n := 4 << tx
	x, y := col*8>>e.chromaShift, row*8>>e.chromaShift
	for p := range 2 {
		e.loadEdges(&w.edges[p], p+1, x, y, n)
	}
	best, trial := &w.best, &w.trial
	least := float32(math.MaxFloat32)
	k := 1 << tx
	ux, uy := x>>2, row&7*8>>e.chromaShift>>2
	var blocks [2]block
	for i := range blocks {
		allZero, dcSign := e.near.coefContexts(i+1, ux, uy, k, false)
		blocks[i] = block{i + 1, tx, allZero, dcSign, 0}
	}
	consider := func() {
		if v := e.weighChroma(trial, &blocks, l, x, y, least); v < least {
			least = v
			best, trial = trial, best
		}
	}
	if e.fuzz != nil {
		e.fuzzChroma(trial, tx, x, y)
		consider()
	} else {
		e.tryChroma(trial, modeDC, 0, n)
		consider()
		if l.mode != modeDC {
			e.tryChroma(trial, l.mode, l.delta, n)
			consider()
		}
		if l.mode != modeSmooth && e.effort.chromaSmooth {
			e.tryChroma(trial, modeSmooth, 0, n)
			consider()
		}
		if e.tryCfL(trial, tx, x, y) {
			consider()
		}
	}

	l.uvMode, l.uvDelta, l.alpha = best.mode, best.delta, best.alpha
	kind := chromaTxType(best.mode, tx)
	sum := price{rate: best.rate}
	for i := range blocks {
		p, b := i+1, &blocks[i]
		levels := e.run(p, number, size)
		clear(levels)
		q := e.quantiseBlock(b, best.coefs[i][:n*n], e.chroma, levels)
		sum = sum.plus(q.price)
		e.work.transformRate += q.price.rate
		l.chroma[i] = transformed{uint16(q.eob), kind}
		e.reconstruct(b, x, y, kind, levels, &q, best.predictions[i][:n*n], e.chroma)
		e.near.stampCoef(q.context, p, ux, uy, k)
	}
	return sum
}

// tryChroma sets t to a mode with its predictions of n x n samples.
func (e *searcher) tryChroma(t *chromaTry, mode uint8, delta int8, n int) {
	t.mode, t.delta, t.alpha = mode, delta, [2]int8{}
	for i := range 2 {
		e.work.chroma.edges[i].Predict(t.predictions[i][:n*n], predict.Mode(mode), int(delta), n, n)
	}
}

// tryCfL sets t to chroma from luma with the alphas that fit best. It returns false if
// both are 0.
func (e *searcher) tryCfL(t *chromaTry, tx, x, y int) bool {
	w := &e.work.chroma
	n := 4 << tx
	e.loadAC(x, y, n)
	t.mode, t.delta = modeCfL, 0
	var averages [2]uint16
	for i := range 2 {
		s := &e.source[i+1]
		averages[i] = w.edges[i].Average(n, n)
		products, squares := predict.Correlation(w.ac[:n*n], s.pix[y*s.stride+x:], s.stride, averages[i], n, n)
		t.alpha[i] = 0
		if squares > 0 {
			alpha := math.RoundToEven(64 * float64(products) / float64(squares))
			t.alpha[i] = int8(min(max(alpha, -16), 16))
		}
	}
	if t.alpha == [2]int8{} {
		return false
	}
	for i := range 2 {
		predict.ChromaFromLuma(t.predictions[i][:n*n], w.ac[:n*n], averages[i], int(t.alpha[i]))
	}
	return true
}

// loadAC sets the workspace's ac to that of the luma beneath n x n samples of chroma at
// x, y.
func (e *searcher) loadAC(x, y, n int) {
	luma := &e.recon[0]
	at := (y*luma.stride + x) << e.chromaShift
	predict.LumaAC(e.work.chroma.ac[:n*n], luma.pix[at:], luma.stride, n, n, e.chromaShift > 0)
}

// weighChroma sets the rate of t's mode, given l's luma, and t's coefficients. It returns
// the price of t as blocks of U and V, as weigh does.
func (e *searcher) weighChroma(t *chromaTry, blocks *[2]block, l *leaf, x, y int, least float32) float32 {
	tx := blocks[0].tx
	n := 4 << tx
	t.rate = e.chromaModeCost(t, l)
	kind := transform.Type(chromaTxType(t.mode, tx))
	v := t.rate
	for i := range blocks {
		s := &e.source[i+1]
		transform.Residual(&e.work.residual, s.pix[y*s.stride+x:], s.stride, t.predictions[i][:n*n], n, n)
		e.work.transformer.Forward(t.coefs[i][:n*n], &e.work.residual, n, n, kind)
		v += e.weigh(&blocks[i], t.coefs[i][:n*n], e.chroma, least-v)
	}
	return v
}

// chromaModeCost returns the rate of t's mode, given l's luma.
func (e *searcher) chromaModeCost(t *chromaTry, l *leaf) float32 {
	c := &e.costs
	rate := c.uvMode[l.mode][t.mode]
	switch {
	case t.mode == modeDC && e.drawing:
		rate += c.palette.usedUV[oneIf(l.palette.n > 0)][0]
	case isDirectional(t.mode):
		rate += c.angle[t.mode-modeV][t.delta+3]
	case t.mode == modeCfL:
		u, v := cflSign(t.alpha[0]), cflSign(t.alpha[1])
		rate += c.cflSigns[u*3+v-1]
		if u > 0 {
			rate += c.cflAlpha[(u-1)*3+v][cflSize(t.alpha[0])]
		}
		if v > 0 {
			rate += c.cflAlpha[(v-1)*3+u][cflSize(t.alpha[1])]
		}
	}
	return rate
}
