package resize

import (
	"context"
	"errors"
	"image"
	"io"
	"time"

	"github.com/disintegration/imaging"

	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/png"
)

// resizePNG makes the variant of a PNG while its rows are read, so that it never
// exists whole. The error is [png.ErrInterlaced] for one of which that cannot be
// done.
func resizePNG(ctx context.Context, original []byte, b box, req Request) (*Variant, error) {
	start := time.Now()
	h, err := parsePNG(original)
	if err != nil {
		return nil, err
	}
	r, err := png.NewReader(original)
	if err != nil {
		return nil, pngError(err)
	}
	stored := b.stored(h.orientation)
	memory := rowsMemory(r, stored) + h.profileMemory() + req.encodeMemory(b) + pngEncodeMemory(b)
	if err := req.checkMemory(memory); err != nil {
		return nil, err
	}
	s, err := h.still()
	if err != nil {
		return nil, err
	}
	img, err := resampleRows(ctx, r, stored, h.orientation)
	if err != nil {
		return nil, err
	}
	s.pixels, s.opaque, s.orientation = img, img.Opaque(), 1
	decoded := time.Now()
	v, err := encode(ctx, s, PNG, req)
	if err != nil {
		return nil, err
	}
	v.Width, v.Height = b.width, b.height
	// Reading and resampling take turns.
	v.Times = Times{Decode: decoded.Sub(start), Encode: time.Since(decoded)}
	return v, nil
}

// checkRows is how many rows are read between looks at the context.
const checkRows = 64

// resampleRows makes the upright pixels of the box b of stored ones.
func resampleRows(ctx context.Context, r *png.Reader, b box, orientation int) (*image.NRGBA, error) {
	out := plane.Plane{
		Pix:    make([]uint8, b.width*b.height*r.Channels),
		Stride: b.width * r.Channels,
		Width:  b.width, Height: b.height,
	}
	var resampler plane.RowResampler
	if err := resampler.Reset(out, r.Width, r.Height, r.Channels, mirrored(b.window, orientation)); err != nil {
		return nil, err
	}
	// Rows below the window are read too: they say whether the file is whole.
	for y := 0; ; y++ {
		if y%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, pngError(err)
		}
		if err := resampler.Push(row); err != nil {
			return nil, err
		}
	}
	img := nrgbaOf(out, r.Channels)
	if swapsAxes(orientation) {
		img = imaging.Transpose(img)
	}
	return img, nil
}

// nrgbaOf is p, of so many samples a pixel, in four samples a pixel.
func nrgbaOf(p plane.Plane, channels int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, p.Width, p.Height))
	for i, dst := 0, img.Pix; i < len(p.Pix); i, dst = i+channels, dst[4:] {
		c := p.Pix[i : i+channels]
		switch channels {
		case 1:
			dst[0], dst[1], dst[2], dst[3] = c[0], c[0], c[0], 255
		case 2:
			dst[0], dst[1], dst[2], dst[3] = c[0], c[0], c[0], c[1]
		case 3:
			dst[0], dst[1], dst[2], dst[3] = c[0], c[1], c[2], 255
		default:
			copy(dst[:4], c)
		}
	}
	return img
}

// pngError gives an error of package png its type here.
func pngError(err error) error {
	if errors.Is(err, png.ErrInterlaced) {
		return err
	}
	return badPNG(err)
}
