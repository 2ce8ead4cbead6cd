package resize

import "context"

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

// encodeAsJPEG writes a JPEG of the best quality that fits.
func encodeAsJPEG(ctx context.Context, s *still, req Request) (*Variant, error) {
	return encodePlanes(ctx, planesOf(s), s.profile, req)
}

// fitsJPEG says whether a JPEG can hold s in its size and its colours.
func fitsJPEG(s *still) bool {
	size := s.pixels.Bounds().Size()
	return size.X <= maxJPEGSize && size.Y <= maxJPEGSize && meansSRGB(s.pngColour, s.profile != nil)
}
