// Package pic is what the rooms of package resize share: how a picture is opened,
// decoded and encoded, in which forms its pixels are handed on, and what errors
// say.
//
// A format is a room. To be read it has a function that makes a [Picture] of a
// [Source]: the headers are read, no pixel is decoded. Plan tells what it takes to
// decode the part that is wanted, as a [Decoding], which yields a [Frame] for a
// still and several for an animation. Resampled to its size, a Frame is a
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
	// Loops says how often an animation is repeated, as image/gif counts: 0 for
	// ever, -1 not at all.
	Loops int
	// Lossless says that no sample was changed when the picture was encoded, and
	// none should be in a variant that can do without.
	Lossless bool
	// Subsampled says that chroma, if there is any, has been stored in fewer samples
	// than luma, so that 4:4:4 would keep next to nothing more than 4:2:0.
	Subsampled bool
	// Quality is about that of the picture's lossy encoding, as [Budget] counts it;
	// 0 where it has none or does not say.
	Quality int
}

// Upright returns the size in pixels once the orientation is applied.
func (h Header) Upright() (width, height int) {
	if SwapsAxes(h.Orientation) {
		return h.Height, h.Width
	}
	return h.Width, h.Height
}

// SwapsAxes reports whether the upright width is the stored height. The first
// such orientation has the stored picture's first row on the left (Exif 2.32, tag
// 0x0112).
func SwapsAxes(orientation int) bool { return orientation >= 5 }

// View is what is wanted of a picture.
type View struct {
	// Window is the part that is shown, in pixels as stored; it is not mirrored.
	Window plane.Window
	// Width and Height are the pixels that it becomes, as stored too.
	Width, Height int
}

// Ratios returns how many pixels of the picture become one, across and down.
func (v View) Ratios() (across, down float64) {
	return (v.Window.X1 - v.Window.X0) / float64(v.Width), (v.Window.Y1 - v.Window.Y0) / float64(v.Height)
}

// Picture is an opened picture: its headers are read, no pixel is decoded.
type Picture interface {
	Header() Header
	// Plan returns how to decode what v shows. Errors: [UnsupportedError],
	// [*FormatError].
	Plan(v View) (*Decoding, error)
}

// Completer is a [Picture] whose header may be wrong until all of the file has
// been read.
type Completer interface {
	Picture
	// Complete reads what is left of the file and reports whether the header has
	// become another one. Errors are those of opening.
	Complete(ctx context.Context) (changed bool, err error)
}

// Decoding is how the part of a picture that a [View] shows is decoded.
type Decoding struct {
	// Memory is how many bytes decoding allocates at most, beside the Source's.
	Memory int64
	// Shape is that of the frames.
	Shape Shape
	// Frames decodes: a still yields one frame. A frame is valid until the next
	// one. The first error ends it: [UnsupportedError], [*FormatError], ctx's or
	// the Source's. It may be ranged over again, which decodes again.
	Frames func(ctx context.Context, b *Buffers) iter.Seq2[*Frame, error]
}

// Shape says in what form frames come, and how large: what resampling takes
// depends on it.
type Shape struct {
	Width, Height int // pixels that are decoded, as stored
	// Channels is how many samples a pixel of [Rows] has, Planes how many planes
	// [Planar] has: one of the two is 0.
	Channels, Planes int
	// Whole and Joined say that Planar.Whole and Planar.ToSRGB are set.
	Whole, Joined bool
}
