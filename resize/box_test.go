package resize

import (
	"errors"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

func TestBox(t *testing.T) {
	whole := plane.Window{X1: 400, Y1: 300}
	tests := []struct {
		name string
		req  Request
		want pic.View
		err  error
	}{
		{"cover, wider", Request{Width: 200, Height: 100, Fit: Cover}, pic.View{Width: 200, Height: 100, Window: plane.Window{Y0: 50, X1: 400, Y1: 250}}, nil},
		{"cover, higher", Request{Width: 100, Height: 300, Fit: Cover}, pic.View{Width: 100, Height: 300, Window: plane.Window{X0: 150, X1: 250, Y1: 300}}, nil},
		{"cover, same shape", Request{Width: 200, Height: 150, Fit: Cover}, pic.View{Width: 200, Height: 150, Window: whole}, nil},
		{"cover, odd margin", Request{Width: 9, Height: 9, Fit: Cover}, pic.View{Width: 9, Height: 9, Window: plane.Window{X0: 50, X1: 350, Y1: 300}}, nil},
		{"cover, full width", Request{Width: 400, Height: 1, Fit: Cover}, pic.View{Width: 400, Height: 1, Window: plane.Window{Y0: 149.5, X1: 400, Y1: 150.5}}, nil},
		{"fill", Request{Width: 100, Height: 300, Fit: Fill}, pic.View{Width: 100, Height: 300, Window: whole}, nil},
		{"inside, wide box", Request{Width: 400, Height: 150, Fit: Inside}, pic.View{Width: 200, Height: 150, Window: whole}, nil},
		{"inside, high box", Request{Width: 100, Height: 300, Fit: Inside}, pic.View{Width: 100, Height: 75, Window: whole}, nil},
		{"inside, rounded", Request{Width: 101, Height: 300, Fit: Inside}, pic.View{Width: 101, Height: 76, Window: whole}, nil},
		{"inside, at least 1", Request{Width: 400, Height: 1, Fit: Inside}, pic.View{Width: 1, Height: 1, Window: whole}, nil},
		{"width alone", Request{Width: 101, Fit: Cover}, pic.View{Width: 101, Height: 76, Window: whole}, nil},
		{"height alone", Request{Height: 75, Fit: Inside}, pic.View{Width: 100, Height: 75, Window: whole}, nil},
		{"width 1 alone", Request{Width: 1, Fit: Cover}, pic.View{Width: 1, Height: 1, Window: whole}, nil},
		{"focus on the left", Request{Width: 100, Height: 300, Fit: Cover, Focus: &Focus{0, 0}}, pic.View{Width: 100, Height: 300, Window: plane.Window{X1: 100, Y1: 300}}, nil},
		{"focus near the left", Request{Width: 100, Height: 300, Fit: Cover, Focus: &Focus{0.1, 0.9}}, pic.View{Width: 100, Height: 300, Window: plane.Window{X1: 100, Y1: 300}}, nil},
		{"focus within", Request{Width: 100, Height: 300, Fit: Cover, Focus: &Focus{0.25, 0.9}}, pic.View{Width: 100, Height: 300, Window: plane.Window{X0: 50, X1: 150, Y1: 300}}, nil},
		{"focus at the bottom", Request{Width: 200, Height: 100, Fit: Cover, Focus: &Focus{0, 1}}, pic.View{Width: 200, Height: 100, Window: plane.Window{Y0: 100, X1: 400, Y1: 300}}, nil},
		{"focus, but no cropping", Request{Width: 200, Height: 100, Fit: Fill, Focus: &Focus{0, 1}}, pic.View{Width: 200, Height: 100, Window: whole}, nil},
		{"pad, wide box", Request{Width: 400, Height: 150, Fit: Pad}, pic.View{Width: 200, Height: 150, Window: whole}, nil},
		{"pad, high box", Request{Width: 100, Height: 300, Fit: Pad}, pic.View{Width: 100, Height: 75, Window: whole}, nil},
		{"pad, larger", Request{Width: 401, Height: 150, Fit: Pad}, pic.View{}, ErrLarger},
		{"pad, same size", Request{Width: 400, Height: 300, Fit: Pad}, pic.View{Width: 400, Height: 300, Window: whole}, ErrSameSize},
		{"twice", Request{Width: 100, Height: 50, Scale: 2, Fit: Fill}, pic.View{Width: 200, Height: 100, Window: whole}, nil},
		{"one and a half times, halves up", Request{Width: 101, Height: 51, Scale: 1.5, Fit: Fill}, pic.View{Width: 152, Height: 77, Window: whole}, nil},
		{"scaled beyond the original", Request{Width: 200, Height: 50, Scale: 4, Fit: Fill}, pic.View{Width: 400, Height: 100, Window: whole}, nil},
		{"scaled beyond a cap", Request{Width: 200, Height: 50, Scale: 4, MaxWidth: 300, MaxHeight: 1000, Fit: Fill}, pic.View{Width: 300, Height: 75, Window: whole}, nil},
		{"a cap below the box", Request{Width: 200, Height: 50, Scale: 4, MaxWidth: 100, Fit: Fill}, pic.View{Width: 200, Height: 50, Window: whole}, nil},
		{"a cap without scale", Request{Width: 200, Height: 50, MaxWidth: 100, Fit: Fill}, pic.View{Width: 200, Height: 50, Window: whole}, nil},
		{"scaled width alone", Request{Width: 101, Scale: 2, Fit: Cover}, pic.View{Width: 202, Height: 152, Window: whole}, nil},
		{"scaled width alone, capped height", Request{Width: 101, Scale: 3, MaxHeight: 150, Fit: Cover}, pic.View{Width: 200, Height: 150, Window: whole}, nil},
		{"scaled height alone, capped", Request{Height: 51, Scale: 9, MaxHeight: 150, Fit: Cover}, pic.View{Width: 200, Height: 150, Window: whole}, nil},
		{"scaled inside", Request{Width: 300, Height: 100, Scale: 2, Fit: Inside}, pic.View{Width: 267, Height: 200, Window: whole}, nil},
		{"scaled to the original", Request{Width: 100, Height: 75, Scale: 5, Fit: Cover}, pic.View{Width: 400, Height: 300, Window: whole}, ErrSameSize},
		{"larger before it is scaled", Request{Width: 401, Height: 75, Scale: 1, Fit: Cover}, pic.View{}, ErrLarger},
		{"largest, wider", Request{Width: 800, Height: 300, Largest: true, Fit: Fill}, pic.View{Width: 400, Height: 150, Window: whole}, nil},
		{"largest, higher", Request{Width: 100, Height: 301, Largest: true, Fit: Fill}, pic.View{Width: 100, Height: 300, Window: whole}, nil},
		{"largest, extreme", Request{Width: math.MaxInt32, Height: 1, Largest: true, Fit: Fill}, pic.View{Width: 400, Height: 1, Window: whole}, nil},
		{"largest, of the original's shape", Request{Width: 800, Height: 600, Largest: true, Fit: Cover}, pic.View{Width: 400, Height: 300, Window: whole}, nil},
		{"largest, inside", Request{Width: 800, Height: 150, Largest: true, Fit: Inside}, pic.View{Width: 200, Height: 150, Window: whole}, nil},
		{"largest, width alone", Request{Width: math.MaxInt32, Largest: true, Fit: Inside}, pic.View{Width: 400, Height: 300, Window: whole}, nil},
		{"largest, padded", Request{Width: 300, Height: 900, Largest: true, Fit: Pad}, pic.View{Width: 100, Height: 75, Window: whole}, nil},
		{"largest, not larger", Request{Width: 30, Height: 90, Largest: true, Fit: Fill}, pic.View{Width: 30, Height: 90, Window: whole}, nil},
		{"largest, scaled", Request{Width: 800, Height: 300, Scale: 2, Largest: true, Fit: Fill}, pic.View{Width: 400, Height: 150, Window: whole}, nil},
		{"same size", Request{Width: 400, Height: 300, Fit: Cover}, pic.View{Width: 400, Height: 300, Window: whole}, ErrSameSize},
		{"same width alone", Request{Width: 400, Fit: Fill}, pic.View{Width: 400, Height: 300, Window: whole}, ErrSameSize},
		{"wider", Request{Width: 401, Height: 3, Fit: Cover}, pic.View{}, ErrLarger},
		{"higher", Request{Width: 4, Height: 301, Fit: Cover}, pic.View{}, ErrLarger},
		{"higher box, narrower picture", Request{Width: 40, Height: 301, Fit: Inside}, pic.View{}, ErrLarger},
		{"height alone, higher", Request{Height: 301, Fit: Cover}, pic.View{}, ErrLarger},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.req.box(400, 300)
			if got.Width != tt.want.Width || got.Height != tt.want.Height || !alike(got.Window, tt.want.Window) || !errors.Is(err, tt.err) {
				t.Errorf("%+v, %v; want %+v, %v", got, err, tt.want, tt.err)
			}
		})
	}
}

// TestBoxProperties checks many boxes for the properties that every box has.
func TestBoxProperties(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	side := func(limit int) int { return 1 + int(float64(limit)*math.Pow(random.Float64(), 4)) }
	for range 200_000 {
		w, h := side(65535), side(65535)
		req := Request{Width: 1 + random.IntN(w), Height: 1 + random.IntN(h), Fit: []Fit{Cover, Fill, Inside, Pad}[random.IntN(4)]}
		if random.IntN(2) == 0 {
			req.Focus = &Focus{random.Float64(), random.Float64()}
		}
		if random.IntN(3) == 0 {
			req.Scale = 1 + 3*random.Float64()
			req.MaxWidth, req.MaxHeight = random.IntN(2*w), random.IntN(2*h)
		}
		if random.IntN(3) == 0 {
			req.Largest = true
			req.Width, req.Height = side(2*w), side(2*h)
		}
		b, err := req.box(w, h)
		if errors.Is(err, ErrSameSize) && !req.Largest {
			continue
		}
		if err != nil {
			t.Fatalf("%+v of %dx%d: %v", req, w, h, err)
		}
		size, _ := req.sides(w, h)
		if b.Width < 1 || b.Height < 1 || b.Width > size.X || b.Height > size.Y || size.X > w || size.Y > h {
			t.Fatalf("%+v of %dx%d gives %dx%d in %v", req, w, h, b.Width, b.Height, size)
		}
		if req.Fit != Pad && size != image.Pt(b.Width, b.Height) {
			t.Fatalf("%+v of %dx%d gives %dx%d in %v", req, w, h, b.Width, b.Height, size)
		}
		if fits := req.Width <= w && req.Height <= h; fits && req.Scale == 0 && req.Fit != Inside && size != image.Pt(req.Width, req.Height) {
			t.Fatalf("%+v of %dx%d gives %v", req, w, h, size)
		}
		if err := sameShape(req, size, w, h); err != nil {
			t.Fatalf("%+v of %dx%d: %v", req, w, h, err)
		}
		checkWindow(t, req, size, b.Window, w, h)
	}
}

// sameShape returns an error if a variant of the given size has not the shape that req
// asks for, up to rounding; no side is less than 1.
func sameShape(req Request, size image.Point, w, h int) error {
	shape := image.Pt(req.Width, req.Height)
	if req.Fit == Inside {
		shape = image.Pt(w, h)
	}
	x, y := float64(shape.X)/float64(size.X), float64(shape.Y)/float64(size.Y)
	off := min(math.Abs(float64(size.X)-float64(shape.X)/y), math.Abs(float64(size.Y)-float64(shape.Y)/x))
	// Both sides of what Scale makes are rounded.
	if off > 0.5+1e-6 && size.X > 1 && size.Y > 1 && !(req.Scale > 1 && off < 0.5+0.5*max(x/y, y/x)+1e-6) {
		return fmt.Errorf("%v is not of the shape %v", size, shape)
	}
	return nil
}

// checkWindow checks that a window is the whole picture of w × h pixels; or for Cover
// the largest one of the variant's shape, with its centre as near to the focus as
// possible.
func checkWindow(t *testing.T, req Request, size image.Point, got plane.Window, w, h int) {
	t.Helper()
	want := plane.Window{X1: float64(w), Y1: float64(h)}
	if req.Fit == Cover {
		x, y := exactMargins(size, w, h)
		focus := Focus{0.5, 0.5}
		if req.Focus != nil {
			focus = *req.Focus
		}
		// The centre can lie from x to w - x.
		x0 := min(max(focus.X*float64(w), float64(w)/2-x), float64(w)/2+x) - (float64(w)/2 - x)
		y0 := min(max(focus.Y*float64(h), float64(h)/2-y), float64(h)/2+y) - (float64(h)/2 - y)
		want = plane.Window{X0: x0, Y0: y0, X1: x0 + float64(w) - 2*x, Y1: y0 + float64(h) - 2*y}
	}
	if !alike(got, want) {
		t.Fatalf("%+v of %dx%d: window %v, want %v", req, w, h, got, want)
	}
	if got.X0 < -1e-9 || got.Y0 < -1e-9 || got.X1 > float64(w)+1e-9 || got.Y1 > float64(h)+1e-9 {
		t.Fatalf("%+v of %dx%d: window %v", req, w, h, got)
	}
}

// TestFocusCorners: a window in a corner touches both sides exactly, and one in the
// middle is that without a focus to the last bit.
func TestFocusCorners(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 10_000 {
		w, h := 1+random.IntN(5000), 1+random.IntN(5000)
		dw, dh := 1+random.IntN(w), 1+random.IntN(h)
		first := coverWindow(w, h, dw, dh, &Focus{0, 0})
		last := coverWindow(w, h, dw, dh, &Focus{1, 1})
		if math.Abs(first.X0) > 1e-11 || math.Abs(first.Y0) > 1e-11 || math.Abs(last.X1-float64(w)) > 1e-11 || math.Abs(last.Y1-float64(h)) > 1e-11 {
			t.Fatalf("%dx%d of %dx%d: %v and %v", dw, dh, w, h, first, last)
		}
		if middle := coverWindow(w, h, dw, dh, &Focus{0.5, 0.5}); middle != coverWindow(w, h, dw, dh, nil) {
			t.Fatalf("%dx%d of %dx%d: %v", dw, dh, w, h, middle)
		}
	}
}

// TestStored: a stored window holds the same pixels as the upright one, under every
// orientation. A window around the middle is not changed by a mirror.
func TestStored(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 10_000 {
		w, h := 1+random.IntN(5000), 1+random.IntN(5000)
		req := Request{Width: 1 + random.IntN(w), Height: 1 + random.IntN(h), Fit: Cover}
		middle := coverWindow(w, h, req.Width, req.Height, nil)
		view := pic.View{Width: req.Width, Height: req.Height, Window: coverWindow(w, h, req.Width, req.Height, &Focus{random.Float64(), random.Float64()})}
		for o := 1; o <= 8; o++ {
			got := upright{w, h, o, image.Point{}}.stored(view)
			if got.Window.X0 > got.Window.X1 || got.Window.Y0 > got.Window.Y1 {
				t.Fatalf("orientation %d: mirrored window %v", o, got.Window)
			}
			x0, y0 := seenAt(o, got.Window.X0, got.Window.Y0, float64(w), float64(h))
			x1, y1 := seenAt(o, got.Window.X1, got.Window.Y1, float64(w), float64(h))
			seen := plane.Window{X0: min(x0, x1), Y0: min(y0, y1), X1: max(x0, x1), Y1: max(y0, y1)}
			if !alike(seen, view.Window) {
				t.Fatalf("orientation %d of %dx%d: %v is stored as %v, seen as %v", o, w, h, view.Window, got.Window, seen)
			}
			if pic.SwapsAxes(o) {
				got.Width, got.Height = got.Height, got.Width
			}
			if got.Width != view.Width || got.Height != view.Height {
				t.Fatalf("orientation %d: %+v of %+v", o, got, view)
			}
			if w := (upright{w, h, o, image.Point{}}).stored(pic.View{Window: middle}).Window; w != middle && w != (plane.Window{X0: middle.Y0, Y0: middle.X0, X1: middle.Y1, Y1: middle.X1}) {
				t.Fatalf("orientation %d: %v is stored as %v", o, middle, w)
			}
		}
	}
}

// seenAt returns where a point of the stored picture is seen in an upright picture of
// w × h (Exif 2.32, tag 0x0112).
func seenAt(orientation int, col, row, w, h float64) (x, y float64) {
	switch orientation {
	case 2:
		return w - col, row
	case 3:
		return w - col, h - row
	case 4:
		return col, h - row
	case 5:
		return row, col
	case 6:
		return w - row, col
	case 7:
		return w - row, h - col
	case 8:
		return row, h - col
	}
	return col, row
}

// alike reports whether two windows are the same except for rounding.
func alike(a, b plane.Window) bool {
	const nothing = 1e-6
	return math.Abs(a.X0-b.X0) < nothing && math.Abs(a.Y0-b.Y0) < nothing &&
		math.Abs(a.X1-b.X1) < nothing && math.Abs(a.Y1-b.Y1) < nothing
}

// exactMargins returns what a window around the centre of w × h pixels with the shape
// of size leaves on the left and at the top.
func exactMargins(size image.Point, w, h int) (x, y float64) {
	scale := math.Max(float64(size.X)/float64(w), float64(size.Y)/float64(h))
	return (float64(w) - float64(size.X)/scale) / 2, (float64(h) - float64(size.Y)/scale) / 2
}

func TestValidate(t *testing.T) {
	good := Request{Width: 1, Fit: Cover, Quality: 80, MinQuality: 40}
	if err := good.validate(); err != nil {
		t.Error(err)
	}
	for name, breaks := range map[string]func(*Request){
		"no size":               func(r *Request) { r.Width = 0 },
		"negative width":        func(r *Request) { r.Width = -1 },
		"negative height":       func(r *Request) { r.Height = -1 },
		"no fit":                func(r *Request) { r.Fit = "" },
		"unknown fit":           func(r *Request) { r.Fit = "Cover" },
		"no quality":            func(r *Request) { r.Quality, r.MinQuality = 0, 0 },
		"quality over 100":      func(r *Request) { r.Quality = 101 },
		"no lowest quality":     func(r *Request) { r.MinQuality = 0 },
		"lowest over quality":   func(r *Request) { r.MinQuality = 81 },
		"negative bytes":        func(r *Request) { r.MaxBytes = -1 },
		"negative pixel limit":  func(r *Request) { r.Limits.Pixels = -1 },
		"focus on the left":     func(r *Request) { r.Focus = &Focus{-0.1, 0} },
		"focus below":           func(r *Request) { r.Focus = &Focus{0, 1.1} },
		"focus nowhere":         func(r *Request) { r.Focus = &Focus{math.NaN(), 0} },
		"scale below 1":         func(r *Request) { r.Scale = 0.5 },
		"negative scale":        func(r *Request) { r.Scale = -1 },
		"no scale":              func(r *Request) { r.Scale = math.NaN() },
		"endless scale":         func(r *Request) { r.Scale = math.Inf(1) },
		"negative cap":          func(r *Request) { r.MaxHeight = -1 },
		"largest of nothing":    func(r *Request) { r.Largest, r.Width = true, math.MaxInt },
		"negative memory limit": func(r *Request) { r.Limits.Memory = -1 },
	} {
		r := good
		breaks(&r)
		err := r.validate()
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err2 := Resize(t.Context(), Bytes(nil), r); err2 == nil || err == nil || err2.Error() != err.Error() {
			t.Errorf("%s: Resize gives %v, want %v", name, err2, err)
		}
	}
}
