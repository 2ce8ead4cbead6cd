package pic_test

import (
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"io"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestRowsOf: the rows have the picture's pixels, whatever its type and wherever it
// begins.
func TestRowsOf(t *testing.T) {
	whole := pictest.Scene(61, 50)
	gray := image.NewGray(whole.Rect)
	draw.Draw(gray, gray.Rect, whole, image.Point{}, draw.Src)
	paletted := image.NewPaletted(whole.Rect, palette.Plan9)
	draw.Draw(paletted, paletted.Rect, whole, image.Point{}, draw.Src)
	part := image.Rect(1, 3, 60, 50)
	images := []image.Image{whole, whole.SubImage(part), gray, gray.SubImage(part), paletted, struct{ image.Image }{whole}}
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	} {
		img := image.NewYCbCr(whole.Rect, ratio)
		for y := range 50 {
			for x := range 61 {
				c := color.YCbCrModel.Convert(whole.At(x, y)).(color.YCbCr)
				img.Y[img.YOffset(x, y)], img.Cb[img.COffset(x, y)], img.Cr[img.COffset(x, y)] = c.Y, c.Cb, c.Cr
			}
		}
		images = append(images, img, img.SubImage(part))
	}
	for _, img := range images {
		bounds := img.Bounds()
		r := pic.RowsOf(img)
		if r.Width != bounds.Dx() || r.Height != bounds.Dy() {
			t.Fatalf("%T %v: %d x %d", img, bounds, r.Width, r.Height)
		}
		for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
			row, err := r.Next()
			if err != nil || len(row) != r.Channels*r.Width {
				t.Fatalf("%T %v, row %d: %d bytes, %v", img, bounds, y, len(row), err)
			}
			for x := range r.Width {
				want := color.NRGBAModel.Convert(img.At(bounds.Min.X+x, y)).(color.NRGBA)
				levels := []uint8{want.R, want.G, want.B, want.A}
				for c, v := range row[x*r.Channels:][:r.Channels] {
					if d := int(v) - int(levels[c]); d > 1 || d < -1 {
						t.Fatalf("%T %v: sample %d is %d at %d, %d, want %v", img, bounds, c, v, x, y, want)
					}
				}
			}
		}
		if _, err := r.Next(); err != io.EOF {
			t.Errorf("%T %v: %v after the last row", img, bounds, err)
		}
	}
}
