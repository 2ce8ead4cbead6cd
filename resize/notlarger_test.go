package resize_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// TestNotLargerWithin: an AVIF that fits a byte limit is not larger than the PNG it
// replaces. Only a small limit may lower its quality.
func TestNotLargerWithin(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	dithered := image.NewPaletted(image.Rect(0, 0, 300, 220), color.Palette{color.Black, color.White})
	for i := range dithered.Pix {
		dithered.Pix[i] = uint8(random.IntN(2))
	}
	var original bytes.Buffer
	if err := png.Encode(&original, dithered); err != nil {
		t.Fatal(err)
	}
	req := resize.Request{Width: 300, Height: 200, Fit: resize.Cover, Quality: 80, MinQuality: 40} // a crop
	plain, err := resize.Resize(t.Context(), resize.Bytes(original.Bytes()), req)
	if err != nil || plain.Format != resize.PNG {
		t.Fatal(err)
	}
	req.Formats = []resize.Format{resize.AVIF}
	for times := 2; times <= 6; times++ {
		req.MaxBytes = times * len(plain.Data)
		v, err := resize.Resize(t.Context(), resize.Bytes(original.Bytes()), req)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Data) > len(plain.Data) {
			t.Errorf("%s of %d bytes and quality %d, in place of a PNG of %d", v.Format, len(v.Data), v.Quality, len(plain.Data))
		}
	}
}
