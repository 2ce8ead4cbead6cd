package resize

import (
	"context"
	"image"

	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// planar is a decoded picture, or a part of one, as planes: one of gray levels,
// or Y, Cb and Cr as JFIF defines them.
type planar struct {
	planes []plane.Plane
	steps  []step
	// x and y are the place of the planes' first edges, in stored pixels.
	x, y float64
}

// step is the distance between samples, in stored pixels.
type step struct{ x, y float64 }

// planarJPEG is what package jpeg has decoded.
func planarJPEG(img *jpeg.Image) *planar {
	p := &planar{planes: img.Planes, x: float64(img.Bounds.Min.X), y: float64(img.Bounds.Min.Y)}
	for i := range img.Planes {
		x, y := img.Step(i)
		p.steps = append(p.steps, step{x, y})
	}
	return p
}

// planarYCbCr is pixels that begin at 0, 0, if they are of 4:2:0.
func planarYCbCr(img image.Image) (p *planar, ok bool) {
	ycc, ok := img.(*image.YCbCr)
	if !ok || ycc.SubsampleRatio != image.YCbCrSubsampleRatio420 || ycc.Rect.Min != (image.Point{}) {
		return nil, false
	}
	w, h := ycc.Rect.Dx(), ycc.Rect.Dy()
	return &planar{
		planes: []plane.Plane{
			{Pix: ycc.Y, Stride: ycc.YStride, Width: w, Height: h},
			{Pix: ycc.Cb, Stride: ycc.CStride, Width: (w + 1) / 2, Height: (h + 1) / 2},
			{Pix: ycc.Cr, Stride: ycc.CStride, Width: (w + 1) / 2, Height: (h + 1) / 2},
		},
		steps: []step{{1, 1}, {2, 2}, {2, 2}},
	}, true
}

// planeResampler makes the planes of variants, and keeps its buffers for the
// next.
type planeResampler struct {
	plane.Resampler
	pixels [3][]uint8
}

// plane is the next plane i. It is as it comes, not black.
func (r *planeResampler) plane(i, w, h int) plane.Plane {
	if cap(r.pixels[i]) < w*h {
		r.pixels[i] = make([]uint8, w*h)
	}
	return plane.Plane{Pix: r.pixels[i][:w*h], Stride: w, Width: w, Height: h}
}

// resample makes the planes of a variant, upright, for the box b of stored
// pixels: chroma at 4:2:0. They belong to the resampler until its next use.
func (p *planar) resample(ctx context.Context, resampler *planeResampler, b box, orientation int) ([]plane.Plane, error) {
	planes := make([]plane.Plane, len(p.planes))
	shown := mirrored(b.window, orientation)
	for i, src := range p.planes {
		window := plane.Window{
			X0: (shown.X0 - p.x) / p.steps[i].x, Y0: (shown.Y0 - p.y) / p.steps[i].y,
			X1: (shown.X1 - p.x) / p.steps[i].x, Y1: (shown.Y1 - p.y) / p.steps[i].y,
		}
		var out plane.Plane
		var err error
		if i == 0 {
			out = resampler.plane(i, b.width, b.height)
			err = resampler.Resample(ctx, out, src, window)
		} else {
			out = resampler.plane(i, (b.width+1)/2, (b.height+1)/2)
			err = resampler.ResampleHalved(ctx, out, src, image.Pt(b.width, b.height), window)
		}
		if err != nil {
			return nil, err
		}
		if swapsAxes(orientation) {
			out = plane.Transposed(out)
		}
		planes[i] = out
	}
	return planes, nil
}

// mirrored is a window of stored pixels as it has to be mirrored to be upright,
// before axes are swapped (Exif 2.32, tag 0x0112).
func mirrored(w plane.Window, orientation int) plane.Window {
	switch orientation {
	case 2, 3, 7, 8:
		w.X0, w.X1 = w.X1, w.X0
	}
	switch orientation {
	case 3, 4, 6, 7:
		w.Y0, w.Y1 = w.Y1, w.Y0
	}
	return w
}

func newPlane(w, h int) plane.Plane {
	return plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
}
