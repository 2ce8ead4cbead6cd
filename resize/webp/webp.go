// Package webp opens, decodes and encodes WebPs, still and animated, as RFC 9649
// describes them. Packages vp8 and vp8l code lossy and lossless pixels.
//
// A still is decoded row by row. Frames are drawn on a canvas as a viewer sees
// them, one at a time, so that memory does not grow with their number.
//
// Stills are coded with or without loss, as chroma.go and drawn.go choose. Lossy
// ones have the quantiser of quality.go and the levels of alpha of alphalevels.go
// for their quality.
package webp

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// Is reports whether a file that begins with start is a WebP.
func Is(start []byte) bool {
	return len(start) >= 12 && string(start[:4]) == "RIFF" && string(start[8:12]) == "WEBP"
}

// picture is an opened WebP.
type picture struct{ *header }

// Open waits for all of a WebP and reads the headers of its chunks. The error is
// a [pic.UnsupportedError] for too many frames, a [*pic.FormatError], or
// source's.
func Open(ctx context.Context, source pic.Source) (pic.Picture, error) {
	data, err := pic.All(ctx, source)
	if err != nil {
		return nil, err
	}
	h, err := parseHeader(data)
	if err != nil {
		return nil, typed(ctx, err)
	}
	if h.animation != nil {
		return &animated{h, h.animation}, nil
	}
	return &picture{h}, nil
}

// Header implements [pic.Picture].
func (p *picture) Header() pic.Header {
	return pic.Header{
		Format: pic.WebP, Width: p.width, Height: p.height,
		Orientation: p.orientation, Frames: 1, Lossless: p.lossless,
	}
}

// Plan implements [pic.Picture]. Of a lossy picture without alpha it decodes only
// what the resampling filter reaches; of others it decodes all.
func (p *picture) Plan(v pic.View) (*pic.Decoding, error) {
	switch {
	case p.lossless:
		return p.planLossless(), nil
	case p.alpha != nil:
		return p.planRows(), nil
	}
	return p.planPlanes(v), nil
}

// fixed is more bytes than tables and headers take.
const fixed = 256 << 10

// typed returns err, an error of this package or of a decoder, with the type that
// all rooms share; if ctx is done it returns ctx's error.
func typed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var unsupported pic.UnsupportedError
	if errors.As(err, &unsupported) {
		return unsupported
	}
	return pic.Invalid(pic.WebP, err)
}
