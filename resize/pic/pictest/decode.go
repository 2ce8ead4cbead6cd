package pictest

import (
	"context"
	"image"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// Open is the type of a room's function Open.
type Open func(ctx context.Context, source pic.Source) (pic.Picture, error)

// Decoded is a still that was decoded as a whole.
type Decoded struct {
	Header pic.Header
	Pixels *image.NRGBA // as stored
	Colour pic.Colour
}

// Decode decodes the first frame of a file in full size.
func Decode(ctx context.Context, open Open, data []byte) (Decoded, error) {
	p, err := open(ctx, pic.Bytes(data))
	if err != nil {
		return Decoded{}, err
	}
	d := Decoded{Header: p.Header()}
	decoding, err := p.Plan(Whole(d.Header))
	if err != nil {
		return d, err
	}
	for frame, err := range decoding.Frames(ctx, new(pic.Buffers)) {
		if err != nil {
			return d, err
		}
		d.Colour = frame.Colour
		if frame.Rows == nil {
			d.Pixels = (&pic.Raster{Planes: frame.Planes.Planes}).NRGBA()
			return d, nil
		}
		d.Pixels, err = Pixels(frame.Rows)
		return d, err
	}
	return d, nil
}

// Whole returns the view that shows a whole picture in its own size.
func Whole(h pic.Header) pic.View {
	return pic.View{
		Window: plane.Window{X1: float64(h.Width), Y1: float64(h.Height)},
		Width:  h.Width, Height: h.Height,
	}
}

// Pixels reads all rows.
func Pixels(rows *pic.Rows) (*image.NRGBA, error) {
	img := image.NewNRGBA(image.Rect(0, 0, rows.Width, rows.Height))
	for y := 0; ; y++ {
		row, err := rows.Next()
		if err == io.EOF {
			return img, nil
		}
		if err != nil {
			return nil, err
		}
		for x := range rows.Width {
			p, c := img.Pix[y*img.Stride+4*x:], row[x*rows.Channels:]
			p[3] = 255
			switch rows.Channels {
			case 1, 2:
				p[0], p[1], p[2] = c[0], c[0], c[0]
				if rows.Channels == 2 {
					p[3] = c[1]
				}
			default:
				copy(p, c[:rows.Channels])
			}
		}
	}
}

// Fixture reads a file of resize's testdata for the test of a room.
func Fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
