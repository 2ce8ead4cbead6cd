package resize

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// encodeJPEG is s as a JPEG of the given quality.
func encodeJPEG(t testing.TB, s *still, quality int) []byte {
	t.Helper()
	v, err := encodeAsJPEG(t.Context(), s, Request{Quality: quality, MinQuality: quality})
	if err != nil {
		t.Fatal(err)
	}
	return v.Data
}

// TestEncodeJPEGPixels checks that the pixels are the ones given, in one
// component if gray.
func TestEncodeJPEGPixels(t *testing.T) {
	gray := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for i := range gray.Pix {
		gray.Pix[i] = byte(i / 4 / 5)
		if i%4 == 3 {
			gray.Pix[i] = 255
		}
	}
	smooth := pictest.Scene(40, 30)
	for i := range smooth.Pix {
		if i%4 != 3 {
			smooth.Pix[i] = byte(i / 160 * 8)
		}
	}
	for _, tt := range []struct {
		name       string
		s          *still
		components int
	}{
		{"gray", &still{pixels: gray, gray: true, opaque: true}, 1},
		{"gray levels in colour", &still{pixels: gray, opaque: true}, 3},
		{"colour", &still{pixels: smooth, opaque: true}, 3},
	} {
		data := encodeJPEG(t, tt.s, 100)
		h, err := readJPEGHeader(t.Context(), Bytes(data))
		if err != nil || len(h.Components) != tt.components {
			t.Errorf("%s: %d components, %v", tt.name, len(h.Components), err)
		}
		img, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if d := pictest.MaxDiff(t, img, tt.s.pixels); d > 6 {
			t.Errorf("%s: off by %d levels", tt.name, d)
		}
	}
}

// TestPlanesOf holds the planes of every size around a chroma sample's, and of
// every corner of the colours, against the standard library's conversion.
func TestPlanesOf(t *testing.T) {
	for w := 1; w <= 5; w++ {
		for h := 1; h <= 5; h++ {
			img := image.NewNRGBA(image.Rect(0, 0, w, h))
			for y := range h {
				for x := range w {
					c := x/2 + y/2*3 // one colour for a chroma sample
					img.SetNRGBA(x, y, color.NRGBA{uint8(c & 1 * 255), uint8(c >> 1 & 1 * 255), uint8(c >> 2 & 1 * 255), 255})
				}
			}
			planes := planesOf(&still{pixels: img, opaque: true})
			for y := range h {
				for x := range w {
					want := color.YCbCrModel.Convert(img.At(x, y)).(color.YCbCr)
					got := color.YCbCr{
						Y:  planes[0].Pix[y*planes[0].Stride+x],
						Cb: planes[1].Pix[y/2*planes[1].Stride+x/2],
						Cr: planes[2].Pix[y/2*planes[2].Stride+x/2],
					}
					if got.Y != want.Y || int(got.Cb)-int(want.Cb) > 1 || int(want.Cb)-int(got.Cb) > 1 ||
						int(got.Cr)-int(want.Cr) > 1 || int(want.Cr)-int(got.Cr) > 1 {
						t.Errorf("%dx%d, pixel %d, %d: %v, want %v", w, h, x, y, got, want)
					}
				}
			}
		}
	}
}

func TestEncodeAsJPEGStops(t *testing.T) {
	s := &still{pixels: pictest.Scene(200, 150), opaque: true, profile: pictest.Profile(icc.RGB)}
	whole := encodeJPEG(t, s, 80)
	at := Request{Quality: 80, MinQuality: 80, MaxBytes: len(whole)}
	if v, err := encodeAsJPEG(t.Context(), s, at); err != nil || !bytes.Equal(v.Data, whole) {
		t.Errorf("at the limit: %v", err)
	}
	at.MaxBytes--
	if _, err := encodeAsJPEG(t.Context(), s, at); !errors.Is(err, ErrNoFit) {
		t.Errorf("over the limit: %v", err)
	}
	h, err := readJPEGHeader(t.Context(), Bytes(whole))
	if err != nil || !bytes.Equal(h.Profile(), s.profile) {
		t.Errorf("the profile comes back as %d bytes, %v", len(h.Profile()), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := encodeAsJPEG(ctx, s, at); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
