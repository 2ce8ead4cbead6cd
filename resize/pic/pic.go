// Package pic holds what the rooms of package resize share: how a picture is opened,
// decoded and encoded, in which forms its pixels are passed on, and the errors.
//
// A format is a room. To read it, the room has a function that makes a [Picture] of a
// [Source]: it reads the headers and decodes no pixel. Plan returns a [Decoding] for
// the part that is wanted, with what it costs. The Decoding yields one [Frame] for a
// still and several for an animation. A Frame resampled to the variant's size is a
// [Raster], and an [Encoder] writes a [Sequence] of them.
package pic

import (
	"context"
	"iter"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// Header is what a picture says before any pixel is decoded.
type Header struct {
	Format        Format
	Width, Height int // pixels, as stored: before the orientation is applied
	// Orientation is the Exif orientation, 1 to 8 (Exif 2.32, tag 0x0112).
	Orientation int
	// Frames is 1 unless the picture is animated.
	Frames int
	// Loops is how often an animation is repeated, as image/gif counts: 0 for ever, -1
	// not at all.
	Loops int
	// Lossless says that encoding changed no sample of the picture, so that a variant
	// should change none either if possible.
	Lossless bool
	// Subsampled says that chroma, if there is any, is stored in fewer samples than
	// luma, so that 4:4:4 would keep almost nothing more than 4:2:0.
	Subsampled bool
	// Quality is the approximate quality of the picture's lossy encoding, on the scale
	// of [Budget]; 0 if it is lossless or unknown.
	Quality int
}

// Upright returns the size in pixels after the orientation is applied.
func (h Header) Upright() (width, height int) {
	if SwapsAxes(h.Orientation) {
		return h.Height, h.Width
	}
	return h.Width, h.Height
}

// SwapsAxes reports whether the upright width is the stored height. That holds from
// orientation 5 on, where the stored picture's first row is on the left (Exif 2.32, tag
// 0x0112).
func SwapsAxes(orientation int) bool { return orientation >= 5 }

// View is the part of a picture that is wanted, and its size.
type View struct {
	// Window is the visible part, in pixels as stored; it is not mirrored.
	Window plane.Window
	// Width and Height are the size of the result in pixels, with the axes as stored.
	Width, Height int
}

// Ratios returns how many pixels of the picture become one, across and down.
func (v View) Ratios() (across, down float64) {
	return (v.Window.X1 - v.Window.X0) / float64(v.Width), (v.Window.Y1 - v.Window.Y0) / float64(v.Height)
}

// Picture is an opened picture: its headers are read, and no pixel is decoded.
type Picture interface {
	Header() Header
	// Plan returns how to decode what v shows. Errors: [UnsupportedError],
	// [*FormatError].
	Plan(v View) (*Decoding, error)
}

// Completer is a [Picture] whose header may be wrong until the whole file has been
// read.
type Completer interface {
	Picture
	// Complete reads the rest of the file and reports whether the header has changed.
	// The errors are those of opening.
	Complete(ctx context.Context) (changed bool, err error)
}

// Decoding says how to decode the part of a picture that a [View] shows.
type Decoding struct {
	// Memory is the most bytes that decoding allocates, besides the Source's.
	Memory int64
	// Shape is the shape of the frames.
	Shape Shape
	// Frames decodes; a still yields one frame. A frame is valid until the next one.
	// The first error ends it: [UnsupportedError], [*FormatError], ctx's or the
	// Source's. Ranging over it again decodes again.
	Frames func(ctx context.Context, b *Buffers) iter.Seq2[*Frame, error]
}

// Shape is the form and size of decoded frames, which determine what resampling takes.
type Shape struct {
	Width, Height int // decoded pixels, as stored
	// Channels is how many samples a pixel of [Rows] has, Planes how many planes
	// [Planar] has: one of the two is 0.
	Channels, Planes int
	// Whole and Joined say that Planar.Whole and Planar.ToSRGB are set.
	Whole, Joined bool
}
