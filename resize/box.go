package resize

import (
	"errors"
	"fmt"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// validate returns an error if no picture can satisfy r.
func (r Request) validate() error {
	switch {
	case r.Width < 0 || r.Height < 0:
		return fmt.Errorf("resize: bad request: negative size %dx%d", r.Width, r.Height)
	case r.Width == 0 && r.Height == 0:
		return errors.New("resize: bad request: neither width nor height")
	case r.Fit != Cover && r.Fit != Fill && r.Fit != Inside:
		return fmt.Errorf("resize: bad request: unknown fit %q", r.Fit)
	case r.MinQuality < 1 || r.Quality > 100 || r.MinQuality > r.Quality:
		return fmt.Errorf("resize: bad request: quality %d down to %d, not within 100 to 1", r.Quality, r.MinQuality)
	case r.MaxBytes < 0 || r.Limits.Pixels < 0 || r.Limits.Memory < 0:
		return errors.New("resize: bad request: negative limit")
	}
	return nil
}

// box applies the size rules to an upright picture of w × h pixels, both at
// least 1. The window lies around the picture's exact centre, so that turning or
// mirroring the picture turns or mirrors it. Errors: [ErrLarger], [ErrSameSize].
func (r Request) box(w, h int) (pic.View, error) {
	if r.Width > w || r.Height > h {
		return pic.View{}, ErrLarger
	}
	b := pic.View{
		Width: r.Width, Height: r.Height,
		Window: plane.Window{X1: float64(w), Y1: float64(h)},
	}
	switch {
	case r.Width == 0:
		b.Width = inProportion(w, r.Height, h)
	case r.Height == 0:
		b.Height = inProportion(h, r.Width, w)
	case r.Fit == Inside:
		b.Width = min(r.Width, inProportion(w, r.Height, h))
		b.Height = min(r.Height, inProportion(h, r.Width, w))
	case r.Fit == Cover:
		b.Window = coverWindow(w, h, r.Width, r.Height)
	}
	if b.Width == w && b.Height == h {
		return pic.View{}, ErrSameSize
	}
	return b, nil
}

// stored converts a view of the upright picture to one of the picture as stored with
// the given Exif orientation. The window lies around the centre, so only its axes may
// change.
func stored(v pic.View, orientation int) pic.View {
	if !pic.SwapsAxes(orientation) {
		return v
	}
	return pic.View{
		Width: v.Height, Height: v.Width,
		Window: plane.Window{X0: v.Window.Y0, Y0: v.Window.X0, X1: v.Window.Y1, Y1: v.Window.X1},
	}
}

// inProportion returns n × num / den rounded to the nearest whole number, halves up,
// and at least 1.
func inProportion(n, num, den int) int {
	a, b := int64(n)*int64(num), int64(den)
	return max(1, int((2*a+b)/(2*b)))
}

// coverWindow returns the largest window of w × h pixels that has the shape of dw × dh.
func coverWindow(w, h, dw, dh int) plane.Window {
	scale := min(float64(w)/float64(dw), float64(h)/float64(dh))
	x := (float64(w) - scale*float64(dw)) / 2
	y := (float64(h) - scale*float64(dh)) / 2
	return plane.Window{X0: x, Y0: y, X1: float64(w) - x, Y1: float64(h) - y}
}
