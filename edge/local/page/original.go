package page

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize"
)

// original is the original that the page tries.
type original struct {
	Listed
	ETag string // S3's
	// From its header. Width and Height are pixels, upright; they are 0 if it
	// is not a picture of a kind that is resized.
	Format        resize.Format
	Width, Height int
	Frames        int
	// Problem says why nothing is known about it, or is "".
	Problem string
}

// inspected returns o with what the header of data says.
func (o original) inspected(ctx context.Context, data resize.Original) original {
	info, err := resize.Inspect(ctx, data)
	var unsupported resize.UnsupportedError
	switch {
	case err == nil:
		o.Format, o.Width, o.Height, o.Frames = info.Format, info.Width, info.Height, info.Frames
	case errors.As(err, &unsupported):
		o.Format = unsupported.Format
		o.Problem = upper(unsupported.Error()) + "."
	default:
		o.Problem = upper(causeOf(err)) + "."
	}
	return o
}

// Other returns the older format to show beside a variant in a newer one, or ""
// if there is none: an animated WebP has only WebP variants.
func (o original) Other() resize.Format {
	switch {
	case o.Frames <= 1:
		return resize.JPEG
	case o.Format == resize.GIF:
		return resize.GIF
	}
	return ""
}

// usual returns the size with which the page begins, in pixels.
func (o original) usual() (width, height int) {
	const w, h = 800, 500
	switch {
	case o.Width == 0: // any size will do
		return 500, 300
	case o.Width > w && o.Height > h:
		return w, h
	}
	return max(1, o.Width/2), max(1, o.Height/2)
}
