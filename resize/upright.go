package resize

import (
	"image"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// upright is the part of a picture that a variant is made of, as a viewer sees it.
type upright struct {
	width, height int         // in pixels
	orientation   int         // in which it is stored
	corner        image.Point // where it begins in the stored picture
}

// stored converts a view of u to one of the stored picture (Exif 2.32, tag 0x0112).
func (u upright) stored(v pic.View) pic.View {
	w := v.Window
	switch u.orientation {
	case 2, 3, 6, 7: // the stored picture begins on the right
		w.X0, w.X1 = opposite(w.X0, w.X1, float64(u.width))
	}
	switch u.orientation {
	case 3, 4, 7, 8: // at the bottom
		w.Y0, w.Y1 = opposite(w.Y0, w.Y1, float64(u.height))
	}
	if pic.SwapsAxes(u.orientation) {
		v.Width, v.Height = v.Height, v.Width
		w = plane.Window{X0: w.Y0, Y0: w.X0, X1: w.Y1, Y1: w.X1}
	}
	v.Window = moved(w, -float64(u.corner.X), -float64(u.corner.Y))
	return v
}

// opposite returns the range from x0 to x1 of a line of length n as counted from the
// line's other end. A range around the middle stays the same to the last bit.
func opposite(x0, x1, n float64) (float64, float64) {
	if x0+x1 == n {
		return x0, x1
	}
	return n - x1, n - x0
}

// focus returns the centre of a window of u.
func (u upright) focus(w plane.Window) Focus {
	return Focus{(w.X0 + w.X1) / 2 / float64(u.width), (w.Y0 + w.Y1) / 2 / float64(u.height)}
}
