package pic

import (
	"image"
	"image/color"
	"testing"
)

// TestRasterForms converts pixels to planes and back: gray stays exactly the same,
// smooth colours almost.
func TestRasterForms(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {2, 1}, {1, 2}, {7, 5}, {16, 9}} {
		img := image.NewNRGBA(image.Rectangle{Max: size})
		gray := image.NewNRGBA(img.Rect)
		for y := range size.Y {
			for x := range size.X {
				v := uint8(9*x + 5*y + 20)
				img.SetNRGBA(x, y, color.NRGBA{v, 255 - v, 60 + v/2, 255})
				gray.SetNRGBA(x, y, color.NRGBA{v, v, v, 255})
			}
		}
		for _, tt := range []struct {
			raster *Raster
			planes int
			most   int // levels
		}{
			{&Raster{Pixels: img}, 3, 14},
			{&Raster{Pixels: gray, Colour: Colour{Gray: true}}, 1, 0},
		} {
			planes := tt.raster.YCbCr()
			if len(planes) != tt.planes {
				t.Fatalf("%d planes", len(planes))
			}
			r := &Raster{Planes: planes}
			if r.Size() != size || tt.raster.Size() != size || !r.Opaque() || !tt.raster.Opaque() {
				t.Errorf("%v and %v, want %v", r.Size(), tt.raster.Size(), size)
			}
			if again := r.YCbCr(); &again[0].Pix[0] != &planes[0].Pix[0] {
				t.Error("planes are copied")
			}
			back := r.NRGBA()
			for i, v := range tt.raster.NRGBA().Pix {
				if d := int(v) - int(back.Pix[i]); d > tt.most || -d > tt.most {
					t.Fatalf("%v, %d planes: sample %d is %d, was %d", size, tt.planes, i, back.Pix[i], v)
				}
			}
		}
	}
	clear := image.NewNRGBA(image.Rect(0, 0, 2, 2))
	if (&Raster{Pixels: clear}).Opaque() {
		t.Error("transparent pixels are opaque")
	}
}

// TestRasterWhole: planes of 4:4:4 are returned unchanged, or converted from pixels.
func TestRasterWhole(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {2, 1}, {1, 2}, {7, 5}, {16, 9}} {
		img := image.NewNRGBA(image.Rectangle{Max: size})
		for y := range size.Y {
			for x := range size.X {
				img.SetNRGBA(x, y, color.NRGBA{uint8(30 + 97*x%150), uint8(60 + 61*y%130), uint8(90 + 31*(x+y)%99), 255})
			}
		}
		pixels := &Raster{Pixels: img}
		r := &Raster{Planes: pixels.WholeYCbCr()}
		if !pixels.Whole() || !r.Whole() || &r.WholeYCbCr()[0] != &r.Planes[0] {
			t.Errorf("%v: not whole", size)
		}
		for i, v := range r.NRGBA().Pix {
			if d := int(v) - int(img.Pix[i]); d > 2 || d < -2 {
				t.Fatalf("%v: sample %d is %d, was %d", size, i, v, img.Pix[i])
			}
		}
		halved, want := r.YCbCr(), pixels.YCbCr()
		for i, p := range halved {
			if p.Width != want[i].Width || p.Height != want[i].Height {
				t.Fatalf("%v: plane %d of %dx%d", size, i, p.Width, p.Height)
			}
			for j, v := range p.Pix {
				if d := int(v) - int(want[i].Pix[j]); d > 1 || d < -1 {
					t.Errorf("%v: sample %d of plane %d is %d, want %d", size, j, i, v, want[i].Pix[j])
				}
			}
		}
		if halved := (&Raster{Planes: halved}).Whole(); halved != (size == image.Pt(1, 1)) {
			t.Errorf("%v: planes of 4:2:0 are whole: %v", size, halved)
		}
		if (&Raster{Planes: r.Planes[:1]}).Whole() || (&Raster{Pixels: img, Colour: Colour{Gray: true}}).Whole() {
			t.Errorf("%v: gray levels are whole", size)
		}
	}
}

// TestWholeYCbCr compares planes of 4:4:4 with image/color's conversion of each pixel.
func TestWholeYCbCr(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 64, 61))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 157 >> 3)
	}
	copy(img.Pix, []byte{0, 0, 255, 255, 255, 0, 0, 255, 0, 255, 0, 255, 255, 255, 255, 255, 0, 0, 0, 255})
	planes := (&Raster{Pixels: img}).WholeYCbCr()
	for y := range 61 {
		for x := range 64 {
			c := img.NRGBAAt(x, y)
			var want [3]uint8
			want[0], want[1], want[2] = color.RGBToYCbCr(c.R, c.G, c.B)
			for i, p := range planes {
				if d := int(p.Pix[y*p.Stride+x]) - int(want[i]); p.Width != 64 || p.Height != 61 || d < -1 || d > 1 {
					t.Fatalf("plane %d of %dx%d at %d, %d: %d, want %d", i, p.Width, p.Height, x, y, p.Pix[y*p.Stride+x], want[i])
				}
			}
		}
	}
}
