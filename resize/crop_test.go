package resize

import (
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestCroppedToFewSamples: what remains of a JPEG may lie anywhere on samples that are
// nearly as wide.
func TestCroppedToFewSamples(t *testing.T) {
	for side := 1; side < 64; side += 3 {
		for at := 1; at < 20; at += 4 {
			img := inBorder(busy(side, side), color.NRGBA{255, 255, 255, 255}, at, at, 9, 9)
			req := request(1, 1)
			req.Trim = true
			if _, err := Resize(t.Context(), Bytes(pictest.JPEG(t, img)), req); err != nil {
				t.Errorf("%d pixels from %d: %v", side, at, err)
			}
		}
	}
}

// TestCroppedAtEnd: what remains has the colours of its last pixels, of which the last
// sample of chroma has only one.
func TestCroppedAtEnd(t *testing.T) {
	gray := pictest.Drawn(17, 17, func(x, y int) color.NRGBA {
		if x == 16 || y == 16 {
			return color.NRGBA{200, 20, 20, 255}
		}
		return color.NRGBA{90, 90, 90, 255}
	})
	img := inBorder(gray, color.NRGBA{255, 255, 255, 255}, 16, 16, 0, 0)
	for y := range 16 { // or no two corners agree
		img.SetNRGBA(32, y, color.NRGBA{255, 255, 255, 255})
		img.SetNRGBA(y, 32, color.NRGBA{255, 255, 255, 255})
	}
	req := request(17, 17)
	req.Trim, req.Quality = true, 100
	got := pixelsMade(t, planesJPEG(t, img, true, 1), req)
	if got.Rect.Dx() != 17 {
		t.Fatal(got.Rect)
	}
	for i := range 15 {
		for _, c := range []color.NRGBA{got.NRGBAAt(16, i), got.NRGBAAt(i, 16)} {
			if c.R < 150 || c.G > 70 {
				t.Errorf("the last pixels are %v", c)
			}
		}
	}
}
