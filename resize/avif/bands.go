package avif

import (
	"context"
	"image"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// bandPixels is about how many pixels a band has: ctx is checked between bands, every
// millisecond or two.
const bandPixels = 1 << 17

// eachBand calls do for each band of r's rows, from top to bottom, with the band's first
// row, which is a multiple of 4. It stops with ctx's error when ctx ends. If r has
// planes, they are one, or three of 4:4:4.
func eachBand(ctx context.Context, r *pic.Raster, do func(band *pic.Raster, y int)) error {
	size := r.Size()
	rows := max(4, bandPixels/size.X&^3)
	for y := 0; y < size.Y; y += rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(rows, size.Y-y)
		band := &pic.Raster{Colour: r.Colour}
		if r.Planes == nil {
			img := r.Pixels
			band.Pixels = &image.NRGBA{Pix: img.Pix[y*img.Stride:][:n*img.Stride], Stride: img.Stride, Rect: image.Rect(0, 0, size.X, n)}
		}
		for _, p := range r.Planes {
			band.Planes = append(band.Planes, plane.Plane{Pix: p.Pix[y*p.Stride:], Stride: p.Stride, Width: p.Width, Height: n})
		}
		do(band, y)
	}
	return ctx.Err()
}

// planesOf returns convert's planes of r, made band by band; convert is, for example,
// [pic.Raster.YCbCr]. If r has planes, they are one, or three of 4:4:4.
func planesOf(ctx context.Context, r *pic.Raster, convert func(*pic.Raster) []plane.Plane) ([]plane.Plane, error) {
	var planes []plane.Plane
	size := r.Size()
	err := eachBand(ctx, r, func(band *pic.Raster, y int) {
		for i, p := range convert(band) {
			halved := p.Height < band.Size().Y
			if y == 0 {
				h := size.Y
				if halved {
					h = (h + 1) / 2
				}
				planes = append(planes, plane.Plane{Pix: make([]uint8, p.Width*h), Stride: p.Width, Width: p.Width, Height: h})
			}
			at := y
			if planes[i].Height < size.Y {
				at = y / 2
			}
			for row := range p.Height {
				copy(planes[i].Pix[(at+row)*p.Width:], p.Pix[row*p.Stride:][:p.Width])
			}
		}
	})
	return planes, err
}

// alphaOf returns the alpha of r's pixels.
func alphaOf(r *pic.Raster) []plane.Plane { return []plane.Plane{r.Alpha(nil)} }
