package resize

import (
	"context"
	"image"
	"io"

	"github.com/disintegration/imaging"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// rows is a picture that comes row by row, top down.
type rows struct {
	width, height int // pixels, as stored
	channels      int // samples a pixel: gray, gray and alpha, RGB, RGB and alpha
	// next is the next row, which stays as it is until the next call; io.EOF
	// after the last.
	next func() ([]byte, error)
}

// checkRows is how many rows are read between looks at the context.
const checkRows = 16

// resample makes the upright pixels of the box b of stored ones, with a Lanczos
// filter. Colours are weighted by their alpha, so transparent pixels leave no
// fringe.
func (r rows) resample(ctx context.Context, resampler *plane.RowResampler, b box, orientation int) (*image.NRGBA, error) {
	out := plane.Plane{
		Pix:    make([]uint8, b.width*b.height*r.channels),
		Stride: b.width * r.channels,
		Width:  b.width, Height: b.height,
	}
	if err := resampler.Reset(out, r.width, r.height, r.channels, mirrored(b.window, orientation)); err != nil {
		return nil, err
	}
	// Rows below the window are read too: they say whether the file is whole.
	for y := 0; ; y++ {
		if y%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		row, err := r.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := resampler.Push(row); err != nil {
			return nil, err
		}
	}
	img := nrgbaOf(out, r.channels)
	if swapsAxes(orientation) {
		img = imaging.Transpose(img)
	}
	return img, nil
}

// nrgbaOf is p, of so many samples a pixel, in four samples a pixel.
func nrgbaOf(p plane.Plane, channels int) *image.NRGBA {
	if channels == 4 {
		return &image.NRGBA{Pix: p.Pix, Stride: p.Stride, Rect: image.Rect(0, 0, p.Width, p.Height)}
	}
	img := image.NewNRGBA(image.Rect(0, 0, p.Width, p.Height))
	for i, dst := 0, img.Pix; i < len(p.Pix); i, dst = i+channels, dst[4:] {
		c := p.Pix[i : i+channels]
		switch channels {
		case 1:
			dst[0], dst[1], dst[2], dst[3] = c[0], c[0], c[0], 255
		case 2:
			dst[0], dst[1], dst[2], dst[3] = c[0], c[0], c[0], c[1]
		default:
			dst[0], dst[1], dst[2], dst[3] = c[0], c[1], c[2], 255
		}
	}
	return img
}

// rowsOf are the rows of pixels in memory.
func rowsOf(img image.Image) rows {
	size := img.Bounds().Size()
	r := rows{width: size.X, height: size.Y, channels: 4}
	y := 0
	row := func(pix []uint8, stride int) ([]byte, error) {
		if y == size.Y {
			return nil, io.EOF
		}
		y++
		return pix[(y-1)*stride:][:size.X*r.channels], nil
	}
	switch img := img.(type) {
	case *image.NRGBA:
		r.next = func() ([]byte, error) { return row(img.Pix, img.Stride) }
	case *image.Gray:
		r.channels = 1
		r.next = func() ([]byte, error) { return row(img.Pix, img.Stride) }
	default:
		r.next = bandRows(img)
	}
	return r
}

// bandRows gives the rows of pixels of any type, converted some at a time.
func bandRows(img image.Image) func() ([]byte, error) {
	const height = 16
	bounds := img.Bounds()
	y := bounds.Min.Y
	var band *image.NRGBA
	return func() ([]byte, error) {
		if y == bounds.Max.Y {
			return nil, io.EOF
		}
		at := (y - bounds.Min.Y) % height
		if at == 0 {
			part := image.Rect(bounds.Min.X, y, bounds.Max.X, min(y+height, bounds.Max.Y))
			band = imaging.Crop(img, part)
		}
		y++
		return band.Pix[at*band.Stride:][:4*bounds.Dx()], nil
	}
}

// stored is b for a picture that is stored with the given Exif orientation.
// The window lies around the centre, so it stays where it is but for the axes.
func (b box) stored(orientation int) box {
	if !swapsAxes(orientation) {
		return b
	}
	return box{
		width:  b.height,
		height: b.width,
		window: plane.Window{X0: b.window.Y0, Y0: b.window.X0, X1: b.window.Y1, Y1: b.window.X1},
	}
}

// leftTop is the first Exif orientation that swaps the axes (Exif 2.32, tag
// 0x0112): the stored picture's first row is seen on the left.
const leftTop = 5

// swapsAxes says whether the upright width is the stored height.
func swapsAxes(orientation int) bool { return orientation >= leftTop }
