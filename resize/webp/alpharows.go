package webp

import (
	"context"
	"image/color"
	"io"
	"iter"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/webp/vp8"
	"github.com/edgeresize/edgeresize/resize/webp/vp8l"
)

// planRows plans a lossy picture with alpha as rows of all its pixels. The rows
// below the view are decoded too: they show whether the picture is whole.
func (p *picture) planRows() *pic.Decoding {
	pixels := int64(p.width) * int64(p.height)
	memory := fixed + vp8.Memory(p.width) + pixels + 4*int64(p.width)
	if p.alpha[0]&3 == alphaLossless {
		memory += vp8l.Header{Width: p.width, Height: p.height}.Memory(len(p.alpha))
	}
	return &pic.Decoding{
		Memory: memory,
		Shape:  pic.Shape{Width: p.width, Height: p.height, Channels: 4},
		Frames: func(ctx context.Context, kept *pic.Buffers) iter.Seq2[*pic.Frame, error] {
			return func(yield func(*pic.Frame, error) bool) {
				rows := &alphaRows{picture: p, ctx: ctx, decoder: &pic.Reuse[lossy](kept).decoder, green: pic.Reuse[vp8l.Decoder](kept)}
				yield(&pic.Frame{
					Rows:   &pic.Rows{Width: p.width, Height: p.height, Channels: 4, Next: rows.next},
					Colour: p.colour(),
				}, nil)
			}
		},
	}
}

// alphaRows joins lossy colours and alpha.
type alphaRows struct {
	*picture
	ctx     context.Context
	decoder *vp8.Decoder
	// green decodes alpha.
	green   *vp8l.Decoder
	alpha   []uint8
	colours *vp8.Rows // decoded rows, among them the next one
	y       int
	out     []uint8
}

// next implements Next of [pic.Rows].
func (r *alphaRows) next() ([]byte, error) {
	row, err := r.read()
	if err != nil && err != io.EOF {
		return nil, typed(r.ctx, err)
	}
	return row, err
}

// read does what next does, but does not give errors their types.
func (r *alphaRows) read() ([]byte, error) {
	if r.y == r.height {
		return nil, io.EOF
	}
	if r.out == nil {
		if err := r.start(); err != nil {
			return nil, err
		}
	}
	if r.colours == nil || r.y >= r.colours.First+r.colours.Count {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if r.colours, err = r.decoder.Next(); err != nil {
			return nil, err
		}
	}
	c := r.colours
	y := r.y - c.First
	join(r.out, c.Y[y*c.LumaStride:], c.U[y/2*c.ChromaStride:], c.V[y/2*c.ChromaStride:], r.alpha[r.y*r.width:])
	r.y++
	return r.out, nil
}

// start decodes alpha and reads the header of the colours.
func (r *alphaRows) start() (err error) {
	if r.alpha, err = decodeAlpha(r.ctx, r.green, r.picture.alpha, r.width, r.height); err != nil {
		return err
	}
	if err := r.decoder.Start(r.image); err != nil {
		return err
	}
	r.out = make([]uint8, 4*r.width)
	return nil
}

// join makes a row of RGBA pixels. Each chroma sample stands for two pixels.
func join(out, y, u, v, alpha []uint8) {
	for x := vectorJoin(out, y, u, v, alpha); x < len(out)/4; x++ {
		l, cb, cr := luma.level(uint32(y[x])<<8), chroma.level(uint32(u[x/2])<<8), chroma.level(uint32(v[x/2])<<8)
		p := out[4*x : 4*x+4 : 4*x+4]
		p[0], p[1], p[2] = color.YCbCrToRGB(l, cb, cr)
		p[3] = alpha[x]
	}
}
