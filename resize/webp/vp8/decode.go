// Package vp8 reads and writes VP8 key frames, RFC 6386, as lossy WebP uses them.
package vp8

import (
	"io"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/loopfilter"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/predict"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// Decoder decodes key frames, one row of macroblocks at a time. The zero value is
// ready for Start and may be used for one frame after another.
type Decoder struct {
	width, height int // pixels
	columns, rows int // macroblocks
	frame         frame
	modes         reader // reads the first partition
	tokens        [8]reader
	partitions    int // how many of tokens are used
	probs         [tables.Planes]kindProbs
	unfiltered    bool // edges are not filtered

	row     int // the next one
	above   []neighbour
	left    neighbour
	filters []filter // of the macroblocks in a row
	band    band
	ready   Rows

	macroblock macroblock
	residual   residual
	luma       predict.Luma
	chroma     predict.Chroma
}

// filter says how the edges of a macroblock are filtered.
type filter struct {
	level uint8
	inner bool
}

// Start reads the header of a key frame. data must hold the whole frame and must
// not change until the frame is decoded. An error says what is wrong with the
// frame; it is [io.ErrUnexpectedEOF] if something is missing.
func (d *Decoder) Start(data []byte) error {
	if err := d.readHeader(data); err != nil {
		return err
	}
	d.unfiltered = !d.frame.filtered
	d.row = 0
	d.above = sized(d.above, d.columns)
	clear(d.above)
	d.filters = sized(d.filters, d.columns)
	d.band.reset(d.columns)
	d.residual = residual{}
	return nil
}

// Level returns the strongest level of the started frame's loop filter, 0 to
// [loopfilter.MaxLevel]; 0 if the frame filters no edges.
func (d *Decoder) Level() int {
	level := 0
	if d.frame.filtered {
		for _, l := range d.frame.levels {
			level = max(level, int(l[0]), int(l[1]))
		}
	}
	return level
}

// LeaveUnfiltered turns off the loop filter for the started frame. Within a frame
// no sample is predicted from a filtered one.
func (d *Decoder) LeaveUnfiltered() { d.unfiltered = true }

// Memory returns how many bytes a Decoder takes for a frame that is width pixels
// wide.
func Memory(width int) int64 {
	columns := int64(width+15) / 16
	const neighbours = 32 // of above and filters
	return columns*(bandRows*16+16+2*(bandRows/2*8+8)+neighbours) + 4*bandRows
}

// Next decodes the next row of macroblocks and returns the rows that are then
// finished. They are valid until the next call. The error is [io.EOF] after the
// last ones, and [io.ErrUnexpectedEOF] if data is missing.
func (d *Decoder) Next() (*Rows, error) {
	if d.row == d.rows {
		return nil, io.EOF
	}
	tokens := &d.tokens[d.row&(d.partitions-1)]
	d.left = neighbour{}
	d.luma.Start(d.row == 0)
	d.chroma.Start(d.row == 0)
	if d.row > 0 {
		d.band.advance()
	}
	for x := range d.columns {
		d.readMode(x, &d.macroblock)
		coded := false
		if !d.macroblock.skipped {
			coded = d.readResidual(x, tokens)
		} else {
			d.above[x].skip(d.macroblock.mode)
			d.left.skip(d.macroblock.mode)
		}
		d.reconstruct(x)
		m := &d.macroblock
		sub := 0
		if m.mode == tables.Sub {
			sub = 1
		}
		d.filters[x] = filter{level: d.frame.levels[m.segment][sub], inner: coded || sub > 0}
	}
	if d.modes.ended || tokens.ended {
		return nil, io.ErrUnexpectedEOF
	}
	d.band.finishLines()
	if !d.unfiltered {
		d.filterRow()
	}
	d.row++
	return d.done(), nil
}

// filterRow filters the edges of the current row of macroblocks.
func (d *Decoder) filterRow() {
	b := &d.band
	for x, f := range d.filters[:d.columns] {
		if f.level == 0 {
			continue
		}
		s := &d.frame.strengths[f.level]
		e := loopfilter.Edges{Left: x > 0, Top: d.row > 0, Inner: f.inner}
		if d.frame.simple {
			s.Simple(b.y, b.lumaAt(x), b.lumaStride, e)
			continue
		}
		s.Luma(b.y, b.lumaAt(x), b.lumaStride, e)
		s.Chroma(b.u, b.v, b.chromaAt(x), b.chromaStride, e)
	}
}

// sized returns s with a length of n; its contents are undefined.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
