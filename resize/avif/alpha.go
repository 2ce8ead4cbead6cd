package avif

import (
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// alphaOf returns the alpha of pixels.
func alphaOf(r *pic.Raster) []plane.Plane {
	img := r.Pixels
	w, h := img.Rect.Dx(), img.Rect.Dy()
	p := plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
	for y := range h {
		row, to := img.Pix[y*img.Stride:][:4*w], p.Pix[y*w:][:w]
		for x := range to {
			to[x] = row[4*x+3]
		}
	}
	return []plane.Plane{p}
}
