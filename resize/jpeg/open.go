package jpeg

import (
	"bytes"
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// Is reports whether a file that begins with start is a JPEG.
func Is(start []byte) bool { return bytes.HasPrefix(start, []byte{0xff, markerSOI, 0xff}) }

// Open reads a JPEG up to its first scan, and waits for no more of it. An error
// is a [pic.UnsupportedError], a [*pic.FormatError], the source's or ctx's.
func Open(ctx context.Context, source pic.Source) (pic.Picture, error) {
	in := input{ctx: ctx, source: source}
	h, m, err := in.readHeader()
	if err != nil {
		return nil, sharedError(err)
	}
	return &original{source, h, m}, nil
}

// original is an opened JPEG.
type original struct {
	source   pic.Source
	header   header
	metadata metadata
}

// Header implements [pic.Picture].
func (o *original) Header() pic.Header {
	return pic.Header{
		Format: pic.JPEG,
		Width:  o.header.Width, Height: o.header.Height,
		Orientation: exif.Orientation(o.metadata.Exif),
		Frames:      1,
		Subsampled:  !o.header.whole(),
		Quality:     o.header.Quality,
	}
}

// colour returns what the samples of the resampled picture mean. By then inks
// have become sRGB.
func (o *original) colour() pic.Colour {
	c := pic.Colour{Gray: o.header.Model == modelGray}
	if !o.header.Model.inks() {
		c.Profile = icc.Kept(o.metadata.Profile(), c.Gray)
	}
	return c
}

// sharedError returns err as the type that all rooms share, if err says what is
// wrong with a JPEG.
func sharedError(err error) error {
	var unsupported unsupportedError
	var format formatError
	switch {
	case errors.As(err, &unsupported):
		return pic.Unsupported(pic.JPEG, "JPEG with "+string(unsupported))
	case errors.As(err, &format):
		return pic.Invalid(pic.JPEG, err)
	}
	return err
}
