package resize

import (
	"errors"
	"fmt"
	"image"
	"math"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// mostBlur is the greatest standard deviation of a blur, in pixels.
const mostBlur = 100

// validate returns an error if no picture can satisfy r.
func (r Request) validate() error {
	switch {
	case r.Width < 0 || r.Height < 0:
		return fmt.Errorf("resize: bad request: negative size %dx%d", r.Width, r.Height)
	case r.Width == 0 && r.Height == 0:
		return errors.New("resize: bad request: neither width nor height")
	case r.Largest && max(r.Width, r.Height) > math.MaxInt32:
		return fmt.Errorf("resize: bad request: size %dx%d, with a side over %d", r.Width, r.Height, math.MaxInt32)
	case r.Scale != 0 && !(r.Scale >= 1 && r.Scale <= math.MaxFloat32):
		return fmt.Errorf("resize: bad request: scale %v, not at least 1", r.Scale)
	case r.MaxWidth < 0 || r.MaxHeight < 0:
		return fmt.Errorf("resize: bad request: negative largest size %dx%d", r.MaxWidth, r.MaxHeight)
	case r.Fit != Cover && r.Fit != Fill && r.Fit != Inside && r.Fit != Pad:
		return fmt.Errorf("resize: bad request: unknown fit %q", r.Fit)
	case r.Focus != nil && !r.Focus.valid():
		return fmt.Errorf("resize: bad request: focus %v, %v, not within 0 to 1", r.Focus.X, r.Focus.Y)
	case r.MinQuality < 1 || r.Quality > 100 || r.MinQuality > r.Quality:
		return fmt.Errorf("resize: bad request: quality %d down to %d, not within 100 to 1", r.Quality, r.MinQuality)
	case r.Sharpen < 0 || r.Sharpen > plane.MostUnsharp:
		return fmt.Errorf("resize: bad request: sharpen %d is not within 0 to %d", r.Sharpen, plane.MostUnsharp)
	case r.Blur < 0 || r.Blur > mostBlur:
		return fmt.Errorf("resize: bad request: blur %d is not within 0 to %d", r.Blur, mostBlur)
	case r.MaxBytes < 0 || r.Limits.Pixels < 0 || r.Limits.Memory < 0:
		return errors.New("resize: bad request: negative limit")
	}
	return nil
}

// valid reports whether f lies within a picture.
func (f Focus) valid() bool { return f.X >= 0 && f.X <= 1 && f.Y >= 0 && f.Y <= 1 }

// box applies the size rules to an upright picture of w × h pixels, both at least 1: it
// returns which part of the picture becomes how many pixels, without padding. Without a
// Focus the window lies around the picture's exact centre, so that turning or mirroring
// the picture turns or mirrors it. Errors: [ErrLarger]; [ErrSameSize], with the view.
func (r Request) box(w, h int) (pic.View, error) {
	size, err := r.sides(w, h)
	if err != nil {
		return pic.View{}, err
	}
	same := size == image.Pt(w, h)
	b := pic.View{Width: size.X, Height: size.Y, Window: plane.Window{X1: float64(w), Y1: float64(h)}}
	switch {
	case r.keepsRatio():
	case r.Fit == Pad:
		size = inside(size, image.Pt(w, h))
		b.Width, b.Height = size.X, size.Y
	case r.Fit == Cover:
		b.Window = coverWindow(w, h, size.X, size.Y, r.Focus)
	}
	if same && !r.Largest && !r.hasEffect() {
		return b, ErrSameSize
	}
	return b, nil
}

// hasEffect reports whether r asks for more than another size, of whatever size.
func (r Request) hasEffect() bool { return r.Blur > 0 || r.Sharpen > 0 || r.Background != nil }

// keepsRatio reports whether the variant has the picture's own ratio.
func (r Request) keepsRatio() bool { return r.Fit == Inside || r.Width == 0 || r.Height == 0 }

// sides returns the variant's size for an upright picture of w × h pixels: padding
// counts. The error is [ErrLarger].
func (r Request) sides(w, h int) (image.Point, error) {
	asked, whole := image.Pt(r.Width, r.Height), image.Pt(w, h)
	if !r.Largest && (asked.X > w || asked.Y > h) {
		return image.Point{}, ErrLarger
	}
	size := r.within(asked, whole, whole)
	if r.Scale > 1 {
		most := image.Pt(capped(w, r.MaxWidth), capped(h, r.MaxHeight))
		scaled := image.Pt(scaledBy(asked.X, r.Scale, w), scaledBy(asked.Y, r.Scale, h))
		if larger := r.within(scaled, most, whole); larger.X >= size.X && larger.Y >= size.Y {
			return larger, nil
		}
	}
	return size, nil
}

// within returns the largest size of at most most for a picture of size whole: in the
// picture's ratio and at most asked, or in the ratio of r's box and as asked if that is
// not too large. A side of asked that is 0 is no limit.
func (r Request) within(asked, most, whole image.Point) image.Point {
	if r.keepsRatio() {
		return inside(image.Pt(capped(most.X, asked.X), capped(most.Y, asked.Y)), whole)
	}
	if asked.X <= most.X && asked.Y <= most.Y {
		return asked
	}
	shape := image.Pt(r.Width, r.Height)
	return image.Pt(min(most.X, inProportion(shape.X, most.Y, shape.Y)), min(most.Y, inProportion(shape.Y, most.X, shape.X)))
}

// inside returns the largest size with the ratio of a picture of size whole within a
// box that is not larger.
func inside(box, whole image.Point) image.Point {
	return image.Pt(min(box.X, inProportion(whole.X, box.Y, whole.Y)), min(box.Y, inProportion(whole.Y, box.X, whole.X)))
}

// capped returns n, or most if that is smaller and not 0.
func capped(n, most int) int {
	if most == 0 {
		return n
	}
	return min(n, most)
}

// scaledBy returns n × scale rounded to the nearest whole number, halves up; but at
// most one more than most, so that it cannot overflow.
func scaledBy(n int, scale float64, most int) int {
	return int(min(math.Floor(float64(n)*scale+0.5), float64(most)+1))
}

// inProportion returns n × num / den rounded to the nearest whole number, halves up,
// and at least 1.
func inProportion(n, num, den int) int {
	a, b := int64(n)*int64(num), int64(den)
	return max(1, int((2*a+b)/(2*b)))
}

// coverWindow returns the largest window of w × h pixels that has the shape of dw × dh.
// Its centre is as near to the focus as the picture allows; nil is the centre.
func coverWindow(w, h, dw, dh int, focus *Focus) plane.Window {
	scale := min(float64(w)/float64(dw), float64(h)/float64(dh))
	at := Focus{0.5, 0.5}
	if focus != nil {
		at = *focus
	}
	x, right := margins(float64(w), scale*float64(dw), at.X)
	y, below := margins(float64(h), scale*float64(dh), at.Y)
	return plane.Window{X0: x, Y0: y, X1: float64(w) - right, Y1: float64(h) - below}
}

// margins returns what remains of a line of length n before and behind a part whose
// centre is as near to the fraction at of the line as possible.
func margins(n, part, at float64) (before, behind float64) {
	rest := n - part
	if rest <= 0 {
		return rest / 2, rest / 2 // rounded
	}
	before = min(max(at*n-part/2, 0), rest)
	return before, rest - before
}
