package vp8l

import (
	"image"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// cleared returns img without the colours of fully transparent pixels.
func cleared(img *image.NRGBA) *image.NRGBA {
	out := image.NewNRGBA(img.Rect)
	copy(out.Pix, img.Pix)
	for i := 0; i < len(out.Pix); i += 4 {
		if out.Pix[i+3] == 0 {
			clear(out.Pix[i : i+4])
		}
	}
	return out
}

// TestEncode checks that our decoder, golang.org/x/image and dwebp decode what
// was encoded.
func TestEncode(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var e Encoder // one for all pictures
	var d Decoder
	for _, p := range pictures {
		for _, size := range sizes {
			img := p.make(r, size.X, size.Y)
			stream, err := e.Encode(t.Context(), img)
			if err != nil {
				t.Fatal(err)
			}
			name := p.name + size.String()
			if h, err := ParseHeader(stream); err != nil || h.Alpha == img.Opaque() {
				t.Errorf("%s: %+v, %v", name, h, err)
			}
			got, err := decode(&d, stream)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			same(t, name, cleared(got), cleared(img))
			other, err := xImage(stream)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			same(t, name, other, got)
			if r.IntN(4) == 0 {
				same(t, name, dwebp(t, stream), got)
				libwebp(t, "webpinfo", pictest.WebP("VP8L", string(stream)), "-quiet", "-")
			}
		}
	}
}
