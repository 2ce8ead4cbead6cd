// Package webp reads WebP stills (RFC 9649), lossy ones by golang.org/x/image/webp.
// Animated ones are a [pic.UnsupportedError].
package webp

import (
	"context"
	"errors"
	"image"

	"golang.org/x/image/webp"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// Is reports whether a file that begins with start is a WebP.
func Is(start []byte) bool {
	return len(start) >= 12 && string(start[:4]) == "RIFF" && string(start[8:12]) == "WEBP"
}

// picture is an opened WebP.
type picture struct {
	*header
	data []byte
}

// Open reads the chunk headers of a WebP, and waits for all of it unless it is
// animated. Errors: [pic.UnsupportedError], [*pic.FormatError], those of source.
func Open(ctx context.Context, source pic.Source) (pic.Picture, error) {
	start, err := source.First(ctx, flagsEnd)
	if err != nil {
		return nil, err
	}
	if isAnimated(start) {
		return nil, pic.Unsupported(pic.AnimatedWebP, pic.AnimatedWebP.Name())
	}
	data, err := pic.All(ctx, source)
	if err != nil {
		return nil, err
	}
	h, err := parseHeader(data)
	if err != nil {
		return nil, typed(err)
	}
	return &picture{h, data[:h.size]}, nil
}

// Header implements [pic.Picture].
func (p *picture) Header() pic.Header {
	return pic.Header{
		Format: pic.WebP, Width: p.width, Height: p.height,
		Orientation: p.orientation, Frames: 1, Lossless: p.lossless,
	}
}

// Plan implements [pic.Picture]: whatever is shown, all is decoded.
func (p *picture) Plan(pic.View) (*pic.Decoding, error) {
	if p.lossless {
		return p.planLossless(), nil
	}
	shape := pic.Shape{Width: p.width, Height: p.height, Channels: 4}
	if !p.alpha {
		shape.Channels, shape.Planes = 0, 3
	}
	return &pic.Decoding{Memory: p.memory(), Shape: shape, Frames: pic.Still(p.Header(), p.decode)}, nil
}

// decode decodes a lossy WebP whole.
func (p *picture) decode(ctx context.Context) (image.Image, pic.Colour, error) {
	colour := pic.Colour{Profile: icc.Kept(p.profile, false)}
	img, err := webp.Decode(pic.NewReader(ctx, p.data))
	if err != nil {
		return nil, colour, typed(err)
	}
	switch img := img.(type) {
	case *image.YCbCr:
		fullRange(img)
	case *image.NYCbCrA:
		fullRange(&img.YCbCr)
	}
	if img, err = pic.EightBit(img); err != nil {
		return nil, colour, typed(err)
	}
	return img, colour, nil
}

// typed returns an error of ours or of the decoder with its type.
func typed(err error) error {
	var unsupported pic.UnsupportedError
	if errors.As(err, &unsupported) {
		return unsupported
	}
	return pic.Invalid(pic.WebP, err)
}
