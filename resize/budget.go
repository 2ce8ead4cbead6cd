package resize

import (
	"context"
	"errors"
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

// encodeAsPNG writes a PNG, at the best compression if it takes that to fit;
// where even that does not, an opaque picture becomes a JPEG.
func encodeAsPNG(ctx context.Context, s *still, req Request) (*Variant, error) {
	for _, best := range []bool{false, true} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		data, err := encodePNG(s, best)
		if err != nil {
			return nil, err
		}
		if req.MaxBytes == 0 || len(data) <= req.MaxBytes {
			return &Variant{Data: data, Format: PNG}, nil
		}
	}
	if !s.opaque || !fitsJPEG(s) {
		return nil, ErrNoFit
	}
	return encodeAsJPEG(ctx, s, req)
}

// encodeAsJPEG writes a JPEG of the best quality that fits: req.Quality, or
// what a binary search down to req.MinQuality finds.
func encodeAsJPEG(ctx context.Context, s *still, req Request) (*Variant, error) {
	var best *Variant
	low, high := req.MinQuality, req.Quality
	for q := high; low <= high; q = (low + high) / 2 {
		data, err := encodeJPEG(ctx, s, q, req.MaxBytes)
		switch {
		case errors.Is(err, errTooLong):
			high = q - 1
		case err != nil:
			return nil, err
		default:
			best = &Variant{Data: data, Format: JPEG, Quality: q}
			low = q + 1
		}
	}
	if best == nil {
		return nil, ErrNoFit
	}
	return best, nil
}

// fitsJPEG says whether a JPEG can hold s in its size and its colours.
func fitsJPEG(s *still) bool {
	size := s.pixels.Bounds().Size()
	return size.X <= maxJPEGSize && size.Y <= maxJPEGSize && meansSRGB(s.pngColour, s.profile != nil)
}
