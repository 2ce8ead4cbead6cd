package resize

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// cmykPatches are the colours of testdata/cmyk*.jpg, squares of 32 pixels, made
// with Pillow, and what littleCMS makes of them with the profile of cmyk-icc.jpg,
// which is icc/testdata/lut16.icc.
var cmykPatches = []struct {
	ink  [4]byte
	want color.NRGBA
}{
	{[4]byte{0, 0, 0, 0}, color.NRGBA{250, 251, 249, 255}},
	{[4]byte{255, 0, 0, 0}, color.NRGBA{54, 203, 233, 255}},
	{[4]byte{0, 255, 0, 0}, color.NRGBA{230, 81, 192, 255}},
	{[4]byte{0, 0, 255, 0}, color.NRGBA{247, 241, 93, 255}},
	{[4]byte{0, 0, 0, 255}, color.NRGBA{44, 44, 51, 255}},
	{[4]byte{255, 255, 0, 0}, color.NRGBA{50, 66, 183, 255}},
	{[4]byte{40, 128, 200, 20}, color.NRGBA{198, 153, 108, 255}},
	{[4]byte{200, 30, 60, 120}, color.NRGBA{79, 133, 137, 255}},
}

// decodedJPEG is a JPEG of RGB, CMYK or YCCK as pixels.
func decodedJPEG(t testing.TB, data []byte) *still {
	t.Helper()
	h, err := readJPEGHeader(t.Context(), Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	s, err := decodeJPEG(t.Context(), Bytes(data), h)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCMYK: with and without Adobe's marker inks are inverted.
func TestCMYK(t *testing.T) {
	plain, managed := decodedJPEG(t, fixture(t, "cmyk.jpg")), decodedJPEG(t, fixture(t, "cmyk-icc.jpg"))
	unmarked := decodedJPEG(t, withoutSegments(fixture(t, "cmyk.jpg"), pictest.MarkerAPP14))
	for i, p := range cmykPatches {
		light := func(ink byte) byte { return byte((255*255 - int(ink)*255 - int(255-ink)*int(p.ink[3])) / 255) }
		for _, s := range []*still{plain, unmarked} {
			checkColour(t, s.pixels, i, color.NRGBA{light(p.ink[0]), light(p.ink[1]), light(p.ink[2]), 255}, 3)
		}
		checkColour(t, managed.pixels, i, p.want, 3)
	}
	for _, s := range []*still{plain, managed} {
		if s.profile != nil || s.gray || !s.opaque {
			t.Errorf("profile of %d bytes, gray %v, opaque %v", len(s.profile), s.gray, s.opaque)
		}
	}
}

// TestCMYKOrientation: four components do not hide the orientation.
func TestCMYKOrientation(t *testing.T) {
	data := fixture(t, "cmyk.jpg")
	data = append(append(bytes.Clone(data[:2]), pictest.ExifSegment([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x08\x00\x00\x00"))...), data[2:]...)
	if s := decodedJPEG(t, data); s.orientation != 8 {
		t.Errorf("%+v", s)
	}
}

func TestCMYKProfile(t *testing.T) {
	inks := func() *image.CMYK {
		img := image.NewCMYK(image.Rect(0, 0, 2, 1))
		copy(img.Pix, []byte{255, 0, 0, 0, 0, 0, 0, 51})
		return img
	}
	plain := []byte{0, 255, 255, 255, 204, 204, 204, 255}
	for name, profile := range map[string][]byte{"none": nil, "broken": []byte("broken"), "of RGB": pictest.Profile(icc.RGB)} {
		got, err := cmykToSRGB(t.Context(), inks(), profile)
		if err != nil || !bytes.Equal(got.Pix, plain) {
			t.Errorf("profile %s: %v, %v", name, got, err)
		}
	}
	_, err := cmykToSRGB(t.Context(), inks(), pictest.Profile(icc.CMYK))
	var unsupported UnsupportedError
	if !errors.As(err, &unsupported) {
		t.Errorf("CMYK profile without a table: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := cmykToSRGB(ctx, inks(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
