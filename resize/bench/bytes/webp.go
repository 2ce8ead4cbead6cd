package main

import (
	"context"
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/webp"
	"github.com/edgeresize/edgeresize/resize/webp/vp8"
)

// webpEncoder writes what package vp8 codes as simple WebPs (RFC 9649 section 2.5), of
// opaque pixels.
type webpEncoder struct{ effort vp8.Effort }

// Holds implements [pic.Encoder].
func (webpEncoder) Holds(r *pic.Raster) bool { return r.Opaque() }

// Memory implements [pic.Encoder].
func (webpEncoder) Memory(_ pic.Header, width, height int, _ pic.Budget) int64 {
	return vp8.EncoderMemory(width, height)
}

// Encode implements [pic.Encoder].
func (e webpEncoder) Encode(ctx context.Context, kept *pic.Buffers, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	raster, err := s.First()
	if err != nil {
		return pic.Encoded{}, err
	}
	c := pic.Reuse[vp8.Encoder](kept)
	if err := c.Load(ctx, raster.YCbCr()); err != nil {
		return pic.Encoded{}, err
	}
	frame, err := c.Encode(ctx, vp8.Params{Quantizer: webp.Quantizer(b.Quality), Effort: e.effort})
	if err != nil {
		return pic.Encoded{}, err
	}
	return pic.Encoded{Data: simpleWebP(frame), Quality: b.Quality}, nil
}

// simpleWebP puts a VP8 frame into a WebP.
func simpleWebP(frame []byte) []byte {
	padded := len(frame) + len(frame)&1
	file := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len("WEBPVP8 ")+4+padded))
	file = binary.LittleEndian.AppendUint32(append(file, "WEBPVP8 "...), uint32(len(frame)))
	file = append(file, frame...)
	return append(file, make([]byte, padded-len(frame))...)
}
