package resize

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/png"
)

// resizePNG makes the variant of a PNG while it arrives. The error is
// [png.ErrInterlaced] for one of which that cannot be done.
func resizePNG(ctx context.Context, original *arrival, req Request) (*Variant, error) {
	h, err := readPNGHeader(ctx, original, "IDAT")
	if err != nil {
		return nil, err
	}
	v, err := resizeRows(ctx, original, &h, req)
	var format *FormatError
	if original.err != nil || ctx.Err() != nil || errors.As(err, &format) {
		return nil, err
	}
	// An orientation may come behind the pixels (Extensions to the PNG 1.2
	// Specification, 1.5.0, 3.7).
	whole, wholeErr := readPNGHeader(ctx, original, "IEND")
	if wholeErr == nil && whole.orientation != h.orientation {
		return resizeRows(ctx, original, &whole, req)
	}
	return v, err
}

// resizeRows makes the variant of a PNG while its rows are read, so that it
// never exists whole.
func resizeRows(ctx context.Context, original *arrival, h *pngHeader, req Request) (*Variant, error) {
	start, waited := time.Now(), original.waited
	info := h.info()
	b, err := req.box(info.Width, info.Height)
	if err != nil {
		return nil, err
	}
	if err := req.checkPixels(info); err != nil {
		return nil, err
	}
	original.Expect(original.Len())
	r, err := png.NewReader(ctx, original)
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
	var resampler plane.RowResampler
	img, err := pngRows(r).resample(ctx, &resampler, stored, h.orientation)
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
	v.Times = Times{
		Decode: decoded.Sub(start) - (original.waited - waited),
		Encode: time.Since(decoded),
	}
	return v, nil
}

// pngRows are the rows that r reads.
func pngRows(r *png.Reader) rows {
	return rows{r.Width, r.Height, r.Channels, func() ([]byte, error) {
		row, err := r.Next()
		if err != nil && err != io.EOF {
			err = pngError(err)
		}
		return row, err
	}}
}

// pngError gives an error of package png its type here.
func pngError(err error) error {
	var format *png.FormatError
	if errors.As(err, &format) {
		return badPNG(err)
	}
	return err
}
