// Package webp is the room of WebP, still and animated: it opens, decodes and encodes what
// RFC 9649 describes. Packages vp8 and vp8l code lossy and lossless pixels.
//
// A still is decoded row by row. Frames are drawn on a canvas as a viewer sees them, one at a
// time, so that memory does not grow with their number.
//
// Stills are coded with or without loss, as chroma.go and drawn.go choose, at a quantiser of
// quality.go, lossy ones with the levels of alpha that alphalevels.go has for their quality.
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

// Open waits for all of a WebP and reads the headers of its chunks. Errors:
// [pic.UnsupportedError] for more frames than are resized, [*pic.FormatError], those of
// source.
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

// Plan implements [pic.Picture]. Of a lossy picture without alpha no more is decoded than
// the resampling filter reaches; of others all is.
func (p *picture) Plan(v pic.View) (*pic.Decoding, error) {
	switch {
	case p.lossless:
		return p.planLossless(), nil
	case p.alpha != nil:
		return p.planRows(), nil
	}
	return p.planPlanes(v), nil
}

// fixed is more than tables and headers take of memory, in bytes.
const fixed = 256 << 10

// typed returns an error of ours or of the decoder with its type; ctx's where that is
// done.
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
