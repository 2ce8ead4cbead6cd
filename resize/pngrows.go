package resize

import (
	"context"
	"errors"
	"io"
	"time"

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
	v.Times = Times{Decode: decoded.Sub(start), Encode: time.Since(decoded)}
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
	if errors.Is(err, png.ErrInterlaced) {
		return err
	}
	return badPNG(err)
}
