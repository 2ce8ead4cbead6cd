package vp8

import (
	"github.com/edgeresize/edgeresize/resize/webp/vp8/loopfilter"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// deblock filters the reconstruction, unless that is done. What is encoded does not depend
// on it: prediction is from samples that are not filtered.
func (e *Encoder) deblock() {
	if e.filtered {
		return
	}
	e.filtered = true
	for row := range e.rows {
		for col := range e.cols {
			mb := &e.blocks[row*e.cols+col]
			level := e.filterLevels[mb.segment]
			if level == 0 {
				continue
			}
			strength := loopfilter.StrengthOf(level, e.sharpness)
			edges := loopfilter.Edges{Left: col > 0, Top: row > 0, Inner: !mb.skip || mb.mode == tables.Sub}
			y, c := &e.recon[0], &e.recon[1]
			strength.Luma(y.pix, row*16*y.stride+col*16, y.stride, edges)
			strength.Chroma(c.pix, e.recon[2].pix, row*8*c.stride+col*8, c.stride, edges)
		}
	}
}
