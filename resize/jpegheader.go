package resize

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// jpegHeader is what the segments before the first scan of a JPEG say.
type jpegHeader struct {
	jpeg.Header
	jpeg.Metadata
	orientation int
}

// readJPEGHeader reads a JPEG up to its first scan, and waits for no more of it.
func readJPEGHeader(ctx context.Context, original Original) (*jpegHeader, error) {
	h, m, err := jpeg.ReadMetadata(ctx, original)
	if err != nil {
		return nil, planesError(err)
	}
	return &jpegHeader{h, m, exif.Orientation(m.Exif)}, nil
}

// inspectJPEG reads the header of a JPEG.
func inspectJPEG(ctx context.Context, original Original) (Info, error) {
	h, err := readJPEGHeader(ctx, original)
	if err != nil {
		return Info{}, err
	}
	return uprightInfo(JPEG, h.Width, h.Height, h.orientation), nil
}

// planar reports whether the picture is resized as planes, and not as pixels.
func (h *jpegHeader) planar() bool { return h.Model == jpeg.Gray || h.Model == jpeg.YCbCr }

// planesError gives an error of package jpeg its type here.
func planesError(err error) error {
	var unsupported jpeg.UnsupportedError
	var format jpeg.FormatError
	switch {
	case errors.As(err, &unsupported):
		return pic.Unsupported(JPEG, "JPEG with "+string(unsupported))
	case errors.As(err, &format):
		return pic.Invalid(pic.JPEG, err)
	}
	return err
}
