package vp8

import (
	"context"
	"errors"
	"unsafe"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// Effort is how hard an encoder searches.
type Effort uint8

// The efforts, from the fastest to the one with the fewest bytes.
const (
	Fast Effort = iota
	Medium
)

// Params say how to encode a picture.
type Params struct {
	Quantiser int // the picture's quantiser index, 0 to 127
	Effort    Effort
}

// errParams is the error for Params out of range.
var errParams = errors.New("vp8: quantiser or effort out of range")

// errNotLoaded is the error if no picture is loaded.
var errNotLoaded = errors.New("vp8: Encode without Load")

// ErrModes is the error if the modes of a picture's macroblocks take more than
// the 512 KiB allowed (RFC 6386 section 9.1).
var ErrModes = errors.New("vp8: first partition is too large")

// Encoder encodes one picture after another as VP8 key frames (RFC 6386). It
// keeps its buffers, but nothing of a picture. The zero value is ready. It is for
// one goroutine.
type Encoder struct {
	loaded        bool
	gray          bool
	width, height int
	cols, rows    int // macroblocks across and down

	source, recon [3]surface
	activity      []int32 // by macroblock

	settings
	segmentOf []uint8 // by macroblock
	blocks    []decision
	levels    []int16 // of all macroblocks, in coded order

	above    []neighbour
	left     neighbour
	search   search
	counts   tokenCounts
	probs    tables.CoefficientProbs
	costs    tokenCosts
	skipped  int // macroblocks without levels
	modeBits int // approximate bits that macroblocks' modes take, in 1/256

	first, second boolEncoder

	// In tests, fuzz makes all choices: it returns a number from 0 to n-1.
	fuzz func(n int) int
}

// decision is what was chosen for a macroblock.
type decision struct {
	mode, chroma uint8
	segment      uint8
	skip         bool // it has no levels
	submodes     [16]uint8
	counts       [25]uint8 // number of levels, by block: 16 of luma, 4 of U, 4 of V, Y2
}

// y2 is the index of Y2 among blocks.
const y2 = 24

// Encode encodes the loaded picture as a VP8 bitstream. It checks ctx before each
// row of macroblocks.
func (e *Encoder) Encode(ctx context.Context, p Params) ([]byte, error) {
	if !e.loaded {
		return nil, errNotLoaded
	}
	if p.Quantiser < 0 || p.Quantiser >= tables.Indices || p.Effort > Medium {
		return nil, errParams
	}
	e.set(p)
	if err := e.searchAll(ctx); err != nil {
		return nil, err
	}
	e.counts.choose(&e.probs)
	return e.write(ctx)
}

// searchAll makes the choices for all macroblocks.
func (e *Encoder) searchAll(ctx context.Context) error {
	for i := range e.recon {
		size := 16
		if i > 0 {
			size = 8
		}
		e.recon[i].reset(e.cols*size, e.rows*size)
	}
	e.blocks = sized(e.blocks, e.cols*e.rows)
	e.above = sized(e.above, e.cols)
	clear(e.above)
	e.levels = sized(e.levels, 400*len(e.blocks))[:0]
	e.counts = tokenCounts{}
	e.skipped, e.modeBits = 0, 0
	for row := range e.rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		e.counts.suit(&e.probs)
		e.costs.set(&e.probs)
		e.left = neighbour{}
		e.search.luma.Start(row == 0)
		e.search.around.Start(row == 0)
		for col := range e.cols {
			e.searchMacroblock(col, row)
		}
	}
	return nil
}

// EncoderMemory returns the most bytes that Load and Encode allocate for a
// picture of the given size.
func EncoderMemory(width, height int) int64 {
	cols := (int64(width) + 15) >> 4
	blocks := cols * ((int64(height) + 15) >> 4)
	const (
		samples = 2 * 384
		levels  = 2 * 400
		coded   = 4 * 560 // for noise at the lowest quantiser, with room that grows
		fixed   = 1 << 18 // the encoder itself
	)
	return blocks*(samples+levels+coded+int64(unsafe.Sizeof(decision{}))+8) + cols*int64(unsafe.Sizeof(neighbour{})) + fixed
}
