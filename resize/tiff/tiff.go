// Package tiff reads the first page of TIFF files with golang.org/x/image/tiff, which
// ignores some tags: a picture with such a tag is a [pic.UnsupportedError].
package tiff

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"

	"golang.org/x/image/tiff"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// Is reports whether a file that begins with start is a TIFF (TIFF 6.0, section 2).
// Canon's raw files begin like one, but are not.
func Is(start []byte) bool {
	if len(start) < 4 {
		return false
	}
	switch string(start[:4]) {
	case "II*\x00":
		return len(start) < 10 || string(start[8:10]) != "CR"
	case "MM\x00*":
		return true
	}
	return false
}

// picture is an opened TIFF.
type picture struct {
	width, height int
	directory     exif.IFD
	data          []byte
}

// Open reads the first directory of a TIFF, and waits for the whole file. Errors:
// [pic.UnsupportedError], [*pic.FormatError], those of source.
func Open(ctx context.Context, source pic.Source) (pic.Picture, error) {
	data, err := pic.All(ctx, source)
	if err != nil {
		return nil, err
	}
	dir, ok := exif.Parse(data)
	if !ok {
		return nil, typed(io.ErrUnexpectedEOF)
	}
	if feature := unsupportedFeature(dir); feature != "" {
		return nil, pic.Unsupported(pic.TIFF, feature)
	}
	c, err := tiff.DecodeConfig(pic.NewReader(ctx, data))
	if err != nil {
		return nil, typed(err)
	}
	if blocks(dir, c.Width, c.Height) > maxBlocks {
		return nil, pic.Unsupported(pic.TIFF, fmt.Sprintf("TIFF with more than %d strips or tiles", maxBlocks))
	}
	return &picture{c.Width, c.Height, dir, data}, nil
}

// Header implements [pic.Picture].
func (p *picture) Header() pic.Header {
	return pic.Header{
		Format: pic.TIFF, Width: p.width, Height: p.height,
		Orientation: exif.Orientation(p.data), Frames: 1,
	}
}

// Plan implements [pic.Picture]. The decoder always decodes the whole picture.
func (p *picture) Plan(pic.View) (*pic.Decoding, error) {
	return &pic.Decoding{
		Memory: p.memory(),
		Shape:  pic.Shape{Width: p.width, Height: p.height, Channels: 4},
		Frames: pic.Still(p.Header(), p.decode),
	}, nil
}

// decode decodes the whole first page of a TIFF.
func (p *picture) decode(ctx context.Context) (image.Image, pic.Colour, error) {
	img, err := tiff.Decode(pic.NewReader(ctx, p.data))
	if err != nil {
		return nil, pic.Colour{}, typed(err)
	}
	model := img.ColorModel()
	gray := model == color.GrayModel || model == color.Gray16Model
	profile, _, _, _ := p.directory.Field(tagICCProfile)
	colour := pic.Colour{Gray: gray, Profile: icc.Kept(profile, gray)}
	if img, err = pic.EightBit(img); err != nil {
		return nil, colour, typed(err)
	}
	return img, colour, nil
}

// typed converts an error of the decoder to one of package pic's types.
func typed(err error) error {
	var unsupported tiff.UnsupportedError
	if errors.As(err, &unsupported) {
		return pic.Unsupported(pic.TIFF, "TIFF with "+string(unsupported))
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return pic.Invalid(pic.TIFF, err)
}
