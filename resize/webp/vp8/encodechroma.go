package vp8

import (
	"github.com/edgeresize/edgeresize/resize/webp/vp8/predict"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/transform"
)

// searchChroma chooses a mode and levels for chroma, and reconstructs it.
func (e *Encoder) searchChroma(mb *decision) {
	s := &e.search
	if e.gray {
		s.chroma.mode, s.chroma.counts = tables.DC16, [8]uint8{}
		mb.chroma = tables.DC16
		e.reconstructChroma()
		return
	}
	best := int32(1 << 30)
	for mode := range tables.ChromaModes {
		cost := e.tryChroma(mode, 1-s.best) + int32(chromaCosts[mode])
		if e.fuzz != nil {
			cost = int32(e.fuzz(1 << 20))
		}
		if cost < best {
			best, s.chroma.mode = cost, mode
			s.best = 1 - s.best
		}
	}
	mb.chroma = uint8(s.chroma.mode)
	e.quantiseChroma(&s.coefs[s.best])
	copy(mb.counts[16:], s.chroma.counts[:])
	e.reconstructChroma()
}

// tryChroma transforms the difference between chroma and the prediction of a
// mode, into coefs number which, and returns its approximate cost. The blocks are
// those of U, with those of V to the right.
func (e *Encoder) tryChroma(mode, which int) (cost int32) {
	s := &e.search
	s.around.Predict(mode, s.row > 0, s.col > 0)
	coefs := &s.coefs[which]
	for i := range 2 {
		var prediction [64]uint8
		for y := range 4 {
			at := (4*i + y) * predict.Stride
			copy(prediction[16*y:][:8], s.around[predict.UAt+at:])
			copy(prediction[16*y+8:][:8], s.around[predict.VAt+at:])
		}
		forward(&coefs[i], s.source[chromaSource+i*4*sourceStride:], sourceStride, prediction[:], 16)
		proxy(&s.proxies, &coefs[i], &s.steps.planes[tables.PlaneChroma].proxies)
		cost += s.proxies[0] + s.proxies[1] + s.proxies[2] + s.proxies[3]
	}
	return cost
}

// quantiseChroma chooses the levels of coefs.
func (e *Encoder) quantiseChroma(coefs *[4]fourBlocks) {
	s := &e.search
	w := &s.chroma
	above, left := e.above[s.col].chroma, e.left.chroma
	for i := range 8 {
		plane, x, y := i>>2, i&1, i>>1&1
		c := s.choose(w.levels[i][:], &coefs[y], 2*plane+x, &s.steps.planes[tables.PlaneChroma], tables.PlaneChroma, 0,
			int(above[plane][x]+left[plane][y]))
		w.counts[i] = uint8(c.count)
		above[plane][x] = uint8(min(c.count, 1))
		left[plane][y] = above[plane][x]
	}
}

// reconstructChroma predicts chroma by the chosen mode and adds the residual of
// its levels.
func (e *Encoder) reconstructChroma() {
	s := &e.search
	w := &s.chroma
	s.around.Predict(w.mode, s.row > 0, s.col > 0)
	for plane, at := range [2]int{predict.UAt, predict.VAt} {
		f := &s.residual[plane]
		*f = transform.Four{}
		for i := range 4 {
			dequantise(f[4*i:], w.levels[4*plane+i][:w.counts[4*plane+i]], 0, s.steps.dequantised.Chroma)
		}
		f.Inverse()
		f.AddSquare(s.around[at:], predict.Stride)
	}
}
