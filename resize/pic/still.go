package pic

import (
	"context"
	"fmt"
	"image"
	"iter"
)

// Still returns the Frames function of a picture of one frame. decode decodes it as a
// whole, to a type that [RowsOf] or [PlanarOf] takes. Pixels of another size than the
// header's are a [*FormatError].
func Still(h Header, decode func(ctx context.Context) (image.Image, Colour, error)) func(context.Context, *Buffers) iter.Seq2[*Frame, error] {
	return func(ctx context.Context, _ *Buffers) iter.Seq2[*Frame, error] {
		return func(yield func(*Frame, error) bool) {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			img, colour, err := decode(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			if size := img.Bounds().Size(); size != image.Pt(h.Width, h.Height) {
				yield(nil, Invalid(h.Format, fmt.Errorf("%v pixels are not the header's %dx%d", size, h.Width, h.Height)))
				return
			}
			yield(frameOf(img, colour), nil)
		}
	}
}

// frameOf returns pixels as planes if they are of 4:2:0, else as rows.
func frameOf(img image.Image, colour Colour) *Frame {
	if ycc, ok := img.(*image.YCbCr); ok && ycc.SubsampleRatio == image.YCbCrSubsampleRatio420 && ycc.Rect.Min == (image.Point{}) {
		return &Frame{Planes: PlanarOf(ycc), Colour: colour}
	}
	return &Frame{Rows: RowsOf(img), Colour: colour}
}
