package subject

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// interleaved returns the pixels of img as a plane of four samples a pixel.
func interleaved(img *image.NRGBA) plane.Plane {
	return plane.Plane{Pix: img.Pix, Stride: img.Stride, Width: img.Rect.Dx(), Height: img.Rect.Dy()}
}

// randomPicture returns a Picture of blots.
func randomPicture(r *rand.Rand, w, h int) Picture {
	c := newCanvas(w, h, r.Uint64(), rgb{80, 90, 100}, rgb{120, 110, 100})
	for range 1 + r.IntN(6) {
		size := 1 + r.Float64()*float64(max(w, h))/6
		c.ellipse(r.Float64()*float64(w), r.Float64()*float64(h), size, size, 1, rgb{255 * r.Float64(), 255 * r.Float64(), 255 * r.Float64()})
	}
	return FromPixels(interleaved(c.image()), 4)
}

// TestMirrored: a mirrored or transposed picture has the mirrored or transposed place.
func TestMirrored(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		p := randomPicture(r, 1+r.IntN(300), 1+r.IntN(300))
		share := r.Float64()
		across, down := Place(p, Across, share), Place(p, Down, share)
		if got := Place(p.Mirrored(true, false), Across, share); got != Steps-across {
			t.Errorf("%d: place %d of %dx%d became %d", i, across, p.Width, p.Height, got)
		}
		if got := Place(p.Mirrored(false, true), Down, share); got != Steps-down {
			t.Errorf("%d: place %d of %dx%d became %d", i, down, p.Width, p.Height, got)
		}
		if got := Place(p.Transposed(), Down, share); got != across {
			t.Errorf("%d: place %d of %dx%d became %d when transposed", i, across, p.Width, p.Height, got)
		}
	}
}

// TestCopyMirrored: the small copy of a mirrored picture is the mirrored small copy, for
// any size.
func TestCopyMirrored(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		w, h := 1+r.IntN(900), 1+r.IntN(400)
		src := plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
		for i := range src.Pix {
			src.Pix[i] = uint8(r.Uint32())
		}
		turned := plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
		for i, v := range src.Pix {
			turned.Pix[len(src.Pix)-1-i] = v
		}
		a, b := FromPlanes([]plane.Plane{src}, nil).Mirrored(true, true), FromPlanes([]plane.Plane{turned}, nil)
		if !bytes.Equal(a.Y, b.Y) || a.Width != b.Width {
			t.Fatalf("%dx%d: another copy", w, h)
		}
		if max(a.Width, a.Height) > Longest || a.Width < 1 || a.Height < 1 {
			t.Fatalf("%dx%d became %dx%d", w, h, a.Width, a.Height)
		}
	}
}

// TestForms: the form in which the pixels come makes next to no difference.
func TestForms(t *testing.T) {
	for i, s := range scenes[:6] {
		img := drawn(i)
		w, h := img.Rect.Dx(), img.Rect.Dy()
		rgb := plane.Plane{Stride: 3 * w, Width: w, Height: h}
		ycc := make([]plane.Plane, 3)
		for i := range ycc {
			ycc[i] = plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
		}
		inks := make([]plane.Plane, 3)
		copy(inks, ycc)
		for i := range inks {
			inks[i].Pix = make([]uint8, w*h)
		}
		for i := range w * h {
			c := img.Pix[4*i:][:3]
			rgb.Pix = append(rgb.Pix, c...)
			ycc[0].Pix[i], ycc[1].Pix[i], ycc[2].Pix[i] = color.RGBToYCbCr(c[0], c[1], c[2])
			inks[0].Pix[i], inks[1].Pix[i], inks[2].Pix[i] = 255-c[0], 255-c[1], 255-c[2]
		}
		inverted := func(pix []uint8) {
			for i := 0; i < len(pix); i += 4 {
				pix[i], pix[i+1], pix[i+2], pix[i+3] = 255-pix[i], 255-pix[i+1], 255-pix[i+2], 255
			}
		}
		want := FromPixels(interleaved(img), 4)
		for name, p := range map[string]Picture{"RGB": FromPixels(rgb, 3), "YCbCr": FromPlanes(ycc, nil), "inks": FromPlanes(inks, inverted)} {
			for i := range want.Y {
				for c, pair := range [][2]uint8{{p.Y[i], want.Y[i]}, {p.Cb[i], want.Cb[i]}, {p.Cr[i], want.Cr[i]}} {
					if d := int(pair[0]) - int(pair[1]); d > 2 || d < -2 {
						t.Fatalf("%s, %s: channel %d of pixel %d is %d, want %d", s.name, name, c, i, pair[0], pair[1])
					}
				}
			}
		}
	}
}

// TestTransparent: what is transparent is not interesting, whatever its colour.
func TestTransparent(t *testing.T) {
	at := func(clear uint8) int {
		img := pictest.Drawn(300, 100, func(x, y int) color.NRGBA {
			switch {
			case x > 220 && x < 260 && y > 20 && y < 80:
				return color.NRGBA{200, uint8(40 + x%50), 60, 255}
			case x < 100:
				return color.NRGBA{uint8(x*y) & clear, 255 & clear, uint8(y*37) & clear, 0}
			}
			return color.NRGBA{clear, clear, clear, 0}
		})
		return Place(FromPixels(interleaved(img), 4), Across, 1.0/3)
	}
	if black, coloured := at(0), at(255); black != coloured || black < 100 {
		t.Errorf("places %d and %d", black, coloured)
	}
}

// TestScale: a larger copy of a picture is cropped at nearly the same place.
func TestScale(t *testing.T) {
	for i, s := range scenes[:8] {
		img := drawn(i)
		large := pictest.Drawn(3*img.Rect.Dx(), 3*img.Rect.Dy(), func(x, y int) color.NRGBA { return img.NRGBAAt(x/3, y/3) })
		for _, axis := range []Axis{Across, Down} {
			a, b := Place(FromPixels(interleaved(img), 4), axis, 0.5), Place(FromPixels(interleaved(large), 4), axis, 0.5)
			if a-b > 6 || b-a > 6 {
				t.Errorf("%s: places %d and %d", s.name, a, b)
			}
		}
	}
}

// TestMemory: no picture takes more memory than is estimated.
func TestMemory(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {3, 200}, {40, 40}, {2000, 1500}, {3000, 10}} {
		img := pictest.Scene(size.X, size.Y)
		var place int
		got := pictest.Allocated(func() {
			place = Place(FromPixels(interleaved(img), 4).Mirrored(true, false).Transposed(), Across, 0.5)
		})
		if want := Memory(size.X, size.Y); got > want || want > 4*got+64<<10 {
			t.Errorf("%v: %d bytes, %d estimated (place %d)", size, got, want, place)
		}
	}
}

// FuzzPlace: a place lies within the steps for any picture and share.
func FuzzPlace(f *testing.F) {
	f.Add([]byte{1, 2, 3, 255, 4, 5, 6, 255}, uint8(2), 0.5)
	f.Add(bytes.Repeat([]byte{255, 0, 0, 255, 0, 255, 0, 0}, 200), uint8(40), 0.1)
	f.Add([]byte{9}, uint8(1), 1.0)
	f.Fuzz(func(t *testing.T, pix []byte, width uint8, share float64) {
		channels := 1 + int(width)%4
		w := max(1, int(width))
		h := len(pix) / (w * channels)
		if h == 0 || !(share >= 0 && share <= 1) {
			return
		}
		p := FromPixels(plane.Plane{Pix: pix, Stride: w * channels, Width: w, Height: h}, channels)
		for _, axis := range []Axis{Across, Down} {
			if place := Place(p, axis, share); place < 0 || place > Steps {
				t.Errorf("place %d", place)
			}
		}
	})
}

// BenchmarkPlace measures what is added to a JPEG of 12 megapixels to 500x300, which is
// decoded to 1000x750 samples, and to one that is decoded in full.
func BenchmarkPlace(b *testing.B) {
	for _, size := range []image.Point{{1000, 750}, {4000, 3000}} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			planes := make([]plane.Plane, 3)
			random := rand.New(rand.NewPCG(1, 1))
			for i := range planes {
				w, h := size.X>>min(i, 1), size.Y>>min(i, 1)
				planes[i] = plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
				for j := range planes[i].Pix {
					planes[i].Pix[j] = uint8(j%w*200/w + random.IntN(40))
				}
			}
			for b.Loop() {
				Place(FromPlanes(planes, nil), Down, 0.8)
			}
		})
	}
}
