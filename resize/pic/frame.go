package pic

import (
	"image"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// Frame is a decoded frame of a picture as stored, before its orientation is applied.
// The pixels are in exactly one of two forms.
type Frame struct {
	Planes *Planar
	Rows   *Rows
	Colour Colour
	Delay  int // until the next frame, milliseconds
}

// Colour says what samples mean.
type Colour struct {
	// Gray says that the samples are gray levels, with or without alpha.
	Gray bool
	// Profile is the samples' ICC profile, whole and of the right colour space; nil
	// stands for sRGB.
	Profile []byte
	// PNGChunks are colour chunks that only a PNG can carry, whole (PNG third edition,
	// 11.3.2). OnlyPNG says that the samples would mean something else without them.
	PNGChunks []byte
	OnlyPNG   bool
}

// Planar is a decoded picture, or a part of one, as planes: one of gray levels; Y, Cb
// and Cr as JFIF defines them; or the channels that ToSRGB takes.
type Planar struct {
	Planes []plane.Plane
	Steps  []Step
	// X and Y are the position of the planes' top left corner, in stored pixels.
	X, Y float64
	// Whole says that chroma is stored in as many samples as luma, so that a variant
	// gets it at 4:4:4.
	Whole bool
	// ToSRGB converts pixels of four samples in place to sRGB with an alpha of 255. The
	// samples are those of the planes, in their order; the fourth is undefined if there
	// are three planes. It is nil for gray and YCbCr.
	ToSRGB func(pix []uint8)
}

// Step is the distance between samples of a plane, in stored pixels. Sample (i, j)
// stands for the pixels from X + i × Step.X up to X + (i+1) × Step.X, and
// likewise in y.
type Step struct{ X, Y float64 }

// PlanarOf returns pixels of 4:2:0 that begin at 0, 0 as planes.
func PlanarOf(img *image.YCbCr) *Planar {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	return &Planar{
		Planes: []plane.Plane{
			{Pix: img.Y, Stride: img.YStride, Width: w, Height: h},
			{Pix: img.Cb, Stride: img.CStride, Width: (w + 1) / 2, Height: (h + 1) / 2},
			{Pix: img.Cr, Stride: img.CStride, Width: (w + 1) / 2, Height: (h + 1) / 2},
		},
		Steps: []Step{{1, 1}, {2, 2}, {2, 2}},
	}
}
