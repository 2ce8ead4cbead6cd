package resize

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"testing"
)

// TestEncodeJPEGProfile embeds profiles around the size of one segment.
func TestEncodeJPEGProfile(t *testing.T) {
	const segment = 65519 - 132 // a profile's body that fills one APP2
	for _, n := range []int{0, 100, segment - 1, segment, segment + 1, 3*segment + 500} {
		profile := profileOf(spaceRGB, bytes.Repeat([]byte{0xff, 0xd9, 7}, n/3+1)[:n]...)
		data, err := encodeJPEG(t.Context(), &still{pixels: scene(20, 16), profile: profile, opaque: true}, 80, 0)
		if err != nil {
			t.Fatal(err)
		}
		h, err := parseJPEGHeader(data)
		if err != nil {
			t.Fatal(err)
		}
		if want := (len(profile) + 65518) / 65519; len(h.iccParts) != want {
			t.Errorf("profile of %d bytes in %d segments, want %d", len(profile), len(h.iccParts), want)
		}
		if !bytes.Equal(h.profile(), profile) {
			t.Errorf("profile of %d bytes comes back as %d", len(profile), len(h.profile()))
		}
		if img, err := jpeg.Decode(bytes.NewReader(data)); err != nil || img.Bounds() != image.Rect(0, 0, 20, 16) {
			t.Errorf("profile of %d bytes: %v", len(profile), err)
		}
	}
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
	smooth := scene(40, 30)
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
		data, err := encodeJPEG(t.Context(), tt.s, 100, 0)
		if err != nil {
			t.Fatal(err)
		}
		h, err := parseJPEGHeader(data)
		if err != nil || len(h.components) != tt.components {
			t.Errorf("%s: %d components, %v", tt.name, len(h.components), err)
		}
		img, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if d := maxDiff(t, img, tt.s.pixels); d > 6 {
			t.Errorf("%s: off by %d levels", tt.name, d)
		}
	}
}

func TestEncodeJPEGStops(t *testing.T) {
	s := &still{pixels: scene(200, 150), opaque: true}
	whole, err := encodeJPEG(t.Context(), s, 80, 0)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := encodeJPEG(t.Context(), s, 80, len(whole)); err != nil || !bytes.Equal(data, whole) {
		t.Errorf("at the limit: %v", err)
	}
	if _, err := encodeJPEG(t.Context(), s, 80, len(whole)-1); !errors.Is(err, errTooLong) {
		t.Errorf("over the limit: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := encodeJPEG(ctx, s, 80, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
