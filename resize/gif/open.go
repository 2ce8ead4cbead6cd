// Package gif is the room of GIF, still and animated: it opens, decodes and encodes
// what the GIF89a specification describes.
//
// A frame is decoded alone, drawn on the canvas as a viewer sees it, and dropped, so
// that memory does not grow with the number of frames. The encoder ranges over the
// frames once for each size of palette that it tries. image/gif decodes the pixels of a
// frame.
package gif

import (
	"bytes"
	"context"
	"iter"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// Is reports whether a file that begins with start is a GIF.
func Is(start []byte) bool {
	return bytes.HasPrefix(start, []byte("GIF87a")) || bytes.HasPrefix(start, []byte("GIF89a"))
}

// Open waits for the whole source and finds its frames; it decodes no pixel. Errors:
// [pic.UnsupportedError] for too many frames, [*pic.FormatError], ctx's or the
// source's.
func Open(ctx context.Context, source pic.Source) (pic.Picture, error) {
	data, err := pic.All(ctx, source)
	if err != nil {
		return nil, err
	}
	f, err := parse(data)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Header implements [pic.Picture].
func (f *file) Header() pic.Header {
	return pic.Header{
		Format:      pic.GIF,
		Width:       f.width,
		Height:      f.height,
		Orientation: 1,
		Frames:      len(f.frames),
		Loops:       f.loops,
	}
}

// Plan implements [pic.Picture]. Whatever v shows, the whole canvas is decoded, since
// frames are drawn over one another.
func (f *file) Plan(pic.View) (*pic.Decoding, error) {
	return &pic.Decoding{
		Memory: f.memory(),
		Shape:  pic.Shape{Width: f.width, Height: f.height, Channels: 4},
		Frames: f.seen,
	}, nil
}

// memory returns the most bytes that decoding allocates: the list of frames; a frame,
// twice if it is interlaced, the canvas and its copy; and palettes and the tables of
// LZW.
func (f *file) memory() int64 {
	const perFrame = 128
	canvas := int64(f.width) * int64(f.height)
	return int64(len(f.frames))*perFrame + canvas*(2+4+4) + decoderTables
}

// decoderTables bounds the bytes of the tables for decoding a GIF.
const decoderTables = 256 << 10

// seen yields the canvas as a viewer sees it at each frame.
func (f *file) seen(ctx context.Context, _ *pic.Buffers) iter.Seq2[*pic.Frame, error] {
	return func(yield func(*pic.Frame, error) bool) {
		c := newCanvas(f.width, f.height)
		for i := range f.frames {
			delay, err := f.drawOn(ctx, c, i)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(&pic.Frame{Rows: pic.RowsOf(c.pixels), Delay: 10 * delay}, nil) {
				return
			}
			c.dispose()
		}
	}
}

// drawOn decodes frame i, draws it on c, and returns its delay in hundredths of a
// second.
func (f *file) drawOn(ctx context.Context, c *canvas, i int) (delay int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	img, delay, disposal, err := f.decode(ctx, i)
	if err != nil {
		return 0, err
	}
	c.draw(img, disposal)
	return delay, nil
}
