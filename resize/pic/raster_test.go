package pic

import (
	"image"
	"image/color"
	"testing"
)

// TestRasterForms goes from pixels to planes and back: what is gray stays exactly
// so, smooth colours nearly.
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

// TestWholeYCbCr holds planes of 4:4:4 against what image/color makes of each pixel.
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
