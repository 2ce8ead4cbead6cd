package webp

import (
	"context"
	"io"
	"iter"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/webp/vp8l"
)

// planLossless plans a lossless picture as rows.
func (p *picture) planLossless() *pic.Decoding {
	h := vp8l.Header{Width: p.width, Height: p.height}
	return &pic.Decoding{
		Memory: fixed + h.Memory(len(p.image)),
		Shape:  pic.Shape{Width: p.width, Height: p.height, Channels: 4},
		Frames: p.losslessFrames,
	}
}

// losslessFrames yields the only frame.
func (p *picture) losslessFrames(ctx context.Context, kept *pic.Buffers) iter.Seq2[*pic.Frame, error] {
	return func(yield func(*pic.Frame, error) bool) {
		d := pic.Reuse[vp8l.Decoder](kept)
		defer d.Close()
		if _, err := d.Open(p.image); err != nil {
			yield(nil, pic.Invalid(pic.WebP, err))
			return
		}
		yield(&pic.Frame{
			Rows: &pic.Rows{
				Width: p.width, Height: p.height, Channels: 4,
				Next: func() ([]byte, error) {
					row, err := d.Next(ctx)
					if err != nil && err != io.EOF && ctx.Err() == nil {
						err = pic.Invalid(pic.WebP, err)
					}
					return row, err
				},
			},
			Colour: p.colour(),
		}, nil)
	}
}
