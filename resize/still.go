package resize

import (
	"context"
	"fmt"
	"image"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// still is a decoded picture of one frame on its way to a variant: what a
// decoder hands over, and what an encoder is given after resampling.
type still struct {
	// pixels are as stored in the file until they are turned upright. A
	// decoder returns only types whose pixel access cannot panic on bad
	// input (no palette index beyond the palette, say), because the
	// resampler reads them from goroutines of its own.
	pixels image.Image
	// planes are what of YCbCr pixels, which only a JPEG can hold, is left
	// after resampling, instead of the pixels of other pictures.
	planes []plane.Plane
	// orientation is the Exif orientation, 1 to 8 (Exif 2.32, tag 0x0112).
	orientation int
	// profile is the ICC profile the pixels are in; nil is sRGB.
	profile []byte
	// gray says that the pixels are gray levels, opaque that none is
	// transparent; the variant stays so.
	gray, opaque bool
	// lossless says that a variant should be PNG even where it is opaque.
	lossless bool
	// pngColour holds colour chunks (gAMA, cHRM, sRGB, cICP) that only a PNG
	// can carry, ready to be copied into one.
	pngColour []byte
}

// reduce makes s the variant: resampled and upright, of NRGBA pixels or, if it
// was YCbCr before, of planes. It gives ctx's error soon after ctx is done.
func (s *still) reduce(ctx context.Context, b box) error {
	orientation := s.orientation
	s.orientation = 1
	var err error
	if p, ok := planarYCbCr(s.pixels); ok {
		s.planes, err = p.resample(ctx, new(planeResampler), b.stored(orientation), orientation)
		return err
	}
	var resampler plane.RowResampler
	s.pixels, err = rowsOf(s.pixels).resample(ctx, &resampler, b.stored(orientation), orientation)
	return err
}

// checkSize makes sure that the pixels are what the header promised.
func (s *still) checkSize(info Info) error {
	size := s.pixels.Bounds().Size()
	if uprightInfo(info.Format, size.X, size.Y, s.orientation) != info {
		return &FormatError{
			Format: info.Format,
			Err:    fmt.Errorf("%v pixels, turned as %d, are not the header's %dx%d", size, s.orientation, info.Width, info.Height),
		}
	}
	return nil
}

// uprightInfo is the Info of a picture of one frame, from its size as stored.
func uprightInfo(format Format, w, h, orientation int) Info {
	if swapsAxes(orientation) {
		w, h = h, w
	}
	return Info{Format: format, Width: w, Height: h, Frames: 1}
}
