// Package av1 encodes still pictures as AV1, after the "AV1 Bitstream & Decoding Process
// Specification".
//
// It writes a part of AV1: superblocks of 64; square blocks of 8, 16 and 32 inside the
// picture padded to multiples of 8; transforms of the block's size or half of it; DCT and
// ADST; all intra modes but Paeth and the filters; chroma from luma; palettes of luma in
// drawings; quantiser matrices; a quantiser for each superblock; the deblocking filter. A
// picture has one tile unless it is too large for that.
package av1

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/edgeresize/edgeresize/resize/avif/av1/deblock"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// ErrTooLarge says that a picture is larger than [Fits] allows.
var ErrTooLarge = errors.New("av1: the picture is too large for decoders")

// errPlanes says that planes do not form a picture.
var errPlanes = errors.New("av1: the planes are not monochrome, 4:2:0 or 4:4:4")

// Params say how to encode a picture.
type Params struct {
	Quantiser int    // base_q_idx, 1 to 255
	Effort    Effort // how hard to search
	// Pace, if set, returns before each superblock how hard to search it, in place of
	// Effort. done of all superblocks are searched; if two goroutines search at the same
	// time, a pair counts as one. Both call Pace, one at a time. Its error ends Encode.
	Pace  func(done, all int) (Effort, error)
	Color Color // what samples mean; Matrix must not be 0, Identity
}

// Stream is an encoded picture.
type Stream struct {
	Sequence []byte // the sequence header OBU
	Data     []byte // the sequence header OBU and the frame OBU

	Profile, Level         int // seq_profile, seq_level_idx_0
	Monochrome, Subsampled bool
}

// format says how many samples chroma has.
type format uint8

const (
	formatMono format = iota
	format420
	format444
)

// Encoder encodes pictures, one after the other. It keeps its buffers for the next
// picture, and nothing of a picture reaches the next. It is for one goroutine; Encode
// itself uses a second one if there are two processors.
type Encoder struct {
	loaded bool
	frame
	front     *wavefront // during an encoding
	searchers []searcher // one for each goroutine
	writer    writer

	// By column of the tile's superblocks: the decisions for superblocks that are not
	// written yet (one alone if one goroutine searches), and the distributions after the
	// last superblock written.
	superblocks []superblock
	snapshots   []distributions

	header, data []byte // of the frame
	filtered     bool   // recon is deblocked
}

// frame is a picture with what all of its superblocks share.
type frame struct {
	width, height int
	format        format
	chromaShift   int // 1 for 4:2:0, else 0
	planes        int // 1 or 3
	cols, rows    int // of 8x8 luma samples

	tiling tiling
	tile   tile // being encoded

	source, recon [3]surface
	stats         []cellStats       // of 8x8 luma samples
	meanLog       float32           // mean of the cells' logs
	flat          float64           // share of flat cells
	txSizes       [2][]deblock.Size // of 4x4 samples of luma and chroma

	settings
	hooks
}

// pass is the state of one pass over superblocks: a searcher's or the writer's.
type pass struct {
	*frame
	sb    *superblock
	near  neighbours
	dists distributions
}

// searcher searches superblocks.
type searcher struct {
	pass
	effort *effort
	costs  costs
	work   workspace

	luma, chroma *quantSteps // of the superblock's qindex
	steps        []quantPair // of all qindexes of the tile
	stepsOf      [256]uint8  // by qindex: index in steps plus one, or 0
}

// surface is a plane padded to whole blocks of 8x8 luma samples. Each row is followed by
// slack for vectors.
type surface struct {
	pix           []uint8
	stride        int
	width, height int // padded
}

// slack is how many samples past a row vectors may read or write.
const slack = 32

// reset gives s a size. Its samples are undefined.
func (s *surface) reset(width, height int) {
	s.width, s.height, s.stride = width, height, (width+slack+31)&^31
	if n := s.stride*height + slack; cap(s.pix) < n {
		s.pix = make([]uint8, n)
	} else {
		s.pix = s.pix[:n]
	}
}

// fill copies a plane and repeats its last column and row up to the padding.
func (s *surface) fill(p plane.Plane) {
	for y := range s.height {
		row := s.pix[y*s.stride:][:s.width]
		src := p.Pix[min(y, p.Height-1)*p.Stride:][:p.Width]
		n := copy(row, src)
		for i := n; i < len(row); i++ {
			row[i] = src[n-1]
		}
	}
}

// Load takes a picture: one plane, which is monochrome, or three of 4:2:0 or 4:4:4, as
// the second plane's size says. It copies the planes and analyses what does not depend on
// Params. It returns [ErrTooLarge] if the picture does not fit decoders.
func (e *Encoder) Load(ctx context.Context, planes []plane.Plane) error {
	e.loaded = false
	f, err := formatOf(planes)
	if err != nil {
		return err
	}
	if width, height := planes[0].Width, planes[0].Height; !Fits(width, height) {
		return fmt.Errorf("%w: %d x %d", ErrTooLarge, width, height)
	}
	e.format, e.planes = f, len(planes)
	e.chromaShift = oneIf(f == format420)
	e.width, e.height = planes[0].Width, planes[0].Height
	e.cols, e.rows = (e.width+7)>>3, (e.height+7)>>3
	e.tiling = tilingOf((e.cols+7)>>3, (e.rows+7)>>3, e.tilesToAdd())
	for i, p := range planes {
		shift := 0
		if i > 0 {
			shift = e.chromaShift
		}
		e.source[i].reset(e.cols*8>>shift, e.rows*8>>shift)
		e.recon[i].reset(e.cols*8>>shift, e.rows*8>>shift)
		e.source[i].fill(p)
		e.txSizes[min(i, 1)] = resized(e.txSizes[min(i, 1)], (e.cols*2>>shift)*(e.rows*2>>shift))
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	err = e.analyse(ctx)
	e.loaded = err == nil
	return err
}

// formatOf returns the format of planes.
func formatOf(planes []plane.Plane) (format, error) {
	for _, p := range planes {
		if p.Width < 1 || p.Height < 1 {
			return 0, errPlanes
		}
	}
	if len(planes) == 1 {
		return formatMono, nil
	}
	if len(planes) != 3 || planes[1].Width != planes[2].Width || planes[1].Height != planes[2].Height {
		return 0, errPlanes
	}
	y, u := planes[0], planes[1]
	switch {
	case u.Width == y.Width && u.Height == y.Height && (y.Width > 1 || y.Height > 1):
		return format444, nil
	case u.Width == (y.Width+1)/2 && u.Height == (y.Height+1)/2:
		return format420, nil
	}
	return 0, errPlanes
}

// Fits reports whether decoders take pictures of width x height. AV1 allows 65536 x
// 65536. libavif and its users, such as browsers, take up to 32768 on a side and 16384 x
// 16384 samples in all (AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT,
// AVIF_DEFAULT_IMAGE_SIZE_LIMIT).
func Fits(width, height int) bool {
	const side, area = 32768, 16384 * 16384
	return width <= side && height <= side && width*height <= area
}

// Reconstruction returns the planes that a decoder makes of the last encoding. They are
// valid until the next Load or Encode.
func (e *Encoder) Reconstruction() []plane.Plane {
	if !e.filtered {
		e.deblock()
		e.filtered = true
	}
	planes := make([]plane.Plane, e.planes)
	for i := range planes {
		width, height := e.width, e.height
		if i > 0 {
			width, height = (width+e.chromaShift)>>e.chromaShift, (height+e.chromaShift)>>e.chromaShift
		}
		planes[i] = plane.Plane{Pix: e.recon[i].pix, Stride: e.recon[i].stride, Width: width, Height: height}
	}
	return planes
}

// Memory returns the most bytes that Load and Encode allocate for a picture of width x
// height. samples is the number of samples of all planes together.
func Memory(width, height, samples int) int64 {
	cells := int64((width+7)>>3) * int64((height+7)>>3)
	padded := cells * 64 * int64(samples) / max(1, int64(width)*int64(height))
	rows := 6 * int64(height+15) * (2 * slack) // slack of source and reconstruction
	coded := 5 * padded                        // noise at the lowest quantiser, and data's growth
	const fixed = 3 << 19                      // the searchers and the steps of all quantisers
	ahead := int64(min((width+63)>>6, maxTileWidth)) * int64(unsafe.Sizeof(superblock{})+unsafe.Sizeof(distributions{}))
	return 2*padded + rows + cells*int64(cellBytes) + padded/8 + coded + ahead + fixed
}

// resized returns a slice of n elements, in s if its capacity is enough. Elements are
// undefined.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
