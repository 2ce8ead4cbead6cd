package av1

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"github.com/edgeresize/edgeresize/resize/avif/av1/deblock"
)

// errParams says that Params are outside their ranges.
var errParams = errors.New("av1: quantiser or effort out of range")

// errNotLoaded says that no picture is loaded.
var errNotLoaded = errors.New("av1: Encode without Load")

// Encode encodes the loaded picture. It uses two goroutines if there are two processors;
// the bytes are those of one. It checks ctx before each superblock.
func (e *Encoder) Encode(ctx context.Context, p Params) (Stream, error) {
	if !e.loaded {
		return Stream{}, errNotLoaded
	}
	if p.Quantiser < 1 || p.Quantiser > 255 || p.Effort < Fast || p.Effort > Best {
		return Stream{}, errParams
	}
	e.set(p)
	e.filtered = false
	if err := e.encodeTiles(ctx); err != nil {
		return Stream{}, err
	}
	data := e.sequenceHeader(p.Color)
	sequence := len(data)
	e.header = e.appendFrameHeader(e.header[:0])
	data = slices.Grow(data, len(e.header)+len(e.data)+maxOBUHeader)
	data = appendOBU(data, obuFrame, e.header, e.data)
	return Stream{
		Sequence: data[:sequence:sequence], Data: data,
		Profile: e.profile(), Level: level(e.width, e.height),
		Monochrome: e.format == formatMono, Subsampled: e.format != format444,
	}, nil
}

// encodeTiles sets e.data to the tiles, each but the last preceded by its size ("General
// tile group OBU syntax"). If it fails, e.data keeps its capacity.
func (e *Encoder) encodeTiles(ctx context.Context) error {
	room := 0 // a byte for two samples: at most two doublings follow, see Memory
	for i := range e.planes {
		room += e.source[i].width * e.source[i].height / 2
	}
	if cap(e.data) < room {
		e.data = make([]byte, 0, room)
	}
	t := &e.tiling
	e.front = newWavefront(ctx, &e.frame)
	defer func() { e.front = nil }()
	e.writer.frame = &e.frame
	e.writer.near.reset(&e.frame)
	e.data = e.data[:0]
	for i := range t.cols * t.rows {
		at := len(e.data)
		last := i == t.cols*t.rows-1
		if !last {
			e.data = append(e.data, make([]byte, tileSizeBytes)...)
		}
		e.beginTile(i)
		if err := e.searchAll(); err != nil {
			e.data = e.writer.coder.out
			return err
		}
		e.data = e.writer.coder.finish()
		if !last {
			binary.LittleEndian.PutUint32(e.data[at:], uint32(len(e.data)-at-tileSizeBytes-1))
		}
	}
	return nil
}

// beginTile prepares the writer and the searchers for tile i.
func (e *Encoder) beginTile(i int) {
	e.tile = e.tileAt(i)
	e.front.begin(e.tile)
	e.writer.begin(e.data)
	e.snapshots = resized(e.snapshots, e.front.cols)
	ahead := 1
	if e.front.searchers > 1 {
		ahead = e.front.cols
	}
	e.superblocks = resized(e.superblocks, ahead)
	e.searchers = resized(e.searchers, e.front.searchers)
	for i := range e.searchers {
		s := &e.searchers[i]
		s.frame = &e.frame
		if i == 0 {
			s.near.reset(&e.frame)
			s.near.beginTile()
		} else {
			s.near.above, s.near.aboveCoef = e.searchers[0].near.above, e.searchers[0].near.aboveCoef
		}
		s.beginSteps()
	}
}

// searchSuperblock searches a superblock of the tile. Its costs come from the
// distributions of the row above: see [wavefront].
func (e *Encoder) searchSuperblock(s *searcher, col, row int) {
	if row == 0 {
		s.dists = e.writer.dists // unchanged until this superblock is searched
	} else {
		s.dists = e.snapshots[min(col+e.front.lag, e.front.cols-1)]
	}
	s.sb = &e.superblocks[col%len(e.superblocks)]
	s.search(e.tile.col+col*8, e.tile.row+row*8)
}

// search makes all decisions for the superblock at a cell.
func (e *searcher) search(col, row int) {
	e.sb.col, e.sb.row, e.sb.qindex = col, row, e.superblockQindex(col, row)
	e.useQindex(e.sb.qindex)
	e.costs.resetModes(&e.dists)
	if e.drawing {
		e.costs.palette.reset(&e.dists)
	}
	e.costs.resetCoefficients(&e.dists, e.planes)
	e.sb.price = e.searchNode(col, row, 3, math.MaxFloat32)
}

// write writes the tile's superblock i.
func (e *Encoder) write(i int) {
	col := i % e.front.cols
	if col == 0 {
		e.writer.near.beginRow()
	}
	e.writer.sb = &e.superblocks[col%len(e.superblocks)]
	e.writer.writeSuperblock()
	e.snapshots[col] = e.writer.dists
	if e.onSuperblock != nil {
		e.onSuperblock(e.writer.sb)
	}
}

// deblock filters the reconstruction ("Loop filter process"). Prediction uses unfiltered
// samples, so this can wait.
func (e *frame) deblock() {
	for p := range e.planes {
		shift := 0
		if p > 0 {
			shift = e.chromaShift
		}
		s := &e.recon[p]
		plane := deblock.Plane{
			Pix: s.pix, Stride: s.stride,
			Width: (e.width + shift) >> shift, Height: (e.height + shift) >> shift, Chroma: p > 0,
			Sizes: e.txSizes[min(p, 1)], SizesStride: e.cols * 2 >> shift,
		}
		plane.Filter(e.filterLevel, e.filterLevel, filterSharpness)
	}
}

// noteSizes records a block's transform sizes for the deblocking filter.
func (e *frame) noteSizes(l *leaf, col, row int) {
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
