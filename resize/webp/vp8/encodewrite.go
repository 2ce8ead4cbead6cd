package vp8

import (
	"context"
	"slices"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// maxFirst is the most bytes of the first partition.
const maxFirst = 1<<19 - 1

// write writes the frame: RFC 6386 section 9.
func (e *Encoder) write(ctx context.Context) ([]byte, error) {
	e.first.reset(e.first.out)
	e.second.reset(e.second.out)
	e.writeHeader(&e.first)
	if err := e.writeMacroblocks(ctx); err != nil {
		return nil, err
	}
	first, second := e.first.finish(), e.second.finish()
	if len(first) > maxFirst {
		return nil, ErrModes
	}
	const show = 1 << 4
	tag := show | len(first)<<5
	out := make([]byte, 0, HeaderSize+len(first)+len(second))
	out = append(out, byte(tag), byte(tag>>8), byte(tag>>16), 0x9d, 0x01, 0x2a,
		byte(e.width), byte(e.width>>8), byte(e.height), byte(e.height>>8))
	out = append(out, first...)
	return append(out, second...), nil
}

// writeHeader writes the frame header: RFC 6386 sections 9.2 to 9.11 and 19.2.
func (e *Encoder) writeHeader(b *boolEncoder) {
	b.flag(false) // color_space
	b.flag(false) // clamping_type: samples need clipping
	e.writeSegments(b)
	b.flag(false) // filter_type: normal
	// Nothing is filtered if this level is 0; segments have their own levels.
	b.literal(slices.Max(e.filterLevels[:]), 6)
	b.literal(e.sharpness, 3)
	b.flag(false)   // loop_filter_adj_enable
	b.literal(0, 2) // log2_nbr_of_dct_partitions
	b.literal(e.quantiser[0], 7)
	b.optional(e.deltas.LumaDC, 4)
	b.optional(e.deltas.Y2DC, 4)
	b.optional(e.deltas.Y2AC, 4)
	b.optional(e.deltas.ChromaDC, 4)
	b.optional(e.deltas.ChromaAC, 4)
	b.flag(false) // refresh_entropy_probs: there is no next frame
	for plane := range e.probs {
		for band := range e.probs[plane] {
			for context := range e.probs[plane][band] {
				for node, p := range e.probs[plane][band][context] {
					update := p != tables.DefaultCoefficients[plane][band][context][node]
					b.put(update, tables.UpdateCoefficients[plane][band][context][node])
					if update {
						b.literal(int(p), 8)
					}
				}
			}
		}
	}
	b.flag(e.skipped > 0) // mb_no_coeff_skip
	if e.skipped > 0 {
		b.literal(int(e.skipProb()), 8)
	}
}

// skipProb returns the probability of macroblocks with levels, in 1/256.
func (e *Encoder) skipProb() uint8 {
	return probOf([2]uint32{uint32(len(e.blocks) - e.skipped), uint32(e.skipped)})
}

// writeSegments writes the segments: RFC 6386 section 9.3.
func (e *Encoder) writeSegments(b *boolEncoder) {
	b.flag(e.segmented)
	if !e.segmented {
		return
	}
	b.flag(true) // update_mb_segmentation_map
	b.flag(true) // update_segment_feature_data
	b.flag(true) // segment_feature_mode: absolute
	for _, q := range e.quantiser {
		b.optional(q, 7)
	}
	for _, level := range e.filterLevels {
		b.optional(level, 6)
	}
	var counts [segments]uint32
	for i := range e.blocks {
		counts[e.blocks[i].segment]++
	}
	e.treeProbs = [segments - 1]uint8{
		probOf([2]uint32{counts[0] + counts[1], counts[2] + counts[3]}),
		probOf([2]uint32{counts[0], counts[1]}), probOf([2]uint32{counts[2], counts[3]}),
	}
	for _, p := range e.treeProbs {
		b.flag(p != 255)
		if p != 255 {
			b.literal(int(p), 8)
		}
	}
}

// writeMacroblocks writes the headers of macroblocks to the first partition, and
// their tokens to the second: RFC 6386 sections 19.3 and 13.
func (e *Encoder) writeMacroblocks(ctx context.Context) error {
	clear(e.above)
	levels := e.levels
	for row := range e.rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		e.left = neighbour{}
		for col := range e.cols {
			mb := &e.blocks[row*e.cols+col]
			e.writeModes(&e.first, mb, &e.above[col])
			levels = e.writeTokens(&e.second, mb, &e.above[col], levels)
		}
	}
	return nil
}

// writeModes writes a macroblock's header.
func (e *Encoder) writeModes(b *boolEncoder, mb *decision, above *neighbour) {
	left := &e.left
	if e.segmented {
		high := mb.segment >> 1
		b.put(high != 0, e.treeProbs[0])
		b.put(mb.segment&1 != 0, e.treeProbs[1+high])
	}
	if e.skipped > 0 {
		b.put(mb.skip, e.skipProb())
	}
	b.tree(&modePaths[mb.mode], tables.ModeProbs[:])
	for i, mode := range mb.submodes {
		x, y := i&3, i>>2
		if mb.mode == tables.Sub {
			b.tree(&submodePaths[mode], tables.SubmodeProbs[above.modes[x]][left.modes[y]][:])
		}
		above.modes[x], left.modes[y] = mode, mode
	}
	b.tree(&chromaPaths[mb.chroma], tables.ChromaProbs[:])
}

// writeTokens writes a macroblock's levels, which are the first of levels, and
// returns the rest.
func (e *Encoder) writeTokens(b *boolEncoder, mb *decision, above *neighbour, levels []int16) []int16 {
	left := &e.left
	if mb.skip {
		above.skip(int(mb.mode))
		left.skip(int(mb.mode))
		return levels
	}
	write := func(block, plane, first int, a, l *uint8) {
		n := int(mb.counts[block])
		b.coefficients(&e.probs[plane], first, int(*a+*l), levels[:n])
		levels = levels[n:]
		*a = uint8(min(n, 1))
		*l = *a
	}
	plane, first := tables.PlaneLumaAC, 1
	if mb.mode == tables.Sub {
		plane, first = tables.PlaneLuma, 0
	} else {
		write(y2, tables.PlaneY2, 0, &above.y2, &left.y2)
	}
	for i := range 16 {
		write(i, plane, first, &above.luma[i&3], &left.luma[i>>2])
	}
	for i := range 8 {
		write(16+i, tables.PlaneChroma, 0, &above.chroma[i>>2][i&1], &left.chroma[i>>2][i>>1&1])
	}
	return levels
}
