package resize

import (
	"errors"
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
		{"same size", Request{Width: 400, Height: 300, Fit: Cover}, pic.View{}, ErrSameSize},
		{"same width alone", Request{Width: 400, Fit: Fill}, pic.View{}, ErrSameSize},
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
	for range 100_000 {
		w, h := side(65535), side(65535)
		req := Request{Width: 1 + random.IntN(w), Height: 1 + random.IntN(h), Fit: []Fit{Cover, Fill, Inside}[random.IntN(3)]}
		b, err := req.box(w, h)
		if errors.Is(err, ErrSameSize) {
			continue
		}
		if err != nil {
			t.Fatalf("%+v of %dx%d: %v", req, w, h, err)
		}
		if b.Width < 1 || b.Height < 1 || b.Width > req.Width || b.Height > req.Height {
			t.Fatalf("%+v of %dx%d gives %dx%d", req, w, h, b.Width, b.Height)
		}
		if req.Fit != Inside && (b.Width != req.Width || b.Height != req.Height) {
			t.Fatalf("%+v of %dx%d gives %dx%d", req, w, h, b.Width, b.Height)
		}
		x, y := exactMargins(req, w, h)
		if !alike(b.Window, plane.Window{X0: x, Y0: y, X1: float64(w) - x, Y1: float64(h) - y}) {
			t.Fatalf("%+v of %dx%d: window %v, but margins are %v and %v", req, w, h, b.Window, x, y)
		}
	}
}

// alike reports whether two windows are the same except for rounding.
func alike(a, b plane.Window) bool {
	const nothing = 1e-6
	return math.Abs(a.X0-b.X0) < nothing && math.Abs(a.Y0-b.Y0) < nothing &&
		math.Abs(a.X1-b.X1) < nothing && math.Abs(a.Y1-b.Y1) < nothing
}

// exactMargins returns what cover cuts off on the left and at the top.
func exactMargins(req Request, w, h int) (x, y float64) {
	if req.Fit != Cover {
		return 0, 0
	}
	scale := math.Max(float64(req.Width)/float64(w), float64(req.Height)/float64(h))
	return (float64(w) - float64(req.Width)/scale) / 2, (float64(h) - float64(req.Height)/scale) / 2
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
