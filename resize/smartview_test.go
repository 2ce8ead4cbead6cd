package resize

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestSearchView: what is searched lies within the picture and on the pixels of the
// centre's view, for any size.
func TestSearchView(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 20000 {
		w, h := 1+r.IntN(1<<r.IntN(15)), 1+r.IntN(1<<r.IntN(15))
		req := smartly(request(1+r.IntN(w), 1+r.IntN(h)))
		box, err := req.box(w, h)
		if err != nil {
			continue
		}
		s := req.search(box, upright{width: w, height: h, orientation: 1})
		if s == nil {
			continue
		}
		across, down := box.Ratios()
		wholeAcross, wholeDown := s.whole.Ratios()
		if math.Abs(across-wholeAcross) > 1e-9*across || math.Abs(down-wholeDown) > 1e-9*down {
			t.Fatalf("%dx%d of %dx%d: scale %v, %v instead of %v, %v", req.Width, req.Height, w, h, wholeAcross, wholeDown, across, down)
		}
		x, y := -s.whole.Window.X0, -s.whole.Window.Y0
		if over := max(x, s.whole.Window.X1-float64(w)) / across; over > 1e-5 {
			t.Fatalf("%dx%d of %dx%d: %v pixels beyond the picture", req.Width, req.Height, w, h, over)
		}
		if over := max(y, s.whole.Window.Y1-float64(h)) / down; over > 1e-5 {
			t.Fatalf("%dx%d of %dx%d: %v pixels beyond the picture", req.Width, req.Height, w, h, over)
		}
		if s.whole.Width < box.Width || s.whole.Height < box.Height || s.spare < 2 || s.spare%2 != 0 {
			t.Fatalf("%dx%d of %dx%d: %+v", req.Width, req.Height, w, h, s)
		}
	}
}

// TestSearchReachesEnds: a picture of a whole number of the variant's pixels is searched
// to its ends, whatever the scale.
func TestSearchReachesEnds(t *testing.T) {
	for p := 3; p < 60; p++ {
		for q := 1; q < p; q++ { // p/q pixels become one
			for more := 2; more < 40; more += 2 {
				req := smartly(request(5*q, 7*q))
				w, h := p*(5+more), 7*p
				box, err := req.box(w, h)
				if err != nil {
					t.Fatal(err)
				}
				if s := req.search(box, upright{width: w, height: h, orientation: 1}); s == nil || s.spare != q*more {
					t.Fatalf("%dx%d of %dx%d: %+v, want %d to spare", req.Width, req.Height, w, h, s, q*more)
				}
			}
		}
	}
}

// TestSmartMirrored: a mirrored picture is cropped in the mirrored place.
func TestSmartMirrored(t *testing.T) {
	for at := 20; at < 300; at += 31 {
		picture := dotted(300, 90, at, 40)
		mirrored := pictest.Drawn(300, 90, func(x, y int) color.NRGBA { return picture.NRGBAAt(299-x, y) })
		for _, req := range []Request{smartly(request(60, 83)), smartly(request(31, 45))} {
			var focuses [2]Focus
			for i, img := range []*image.NRGBA{picture, mirrored} {
				v, err := Resize(t.Context(), Bytes(pictest.PNG(t, img)), req)
				if err != nil {
					t.Fatal(err)
				}
				focuses[i] = v.Focus
			}
			if math.Abs(focuses[0].X+focuses[1].X-1) > 1e-9 {
				t.Errorf("a dot at %d to %dx%d: around %v, mirrored %v", at, req.Width, req.Height, focuses[0], focuses[1])
			}
		}
	}
}

// TestSearchMemory compares the estimate for a long picture, all of which is resampled
// if it arrives in rows, with what is allocated.
func TestSearchMemory(t *testing.T) {
	img := dotted(6000, 120, 5500, 60)
	for name, data := range map[string][]byte{"PNG": pictest.PNG(t, img), "JPEG": pictest.JPEG(t, img)} {
		p, err := Open(t.Context(), Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		j := newJob(t, p, smartly(request(110, 110)))
		got := pictest.Allocated(func() { _, err = pic.Sequence{Frames: j.rasters(t.Context())}.First() })
		if err != nil {
			t.Fatal(err)
		}
		compareMemory(t, name, got, j.decoding.Memory+j.resampleMemory(), above(p.Info().Format, data))
	}
}
