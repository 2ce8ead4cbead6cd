package jpeg

import (
	"context"
	"image"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// filled returns a view of all of w × h pixels, stretched.
func filled(w, h, width, height int) pic.View {
	return pic.View{Window: plane.Window{X1: float64(w), Y1: float64(h)}, Width: width, Height: height}
}

// covered returns a view of the largest centred part of w × h pixels with the
// shape of width × height.
func covered(w, h, width, height int) pic.View {
	scale := min(float64(w)/float64(width), float64(h)/float64(height))
	x := (float64(w) - scale*float64(width)) / 2
	y := (float64(h) - scale*float64(height)) / 2
	return pic.View{
		Window: plane.Window{X0: x, Y0: y, X1: float64(w) - x, Y1: float64(h) - y},
		Width:  width, Height: height,
	}
}

func open(t testing.TB, data []byte) *original {
	t.Helper()
	p, err := Open(t.Context(), pic.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	return p.(*original)
}

// framed plans and decodes what v shows. The frame is valid until the next use of
// kept.
func framed(ctx context.Context, kept *pic.Buffers, p pic.Picture, v pic.View) (*pic.Frame, error) {
	decoding, err := p.Plan(v)
	if err != nil {
		return nil, err
	}
	for frame, err := range decoding.Frames(ctx, kept) {
		return frame, err
	}
	panic("no frame")
}

// resampled returns a raster of what v shows of a frame, as it is stored.
func resampled(t testing.TB, f *pic.Frame, v pic.View) *pic.Raster {
	t.Helper()
	joined := f.Planes.ToSRGB != nil
	r := &pic.Raster{Colour: f.Colour}
	var resampler plane.Resampler
	for i, src := range f.Planes.Planes {
		step := f.Planes.Steps[i]
		window := plane.Window{
			X0: (v.Window.X0 - f.Planes.X) / step.X, Y0: (v.Window.Y0 - f.Planes.Y) / step.Y,
			X1: (v.Window.X1 - f.Planes.X) / step.X, Y1: (v.Window.Y1 - f.Planes.Y) / step.Y,
		}
		var err error
		out := blank(v.Width, v.Height)
		if i == 0 || joined || f.Planes.Whole {
			err = resampler.Resample(t.Context(), out, src, window)
		} else {
			out = blank((v.Width+1)/2, (v.Height+1)/2)
			err = resampler.ResampleHalved(t.Context(), out, src, image.Pt(v.Width, v.Height), window)
		}
		if err != nil {
			t.Fatal(err)
		}
		r.Planes = append(r.Planes, out)
	}
	if joined {
		r.Pixels, r.Planes = joinedPlanes(r.Planes, f.Planes.ToSRGB), nil
	}
	return r
}

func blank(w, h int) plane.Plane {
	return plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
}

// joinedPlanes returns three or four planes as pixels, converted row by row.
func joinedPlanes(planes []plane.Plane, toSRGB func([]uint8)) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, planes[0].Width, planes[0].Height))
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:][:img.Stride]
		for i, p := range planes {
			for x, v := range p.Pix[y*p.Stride:][:p.Width] {
				row[4*x+i] = v
			}
		}
		toSRGB(row)
	}
	return img
}

// rastered decodes and resamples what v shows of a JPEG.
func rastered(t testing.TB, data []byte, v pic.View) *pic.Raster {
	t.Helper()
	f, err := framed(t.Context(), new(pic.Buffers), open(t, data), v)
	if err != nil {
		t.Fatal(err)
	}
	return resampled(t, f, v)
}

// sequence returns a sequence of one raster for an encoder.
func sequence(r *pic.Raster) pic.Sequence {
	size := r.Size()
	return pic.Sequence{
		Header: pic.Header{Format: pic.JPEG, Width: size.X, Height: size.Y, Orientation: 1, Frames: 1},
		Width:  size.X, Height: size.Y,
		Frames: func(yield func(*pic.Raster, error) bool) { yield(r, nil) },
	}
}

// encoded returns a raster as a JPEG of the given quality.
func encoded(t testing.TB, r *pic.Raster, quality int) []byte {
	t.Helper()
	e, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), sequence(r), pic.Budget{Quality: quality, MinQuality: quality})
	if err != nil {
		t.Fatal(err)
	}
	return e.Data
}
