package resize

import (
	"context"
	"errors"
	"image"
	"image/jpeg"
)

// inspectJPEG reads the header of a JPEG.
func inspectJPEG(ctx context.Context, original Original) (Info, error) {
	h, err := readJPEGHeader(ctx, original)
	if err != nil {
		return Info{}, jpegError(err)
	}
	return uprightInfo(JPEG, h.width, h.height, h.orientation), nil
}

// decodeJPEG decodes a JPEG whole. YCbCr pixels stay planes of YCbCr.
func decodeJPEG(ctx context.Context, data []byte) (*still, error) {
	h, err := parseJPEGHeader(data)
	if err != nil {
		return nil, jpegError(err)
	}
	if err := h.checkScans(data); err != nil {
		return nil, jpegError(err)
	}
	img, err := jpeg.Decode(newReader(ctx, data))
	if err != nil {
		return nil, jpegError(err)
	}
	s := &still{pixels: img, orientation: h.orientation, opaque: true}
	if cmyk, ok := img.(*image.CMYK); ok {
		s.pixels, err = cmykToSRGB(ctx, cmyk, h.profile())
		return s, err
	}
	s.gray = len(h.components) == 1
	s.profile = keptProfile(h.profile(), s.gray)
	return s, nil
}

// jpegError gives an error of ours or of image/jpeg its type.
func jpegError(err error) error {
	var ours UnsupportedError
	if errors.As(err, &ours) {
		return ours
	}
	var theirs jpeg.UnsupportedError
	if errors.As(err, &theirs) {
		return UnsupportedError("JPEG with " + string(theirs))
	}
	return &FormatError{Format: JPEG, Err: err}
}
