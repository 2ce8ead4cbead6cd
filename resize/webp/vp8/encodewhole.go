package vp8

import (
	"github.com/edgeresize/edgeresize/resize/webp/vp8/predict"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/transform"
)

// searchWhole chooses a mode for all of luma by proxies, into search.whole.
func (e *Encoder) searchWhole() {
	s := &e.search
	s.whole.proxy, s.best = 1<<30, 0
	for mode := range tables.Sub {
		cost := e.tryWhole(mode, 1-s.best) + int32(modeCosts[mode])
		if e.fuzz != nil {
			cost = int32(e.fuzz(1 << 20))
		}
		if cost < s.whole.proxy {
			s.whole.proxy, s.whole.mode = cost, mode
			s.best = 1 - s.best
		}
	}
}

// tryWhole transforms the difference between luma and the prediction of a mode,
// into coefs number which, and returns its approximate cost.
func (e *Encoder) tryWhole(mode, which int) (cost int32) {
	s := &e.search
	s.luma.Predict(mode, s.row > 0, s.col > 0)
	coefs := &s.coefs[which]
	for i := range coefs {
		forward(&coefs[i], s.source[i*4*sourceStride:], sourceStride, s.luma[predict.LumaAt+i*4*predict.Stride:], predict.Stride)
	}
	forwardY2(&s.y2[which], coefs)
	for i := range coefs {
		proxy(&s.proxies, &coefs[i], &s.steps.planes[tables.PlaneLumaAC].proxies)
		cost += s.proxies[0] + s.proxies[1] + s.proxies[2] + s.proxies[3]
	}
	proxy(&s.proxies, &s.y2[which], &s.steps.planes[tables.PlaneY2].proxies)
	return cost + s.proxies[0]
}

// quantiseWhole chooses the levels for the mode that searchWhole chose.
func (e *Encoder) quantiseWhole() {
	s := &e.search
	coefs, second := &s.coefs[s.best], &s.y2[s.best]
	w := &s.whole
	above, left := e.above[s.col].luma, e.left.luma
	c := s.choose(w.levels[16][:], second, 0, &s.steps.planes[tables.PlaneY2], tables.PlaneY2, 0, int(e.above[s.col].y2+e.left.y2))
	w.counts[16] = uint8(c.count)
	w.cost = c.cost + s.lambda*int64(modeCosts[w.mode])
	for i := range 16 {
		x, y := i&3, i>>2
		c := s.choose(w.levels[i][:], &coefs[y], x, &s.steps.planes[tables.PlaneLumaAC], tables.PlaneLumaAC, 1, int(above[x]+left[y]))
		w.counts[i] = uint8(c.count)
		w.cost += c.cost
		above[x] = uint8(min(c.count, 1))
		left[y] = above[x]
	}
}

// reconstructWhole predicts luma by the chosen mode and adds the residual of its
// levels.
func (e *Encoder) reconstructWhole() {
	s := &e.search
	w := &s.whole
	s.luma.Predict(w.mode, s.row > 0, s.col > 0)
	var dcs [16]int16
	steps := &s.steps.dequantised
	for n, v := range w.levels[16][:w.counts[16]] {
		dcs[tables.Zigzag[n]] = v * int16(steps.Y2[min(n, 1)])
	}
	s.residual = [4]transform.Four{}
	for i := range 16 {
		dequantise(s.residual[i>>2][4*(i&3):], w.levels[i][:w.counts[i]], 1, steps.Luma)
	}
	if w.counts[16] > 0 {
		transform.InverseY2(&dcs, &s.residual)
	}
	for i := range s.residual {
		s.residual[i].Inverse()
		s.residual[i].AddRow(s.luma[predict.LumaAt+i*4*predict.Stride:], predict.Stride)
	}
}
