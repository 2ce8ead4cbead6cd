package plane

import (
	"encoding/binary"
	"errors"
)

// RowResampler is a [Resampler] for a picture that arrives row by row, from the top
// down. It keeps no more rows than a row of the output is made of. It takes pixels of 1
// to 4 samples as ResampleInterleaved does, but with colours that are not multiplied by
// their alpha.
//
// The zero RowResampler is ready for Reset.
type RowResampler struct {
	resampler Resampler
	dst       Plane
	channels  int
	upward    bool // dst is made from the bottom up
	made      int  // finished rows of dst

	width, height int // of the source
	first         int // the first column needed
	pushed        int // rows of the source so far

	// kept holds rows from number base on, of stride samples from column first on. It
	// has room for twice as many as are needed at once, so that they are rarely moved.
	kept   []uint8
	stride int
	base   int

	vectors bool // resampler.vector makes the rows
}

// Reset prepares for a picture of width × height pixels; dst will be filled with what
// window shows of it. It returns an error for invalid sizes and windows.
func (r *RowResampler) Reset(dst Plane, width, height, channels int, window Window) error {
	switch {
	case width < 1 || height < 1:
		return errors.New("plane: no pixels")
	case channels < 1 || channels > 4:
		return errors.New("plane: not 1 to 4 channels")
	case !dst.holds(channels):
		return errors.New("plane: no samples, or too few for the size")
	case !isSide(window.X0, window.X1, width) || !isSide(window.Y0, window.Y1, height):
		return errors.New("plane: empty window, or one larger than the picture")
	}
	*r = RowResampler{resampler: r.resampler, kept: r.kept}
	r.dst, r.width, r.height, r.channels = dst, width, height, channels
	r.upward = window.Y0 > window.Y1
	first, end := r.reset(window)
	r.first, r.stride = first, (end-first)*channels
	rows := 0
	for k := 0; k < dst.Height; k += 2 {
		first, end := r.needed(k)
		rows = max(rows, end-first)
	}
	r.kept = resized(r.kept, 2*rows*r.stride)
	return nil
}

// reset prepares filters and buffers, and returns the range of columns needed.
func (r *RowResampler) reset(window Window) (first, end int) {
	s := &r.resampler
	s.columns.reset(span{window.X0, window.X1, r.width, r.dst.Width, 1})
	s.rows.reset(span{window.Y0, window.Y1, r.height, r.dst.Height, 1})
	first, end = s.columns.source()
	r.vectors = !s.scalarOnly && s.vector.reset(s.columns.taps, first, end-first, r.channels)
	if !r.vectors {
		s.resizeBuffers((end-first)*r.channels, r.dst.Width*r.channels)
	}
	return first, end
}

// pair returns the two rows of dst that are made as number k and k+1. If k is the last,
// it returns that row twice.
func (r *RowResampler) pair(k int) (y, next int) {
	last := r.dst.Height - 1
	y, next = k, min(k+1, last)
	if r.upward {
		return last - y, last - next
	}
	return y, next
}

// needed returns the range of source rows that pair k is made of.
func (r *RowResampler) needed(k int) (first, end int) {
	y, next := r.pair(k)
	a, b := r.resampler.rows.taps[y], r.resampler.rows.taps[next]
	return min(a.first, b.first), max(a.first+len(a.weights), b.first+len(b.weights))
}

// Push takes the next row of the source, and makes the rows of dst that it completes.
// It returns an error for a row too many or of another length.
func (r *RowResampler) Push(row []uint8) error {
	switch {
	case r.pushed >= r.height:
		return errors.New("plane: more rows than the picture has")
	case len(row) != r.width*r.channels:
		return errors.New("plane: a row has the wrong length")
	}
	r.keep(row[r.first*r.channels:][:r.stride])
	r.pushed++
	for r.made < r.dst.Height {
		if _, end := r.needed(r.made); end > r.pushed {
			return nil
		}
		r.makePair()
	}
	return nil
}

// Done reports whether dst is filled.
func (r *RowResampler) Done() bool { return r.made >= r.dst.Height }

// keep stores a row, multiplied by its alpha, if it is still needed.
func (r *RowResampler) keep(row []uint8) {
	if r.Done() {
		return
	}
	first, _ := r.needed(r.made)
	if r.pushed < first {
		return
	}
	at := (r.pushed - r.base) * r.stride
	if r.pushed == first || at >= len(r.kept) {
		// No later pair needs rows before the first one needed here.
		if r.pushed > first {
			copy(r.kept, r.kept[(first-r.base)*r.stride:at])
		}
		r.base = first
		at = (r.pushed - first) * r.stride
	}
	kept := r.kept[at:][:r.stride]
	multiply(kept, row, r.channels)
	if r.vectors {
		var above []uint8
		if r.pushed > first {
			above = r.kept[at-r.stride : at]
		}
		r.resampler.vector.push(kept, above)
	}
}

// makePair makes the next two rows of dst.
func (r *RowResampler) makePair() {
	s := &r.resampler
	y, next := r.pair(r.made)
	r.made += 2
	a, b := s.rows.taps[y], s.rows.taps[next]
	above, below := r.dst.Pix[y*r.dst.Stride:], r.dst.Pix[next*r.dst.Stride:]
	if r.vectors {
		s.vector.resampleNewest(above, r.kept, r.stride, a, r.base, r.pushed-1)
		s.vector.resampleNewest(below, r.kept, r.stride, b, r.base, r.pushed-1)
		return
	}
	a.first -= r.base
	b.first -= r.base
	mixRows(s.between, &s.rowSums, r.kept, r.stride, a, b)
	mixColumns(&s.sums, s.between, r.first, r.channels, s.columns.taps)
	store(above, s.sums[0], r.channels)
	store(below, s.sums[1], r.channels)
}

// multiply copies pixels, with colours multiplied by their alpha and rounded.
func multiply(dst, src []uint8, channels int) {
	switch channels {
	case 2:
		for i := 0; i+2 <= len(src) && i+2 <= len(dst); i += 2 {
			v := uint32(src[i])*uint32(src[i+1]) + 128
			dst[i], dst[i+1] = uint8((v+v>>8)>>8), src[i+1]
		}
	case 4:
		n := 4 * multiplyVectors(dst, src)
		multiplyRGBA(dst[n:], src[n:])
	default:
		copy(dst, src)
	}
}

func multiplyRGBA(dst, src []uint8) {
	const two, half = 0x00ff00ff, 0x00800080
	for i := 0; i+4 <= len(src) && i+4 <= len(dst); i += 4 {
		p := binary.LittleEndian.Uint32(src[i:])
		a := p >> 24
		if a < 255 {
			// Red and blue side by side; green alone. Each is v×a/255, rounded.
			rb := p&two*a + half
			rb = (rb + rb>>8&two) >> 8 & two
			g := p>>8&0xff*a + 128
			g = (g + g>>8) >> 8
			p = rb | g<<8 | a<<24
		}
		binary.LittleEndian.PutUint32(dst[i:], p)
	}
}
