// Package webp reads WebP stills (RFC 9649), row by row. Animated ones are a
// [pic.UnsupportedError].
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
		return nil, typed(ctx, err)
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
