package vp8

import (
	"image"
	"math/rand/v2"
	"testing"
)

// TestPeers compares what is decoded of files of all kinds with what libwebp and
// golang.org/x/image make of them, bit for bit.
func TestPeers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var d Decoder
	for range 120 {
		frame, label := encoded(t, r)
		got, err := decodeWhole(&d, frame)
		if err != nil {
			t.Fatalf("%s: %v", label, err)
		}
		other, err := decodeOther(frame)
		if err != nil {
			t.Fatalf("%s: x/image: %v", label, err)
		}
		if s := difference(got, other); s != "" {
			t.Fatalf("%s: ours and x/image's differ %s", label, s)
		}
		if s := difference(got, dwebp(t, frame)); s != "" {
			t.Fatalf("%s: ours and libwebp's differ %s", label, s)
		}
	}
}

// dwebp decodes a key frame with libwebp.
func dwebp(t testing.TB, frame []byte) *image.YCbCr {
	t.Helper()
	w, h, err := Size(frame)
	if err != nil {
		t.Fatal(err)
	}
	planes := tool(t, webpOf(frame), "dwebp", "-quiet", "-yuv", "-o", "-", "--", "-")
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for _, p := range [][]uint8{img.Y, img.Cb, img.Cr} {
		planes = planes[copy(p, planes):]
	}
	if len(planes) != 0 {
		t.Fatalf("%d bytes too many", len(planes))
	}
	return img
}
