package resize

import (
	"context"
	"math"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// croppedRows returns the rows of the resampler's part, and the visible part of them, so
// that the filter takes nothing from beyond the part. Rows below it are read at the end.
func (r *resampler) croppedRows(ctx context.Context, rows *pic.Rows) (*pic.Rows, plane.Window) {
	window := mirrored(r.view.Window, r.orientation)
	part := r.part
	if part.Empty() {
		return rows, window
	}
	y := 0
	next := func() ([]byte, error) {
		if y%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		y++
		return rows.Next()
	}
	return &pic.Rows{
		Width: part.Dx(), Height: part.Dy(), Channels: rows.Channels,
		Next: func() ([]byte, error) {
			for y < part.Min.Y || y >= part.Max.Y {
				if _, err := next(); err != nil {
					return nil, err
				}
			}
			row, err := next()
			if err != nil {
				return nil, err
			}
			return row[part.Min.X*rows.Channels : part.Max.X*rows.Channels], nil
		},
	}, moved(window, float64(part.Min.X), float64(part.Min.Y))
}

// croppedPlane returns the samples of plane i that lie within the resampler's part, and
// the visible part of them. Samples that lie partly beyond it are left out, if there
// are enough others.
func (r *resampler) croppedPlane(p *pic.Planar, i int) (plane.Plane, plane.Window) {
	src, window, step := p.Planes[i], r.window(p, i), p.Steps[i]
	if r.part.Empty() {
		return src, window
	}
	x0, x1 := cropped(float64(r.part.Min.X)-p.X, float64(r.part.Max.X)-p.X, step.X, src.Width)
	y0, y1 := cropped(float64(r.part.Min.Y)-p.Y, float64(r.part.Max.Y)-p.Y, step.Y, src.Height)
	if r.part.Max.X == r.size.X { // the last samples may stand for less than a step
		x1 = src.Width
	}
	if r.part.Max.Y == r.size.Y {
		y1 = src.Height
	}
	src.Pix = src.Pix[y0*src.Stride+x0:]
	src.Width, src.Height = x1-x0, y1-y0
	return src, moved(window, float64(x0), float64(y0))
}

// cropped returns the range of n samples, each step wide, that lies from one position to
// another; of less than two, also those that lie there partly.
func cropped(from, to, step float64, n int) (first, end int) {
	limit := func(v float64) int { return int(min(max(v, 0), float64(n))) }
	first, end = limit(math.Ceil(from/step)), limit(math.Floor(to/step))
	if end-first < 2 { // a window that is much wider than the samples is not allowed
		first, end = limit(math.Floor(from/step)), limit(math.Ceil(to/step))
	}
	return first, end
}

// moved returns w as seen from x, y.
func moved(w plane.Window, x, y float64) plane.Window {
	return plane.Window{X0: w.X0 - x, Y0: w.Y0 - y, X1: w.X1 - x, Y1: w.Y1 - y}
}
