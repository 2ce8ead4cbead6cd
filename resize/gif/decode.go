package gif

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/gif"
	"io"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// decode decodes frame i alone. It returns the pixels, the delay in hundredths of a
// second and the disposal. Every index is within the palette, whose colours are
// color.NRGBA. Errors: [*pic.FormatError], ctx's.
func (f *file) decode(ctx context.Context, i int) (frame *image.Paletted, delay int, disposal byte, err error) {
	b := f.frames[i]
	g, err := gif.DecodeAll(io.MultiReader(bytes.NewReader(f.head), bytes.NewReader(b.control),
		pic.NewReader(ctx, b.image), bytes.NewReader([]byte{trailer})))
	if ended := ctx.Err(); err != nil && ended != nil {
		return nil, 0, 0, ended // the decoder does not wrap its reader's error
	}
	if err == nil {
		frame, err = pic.SoundPaletted(g.Image[0])
	}
	if err != nil {
		return nil, 0, 0, invalid(fmt.Errorf("frame %d: %w", i, err))
	}
	return frame, g.Delay[0], g.Disposal[0], nil
}
