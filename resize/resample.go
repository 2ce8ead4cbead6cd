package resize

import (
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io"

	"github.com/disintegration/imaging"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// checkRows is how many rows are made or read between two checks of the context.
const checkRows = 16

// errRows is returned if a picture has not as many rows as its header says.
var errRows = errors.New("resize: the picture has not as many rows as its header says")

// resampler converts frames to upright rasters with a Lanczos filter.
type resampler struct {
	view        pic.View        // as stored
	part        image.Rectangle // of the stored picture, beyond which the filter takes nothing; empty is all
	size        image.Point     // of the stored picture
	orientation int
	search      *search // if the view is to be moved to the subject; else nil
	rows        plane.RowResampler
	buffers     *pic.Buffers
	planes      *planeResampler // from buffers, once it is needed
	// decoded is called after each row is decoded, and resampled after it is resampled.
	decoded, resampled func()
}

// planeResampler is the state for resampling planes that is worth keeping.
type planeResampler struct {
	plane.Resampler
	pixels [4][]uint8
}

// raster resamples a frame. The raster's planes belong to the resampler and are valid
// until its next use; its pixels are not reused.
func (r *resampler) raster(ctx context.Context, f *pic.Frame) (*pic.Raster, error) {
	out := &pic.Raster{Colour: f.Colour, Delay: f.Delay}
	var err error
	if f.Rows != nil {
		out.Pixels, err = r.fromRows(ctx, f.Rows)
		return out, err
	}
	if r.search != nil {
		r.view = r.search.inPlanes(f.Planes)
	}
	r.planes = pic.Reuse[planeResampler](r.buffers)
	if f.Planes.ToSRGB != nil {
		out.Pixels, err = r.joined(ctx, f.Planes)
	} else {
		out.Planes, err = r.fromPlanes(ctx, f.Planes)
	}
	return out, err
}

// fromRows resamples pixels as their rows arrive. Colours are weighted by their alpha,
// so transparent pixels leave no fringe.
func (r *resampler) fromRows(ctx context.Context, rows *pic.Rows) (*image.NRGBA, error) {
	if r.search != nil {
		r.view = r.search.whole
	}
	rows, window := r.croppedRows(ctx, rows)
	w, h := r.view.Width, r.view.Height
	out := plane.Plane{Pix: make([]uint8, w*h*rows.Channels), Stride: w * rows.Channels, Width: w, Height: h}
	if err := r.rows.Reset(out, rows.Width, rows.Height, rows.Channels, window); err != nil {
		return nil, err
	}
	// Rows below the window are read too: they show whether the file is whole.
	for y := 0; ; y++ {
		if y%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		row, err := rows.Next()
		r.decoded()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := r.rows.Push(row); err != nil {
			return nil, err
		}
		r.resampled()
	}
	if !r.rows.Done() {
		return nil, errRows
	}
	if r.search != nil {
		out = r.search.cut(out, rows.Channels)
		r.resampled()
	}
	return r.turned(nrgbaOf(out, rows.Channels)), nil
}

// turned swaps the axes where the orientation does.
func (r *resampler) turned(img *image.NRGBA) *image.NRGBA {
	if pic.SwapsAxes(r.orientation) {
		return imaging.Transpose(img)
	}
	return img
}

// nrgbaOf converts p, of channels samples a pixel, to four samples a pixel.
func nrgbaOf(p plane.Plane, channels int) *image.NRGBA {
	if channels == 4 {
		return &image.NRGBA{Pix: p.Pix, Stride: p.Stride, Rect: image.Rect(0, 0, p.Width, p.Height)}
	}
	img := image.NewNRGBA(image.Rect(0, 0, p.Width, p.Height))
	i, dst := 0, img.Pix
	// RGB: four samples at once, the last of which belongs to the next pixel.
	for ; channels == 3 && i+4 <= len(p.Pix); i, dst = i+3, dst[4:] {
		binary.LittleEndian.PutUint32(dst, binary.LittleEndian.Uint32(p.Pix[i:])|0xff<<24)
	}
	for ; i < len(p.Pix); i, dst = i+channels, dst[4:] {
		c := p.Pix[i : i+channels]
		switch channels {
		case 1:
			dst[0], dst[1], dst[2], dst[3] = c[0], c[0], c[0], 255
		case 2:
			dst[0], dst[1], dst[2], dst[3] = c[0], c[0], c[0], c[1]
		default:
			dst[0], dst[1], dst[2], dst[3] = c[0], c[1], c[2], 255
		}
	}
	return img
}

// fromPlanes resamples planes of gray or YCbCr, and chroma to 4:2:0 unless it is whole.
func (r *resampler) fromPlanes(ctx context.Context, p *pic.Planar) ([]plane.Plane, error) {
	w, h := r.view.Width, r.view.Height
	planes := make([]plane.Plane, len(p.Planes))
	for i := range p.Planes {
		src, window := r.croppedPlane(p, i)
		var err error
		if i == 0 || p.Whole {
			planes[i] = r.planes.buffer(i, w, h)
			err = r.planes.Resample(ctx, planes[i], src, window)
		} else {
			planes[i] = r.planes.buffer(i, (w+1)/2, (h+1)/2)
			err = r.planes.ResampleHalved(ctx, planes[i], src, image.Pt(w, h), window)
		}
		if err != nil {
			return nil, err
		}
		if pic.SwapsAxes(r.orientation) {
			planes[i] = plane.Transposed(planes[i])
		}
	}
	return planes, nil
}

// joined resamples planes of other colours, all to the size of the variant, then joins
// them to pixels and converts those to sRGB.
func (r *resampler) joined(ctx context.Context, p *pic.Planar) (*image.NRGBA, error) {
	w, h := r.view.Width, r.view.Height
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range p.Planes {
		src, window := r.croppedPlane(p, i)
		out := r.planes.buffer(i, w, h)
		if err := r.planes.Resample(ctx, out, src, window); err != nil {
			return nil, err
		}
		for at, v := range out.Pix {
			img.Pix[4*at+i] = v
		}
	}
	for y := range h {
		if y%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p.ToSRGB(img.Pix[y*img.Stride:][:4*w])
	}
	return r.turned(img), nil
}

// window returns the visible part of plane i, in samples of the plane.
func (r *resampler) window(p *pic.Planar, i int) plane.Window {
	shown, step := mirrored(r.view.Window, r.orientation), p.Steps[i]
	return plane.Window{
		X0: (shown.X0 - p.X) / step.X, Y0: (shown.Y0 - p.Y) / step.Y,
		X1: (shown.X1 - p.X) / step.X, Y1: (shown.Y1 - p.Y) / step.Y,
	}
}

// buffer returns plane i; its contents are undefined.
func (r *planeResampler) buffer(i, w, h int) plane.Plane {
	if cap(r.pixels[i]) < w*h {
		r.pixels[i] = make([]uint8, w*h)
	}
	return plane.Plane{Pix: r.pixels[i][:w*h], Stride: w, Width: w, Height: h}
}

// mirrored mirrors a window of stored pixels as the orientation requires, before axes
// are swapped (Exif 2.32, tag 0x0112).
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
