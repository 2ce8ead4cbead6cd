package pic

import (
	"image"
	"io"

	"github.com/disintegration/imaging"
)

// Rows is a picture that arrives row by row, from the top down.
type Rows struct {
	Width, Height int // pixels, as stored
	// Channels is how many samples of 8 bits a pixel has: 1 is gray, 2 gray and
	// alpha, 3 RGB, 4 RGB and alpha. Colours are not multiplied by alpha.
	Channels int
	// Next returns the next row, which is valid until the next call. After the last it
	// returns io.EOF, once it has checked what follows in the file.
	Next func() ([]byte, error)
}

// RowsOf returns the rows of pixels in memory. Samples of more than 8 bits are cut, not
// rounded: see [EightBit].
func RowsOf(img image.Image) *Rows {
	size := img.Bounds().Size()
	r := &Rows{Width: size.X, Height: size.Y, Channels: 4}
	y := 0
	row := func(pix []uint8, stride int) ([]byte, error) {
		if y == size.Y {
			return nil, io.EOF
		}
		y++
		return pix[(y-1)*stride:][:size.X*r.Channels], nil
	}
	switch img := img.(type) {
	case *image.NRGBA:
		r.Next = func() ([]byte, error) { return row(img.Pix, img.Stride) }
	case *image.Gray:
		r.Channels = 1
		r.Next = func() ([]byte, error) { return row(img.Pix, img.Stride) }
	default:
		r.Next = bandRows(img)
	}
	return r
}

// bandRows returns the rows of pixels of any type, which it converts in bands of 16
// rows.
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
