// Package av1 encodes still pictures as AV1, after the "AV1 Bitstream &
// Decoding Process Specification". What it codes is a part of AV1 that leaves
// whole chapters out: superblocks of 64, square blocks of 8, 16 and 32 inside the
// picture padded to eights, transforms of the block's size or half of it, DCT
// and ADST, the intra modes but for Paeth and the filters, chroma from luma,
// palettes of luma in drawings, quantiser matrices, a quantiser for each superblock,
// and the deblocking filter. Pictures have one tile unless they are too large for it.
package av1

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/edgeresize/edgeresize/resize/avif/av1/deblock"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// ErrTooLarge says that a picture is larger than [Fits].
var ErrTooLarge = errors.New("av1: picture is too large for decoders")

// errPlanes says that planes are no picture.
var errPlanes = errors.New("av1: planes are neither monochrome nor 4:2:0 nor 4:4:4")

// Params say how to encode a picture.
type Params struct {
	Quantizer int    // base_q_idx, 1 to 255
	Effort    Effort // how hard to search
	// Pace, where it is set, returns before each superblock how hard to search it, in
	// place of Effort. done of all is what is behind: superblocks, or pairs of them
	// where two goroutines search at the same time. Both call it, one at a time. Its
	// error ends Encode.
	Pace  func(done, all int) (Effort, error)
	Color Color // what samples mean; the matrix is not 0, Identity
}

// Stream is an encoded picture.
type Stream struct {
	Sequence []byte // the sequence header OBU
	Data     []byte // the sequence header OBU and the frame OBU

	Profile, Level         int // seq_profile, seq_level_idx_0
	Monochrome, Subsampled bool
}

// format is how many samples chroma has.
type format uint8

const (
	formatMono format = iota
	format420
	format444
)

// Encoder encodes pictures, one after the other. It keeps what is reused from
// one to the next; nothing of a picture reaches the next. It is for one
// goroutine; Encode itself uses a second one where there are two processors.
type Encoder struct {
	loaded bool
	frame
	front     *wavefront // while there is an encoding
	searchers []searcher // one for each goroutine
	writer    writer

	// By column of the tile's superblocks: what is decided of those that are not
	// written yet, of one only where nobody searches beside the writer, and the
	// distributions after the last one that is written.
	superblocks []superblock
	snapshots   []distributions

	header, data []byte // of the frame
	filtered     bool   // recon is deblocked
}

// frame is a picture and what is the same for all of its superblocks.
type frame struct {
	width, height int
	format        format
	chromaShift   int // 1 for 4:2:0, else 0
	planes        int // 1 or 3
	cols, rows    int // of 8x8 luma samples

	tiling tiling
	tile   tile // that is encoded

	source, recon [3]surface
	stats         []cellStats       // of 8x8 luma samples
	meanLog       float32           // of their logs
	flat          float64           // share of those that are flat
	txSizes       [2][]deblock.Size // of 4x4 samples of luma and chroma

	settings
	hooks
}

// pass is what each pass over superblocks, a search or the writer's, has of its own.
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

	luma, chroma *quantSteps // of the superblock
	steps        []quantPair // of all that the tile has
	stepsOf      [256]uint8  // by qindex: one more than where in steps, or 0
}

// surface is a plane padded to whole blocks of 8x8 luma samples. Rows have
// slack to the right for vectors.
type surface struct {
	pix           []uint8
	stride        int
	width, height int // padded
}

// slack is how many samples past a row vectors may read or write.
const slack = 32

// reset makes s a surface of a size. Samples are what they were.
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

// Load takes a picture: one plane, which is monochrome, or three of 4:2:0 or
// of 4:4:4, which the size of the second tells. It does what does not depend
// on Params, and copies the planes. It fails with [ErrTooLarge] where the picture
// does not fit decoders.
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

// Fits reports whether decoders take pictures of a size: AV1 has them up to 65536 x
// 65536, libavif and what uses it, such as browsers, up to 32768 on a side and 16384 x
// 16384 in all (AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT, AVIF_DEFAULT_IMAGE_SIZE_LIMIT).
func Fits(width, height int) bool {
	const side, area = 32768, 16384 * 16384
	return width <= side && height <= side && width*height <= area
}

// Reconstruction returns the planes that a decoder makes of what was encoded
// last. They are good until the next Load or Encode.
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

// Memory returns how many bytes Load and Encode allocate at most for a picture
// of a size and so many samples of all planes.
func Memory(width, height, samples int) int64 {
	cells := int64((width+7)>>3) * int64((height+7)>>3)
	padded := cells * 64 * int64(samples) / max(1, int64(width)*int64(height))
	rows := 6 * int64(height+15) * (2 * slack) // slack of source and reconstruction
	coded := 5 * padded                        // at the lowest quantizer, of noise, with room that grows
	const fixed = 3 << 19                      // the searchers and the steps of all quantisers
	ahead := int64(min((width+63)>>6, maxTileWidth)) * int64(unsafe.Sizeof(superblock{})+unsafe.Sizeof(distributions{}))
	return 2*padded + rows + cells*int64(cellBytes) + padded/8 + coded + ahead + fixed
}

// resized returns a slice of n elements, of s if that is large enough.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
