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
