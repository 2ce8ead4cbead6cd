package av1

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/edgeresize/edgeresize/resize/avif/av1/deblock"
)

// errParams says that Params are outside their ranges.
var errParams = errors.New("av1: quantizer or effort out of range")

// errNotLoaded says that there is no picture.
var errNotLoaded = errors.New("av1: Encode without Load")

// Encode encodes the loaded picture. It looks at ctx before each superblock.
func (e *Encoder) Encode(ctx context.Context, p Params) (Stream, error) {
	if !e.loaded {
		return Stream{}, errNotLoaded
	}
	if p.Quantizer < 1 || p.Quantizer > 255 || p.Effort < Fast || p.Effort > Best {
		return Stream{}, errParams
	}
	e.set(p)
	e.filtered = false
	if err := e.encodeTile(ctx, p.Pace); err != nil {
		return Stream{}, err
	}
	data := e.sequenceHeader(p.Color)
	sequence := len(data)
	e.header = e.frameHeader()
	data = slices.Grow(data, len(e.header)+len(e.tile)+maxOBUHeader)
	data = appendOBU(data, obuFrame, e.header, e.tile)
	return Stream{
		Sequence: data[:sequence:sequence], Data: data,
		Profile: e.profile(), Level: level(e.width, e.height),
		Monochrome: e.format == formatMono, Subsampled: e.format != format444,
	}, nil
}

// encodeTile searches and writes all superblocks, as hard as pace says if that is set.
// Where it fails, e.tile keeps its room.
func (e *Encoder) encodeTile(ctx context.Context, pace func(done, all int) (Effort, error)) error {
	if e.tile == nil {
		e.tile = make([]byte, 0, e.cols*e.rows*64/2)
	}
	done, all := 0, ((e.cols+7)>>3)*((e.rows+7)>>3)
	e.coder.reset(e.tile[:0])
	e.dists.reset(e.quantizer)
	e.near.beginTile()
	e.beginSteps()
	w := writer{qindex: e.quantizer}
	for row := 0; row < e.rows; row += 8 {
		e.near.beginRow()
		for col := 0; col < e.cols; col += 8 {
			if err := e.goOn(ctx, pace, done, all); err != nil {
				e.tile = e.coder.out
				return err
			}
			done++
			e.encodeSuperblock(&w, col, row)
		}
	}
	e.tile = e.coder.finish()
	return nil
}

// goOn returns why encoding ends before the next superblock, and sets the effort of that.
func (e *Encoder) goOn(ctx context.Context, pace func(done, all int) (Effort, error), done, all int) error {
	if err := ctx.Err(); err != nil || pace == nil {
		return err
	}
	effort, err := pace(done, all)
	if err == nil {
		e.effort = &efforts[effort]
	}
	return err
}

// encodeSuperblock searches a superblock and then writes it from the state that
// the search began with.
func (e *Encoder) encodeSuperblock(w *writer, col, row int) {
	e.sb.col, e.sb.row, e.sb.qindex = col, row, e.superblockQindex(col, row)
	e.useQindex(e.sb.qindex)
	e.costs.resetModes(&e.dists)
	e.costs.resetCoefficients(&e.dists, e.planes)
	e.near.saveSuperblock(&e.work.sbAt, e, col)
	p := e.searchNode(col, row, 3, math.MaxFloat32)
	e.near.restoreSuperblock(&e.work.sbAt, e, col)
	e.writeSuperblock(w)
	if e.sawSuperblock != nil {
		e.sawSuperblock(p)
	}
}

// deblock filters the reconstruction ("Loop filter process"), which prediction does
// not look at.
func (e *Encoder) deblock() {
	for p := range e.planes {
		level, shift := e.filter.luma, 0
		if p > 0 {
			level, shift = e.filter.chroma, e.chromaShift
		}
		s := &e.recon[p]
		plane := deblock.Plane{
			Pix: s.pix, Stride: s.stride,
			Width: (e.width + shift) >> shift, Height: (e.height + shift) >> shift, Chroma: p > 0,
			Sizes: e.txSizes[min(p, 1)], SizesStride: e.cols * 2 >> shift,
		}
		plane.Filter(level, level, e.filter.sharpness)
	}
}

// noteSizes writes down a block's transform sizes for the deblocking filter.
func (e *Encoder) noteSizes(l *leaf, col, row int) {
	for p := range min(e.planes, 2) {
		u, shift := e.units(p)
		n := 8 << l.size >> l.depth
		if p > 0 {
			n = 8 << l.size >> shift
		}
		stride, size := e.cols*2>>shift, deblock.SizeOf(n, n)
		at := (row*2>>shift)*stride + col*2>>shift
		for y := range u << l.size {
			line := e.txSizes[p][at+y*stride:][:u<<l.size]
			for x := range line {
				line[x] = size
			}
		}
	}
}
