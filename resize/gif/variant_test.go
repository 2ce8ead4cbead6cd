package gif

import (
	"context"
	"errors"
	"image"
	"io"
	"iter"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// sized returns the view of a whole canvas in another size.
func sized(h pic.Header, width, height int) pic.View {
	return pic.View{
		Window: plane.Window{X1: float64(h.Width), Y1: float64(h.Height)},
		Width:  width, Height: height,
	}
}

// resampled resamples the part of rows that v shows.
func resampled(rows *pic.Rows, v pic.View) (*image.NRGBA, error) {
	img := image.NewNRGBA(image.Rect(0, 0, v.Width, v.Height))
	var resampler plane.RowResampler
	dst := plane.Plane{Pix: img.Pix, Stride: img.Stride, Width: v.Width, Height: v.Height}
	if err := resampler.Reset(dst, rows.Width, rows.Height, rows.Channels, v.Window); err != nil {
		return nil, err
	}
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return img, nil
		}
		if err != nil {
			return nil, err
		}
		if err := resampler.Push(row); err != nil {
			return nil, err
		}
	}
}

// variant makes a variant of a GIF; view chooses the part and the size.
func variant(ctx context.Context, data []byte, view func(pic.Header) pic.View, b pic.Budget) ([]byte, error) {
	p, err := Open(ctx, pic.Bytes(data))
	if err != nil {
		return nil, err
	}
	v := view(p.Header())
	d, err := p.Plan(v)
	if err != nil {
		return nil, err
	}
	var frames iter.Seq2[*pic.Raster, error] = func(yield func(*pic.Raster, error) bool) {
		for f, err := range d.Frames(ctx, new(pic.Buffers)) {
			var img *image.NRGBA
			if err == nil {
				img, err = resampled(f.Rows, v)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(&pic.Raster{Pixels: img, Delay: f.Delay}, nil) {
				return
			}
		}
	}
	s := pic.Sequence{Header: p.Header(), Width: v.Width, Height: v.Height, Frames: frames}
	e, err := Encoder{}.Encode(ctx, new(pic.Buffers), s, b)
	return e.Data, err
}

// small makes the variant of a whole GIF in 12 × 8 pixels.
func small(ctx context.Context, data []byte) ([]byte, error) {
	return variant(ctx, data, func(h pic.Header) pic.View { return sized(h, 12, 8) }, pic.Budget{})
}

// mustSmall does what small does, and fails on an error.
func mustSmall(t *testing.T, data []byte) []byte {
	t.Helper()
	v, err := small(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// isInvalid reports whether err is a FormatError of a GIF.
func isInvalid(err error) bool {
	var format *pic.FormatError
	return errors.As(err, &format) && format.Format == pic.GIF
}

// TestContext ends the context at every point where it is checked.
func TestContext(t *testing.T) {
	data := pictest.GIFs()["restored"].Bytes(t)
	all := &pictest.Countdown{Context: t.Context()}
	all.Left.Store(1 << 40)
	if _, err := small(all, data); err != nil {
		t.Fatal(err)
	}
	asked := 1<<40 - all.Left.Load()
	if frames := int64(4); asked < 2*frames+1 { // before each frame and within, and for writing
		t.Errorf("the context is looked at %d times", asked)
	}
	for n := range asked {
		ctx := &pictest.Countdown{Context: t.Context()}
		ctx.Left.Store(n)
		if v, err := small(ctx, data); v != nil || err != context.DeadlineExceeded {
			t.Fatalf("done after %d of %d: %v, %v", n, asked, v, err)
		}
	}
}
