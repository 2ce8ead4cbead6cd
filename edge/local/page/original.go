package page

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize"
)

// original is the one that is tried.
type original struct {
	Listed
	ETag string // S3's
	// What its header says. Width and Height are pixels, upright, and 0 where it
	// is no picture of a kind that is resized.
	Format        resize.Format
	Width, Height int
	Frames        int
	// Problem is why nothing is known of it, or "".
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

// Other returns the format to lay beside a variant in a newer one; "" where there is
// none: an animated WebP has WebPs alone.
func (o original) Other() resize.Format {
	switch {
	case o.Frames <= 1:
		return resize.JPEG
	case o.Format == resize.GIF:
		return resize.GIF
	}
	return ""
}

// usual is the size that the page begins with, in pixels.
func (o original) usual() (width, height int) {
	const w, h = 800, 500
	switch {
	case o.Width == 0: // any will do
		return 500, 300
	case o.Width > w && o.Height > h:
		return w, h
	}
	return max(1, o.Width/2), max(1, o.Height/2)
}
