package resize

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// encode writes an upright picture of the final size within the request's
// MaxBytes, in the format that an original of the given format leads to.
func encode(ctx context.Context, s *still, original Format, req Request) (*Variant, error) {
	if wantsPNG(s, original) {
		return encodeAsPNG(ctx, s, req)
	}
	return encodeAsJPEG(ctx, s, req)
}

// wantsPNG says whether a variant is PNG in the first place.
func wantsPNG(s *still, original Format) bool {
	return original == PNG || !s.opaque || s.lossless || !fitsJPEG(s)
}

// encodeAsPNG writes a PNG; where that does not fit, an opaque picture becomes a
// JPEG.
func encodeAsPNG(ctx context.Context, s *still, req Request) (*Variant, error) {
	data, err := encodePNG(ctx, s, req.MaxBytes)
	switch {
	case err == nil:
		return &Variant{Data: data, Format: PNG}, nil
	case errors.Is(err, ErrNoFit) && s.opaque && fitsJPEG(s):
		return encodeAsJPEG(ctx, s, req)
	}
	return nil, err
}

// encodeAsJPEG writes a JPEG of the best quality that fits.
func encodeAsJPEG(ctx context.Context, s *still, req Request) (*Variant, error) {
	return encodePlanes(ctx, new(pic.Buffers), planesOf(s), s.profile, req)
}

// fitsJPEG says whether a JPEG can hold s in its size and its colours.
func fitsJPEG(s *still) bool {
	size := s.pixels.Bounds().Size()
	return size.X <= maxJPEGSize && size.Y <= maxJPEGSize && meansSRGB(s.pngColour, s.profile != nil)
}
