package vp8

import (
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/predict"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/transform"
)

// searchSplit chooses modes and levels for luma's 4x4 blocks, into search.split,
// and reconstructs the blocks. It returns false as soon as the cost reaches most.
func (e *Encoder) searchSplit(most int64) bool {
	s := &e.search
	if e.fuzz != nil {
		if most = never; e.fuzz(2) == 0 {
			return false
		}
	}
	w := &s.split
	w.cost, w.proxy = s.lambda*int64(modeCosts[tables.Sub]), int32(modeCosts[tables.Sub])
	w.modeBits = int(modeCosts[tables.Sub])
	above, left := e.above[s.col], e.left
	for i := range 16 {
		x, y := i&3, i>>2
		e.searchBlock(i, &above, &left)
		if w.cost >= most {
			return false
		}
		above.luma[x] = min(w.counts[i], 1)
		left.luma[y] = above.luma[x]
		above.modes[x], left.modes[y] = w.submodes[i], w.submodes[i]
	}
	return true
}

// searchBlock chooses a mode and levels for a 4x4 block, adds their cost, and
// reconstructs the block.
func (e *Encoder) searchBlock(block int, above, left *neighbour) {
	s := &e.search
	w := &s.split
	x, y := block&3, block>>2
	at := predict.LumaAt + y*4*predict.Stride + x*4
	s.fourTimes(y*4*sourceStride + x*4)
	costs := &submodeCosts[above.modes[x]][left.modes[y]]
	best, second, mode, other := int32(1<<30), int32(1<<30), 0, 0
	s.luma.PredictSubs(block, &s.tries)
	for i := range s.tries {
		forward(&s.tried[i], s.patch[:], 16, s.tries[i][:], 16)
		proxy(&s.proxies, &s.tried[i], &s.steps.planes[tables.PlaneLuma].proxies)
		for j, cost := range s.proxies {
			m := 4*i + j
			if m >= tables.Submodes {
				break
			}
			cost += int32(costs[m])
			if cost < best {
				second, other = best, mode
				best, mode = cost, m
			} else if cost < second {
				second, other = cost, m
			}
		}
	}
	if e.fuzz != nil {
		mode = e.fuzz(tables.Submodes)
	}
	w.proxy += best
	context := int(above.luma[x] + left.luma[y])
	steps := &s.steps.planes[tables.PlaneLuma]
	c := s.choose(w.levels[block][:], &s.tried[mode>>2], mode&3, steps, tables.PlaneLuma, 0, context)
	c.cost += s.lambda * int64(costs[mode])
	if e.params.Effort > Fast && e.fuzz == nil && second < best+best>>2 {
		d := s.choose(s.levels[:], &s.tried[other>>2], other&3, steps, tables.PlaneLuma, 0, context)
		if d.cost += s.lambda * int64(costs[other]); d.cost < c.cost {
			c, mode, w.levels[block] = d, other, s.levels
		}
	}
	w.modeBits += int(costs[mode])
	w.counts[block], w.submodes[block] = uint8(c.count), uint8(mode)
	w.cost += c.cost
	from := s.tries[mode>>2][mode&3*4:]
	for y := range 4 {
		binary.LittleEndian.PutUint32(s.luma[at+y*predict.Stride:], binary.LittleEndian.Uint32(from[16*y:]))
	}
	if c.count > 0 {
		f := &s.residual[0]
		*f = transform.Four{}
		dequantise(f[:], w.levels[block][:c.count], 0, s.steps.dequantised.Luma)
		f.Inverse()
		f.AddBlock(0, s.luma[at:], predict.Stride)
	}
}
