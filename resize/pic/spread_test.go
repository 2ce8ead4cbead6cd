package pic_test

import (
	"context"
	"errors"
	"image"
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestSpread: fully transparent pixels get the mean of their block or of the one to the
// left or above, and nothing else changes.
func TestSpread(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 20, 18))
	for i := range 20 * 18 {
		img.SetNRGBA(i%20, i/20, color.NRGBA{9, 77, 154, 0})
	}
	seen := map[image.Point]color.NRGBA{
		{8, 0}: {200, 0, 0, 255}, {15, 7}: {101, 0, 0, 255}, // 150.5 on average
		{9, 12}: {0, 0, 100, 255}, {10, 12}: {0, 60, 50, 51},
	}
	for at, c := range seen {
		img.SetNRGBA(at.X, at.Y, c)
	}
	first := color.NRGBA{R: 94, G: 4, B: 34}
	top, middle := color.NRGBA{R: 151}, color.NRGBA{G: 10, B: 92}
	want := [3][3]color.NRGBA{{first, top, top}, {first, middle, middle}, {first, first, first}}
	before := pictest.Copy(img)
	if err := pic.Spread(t.Context(), img); err != nil {
		t.Fatal(err)
	}
	for y := range 18 {
		for x := range 20 {
			want := want[y/8][x/8]
			if c, ok := seen[image.Pt(x, y)]; ok {
				want = c
			}
			if got := img.NRGBAAt(x, y); got != want {
				t.Fatalf("%d, %d: %v, was %v, want %v", x, y, got, before.NRGBAAt(x, y), want)
			}
		}
	}

	nothing := image.NewNRGBA(image.Rect(0, 0, 9, 9))
	nothing.Pix[0] = 99
	if err := pic.Spread(t.Context(), nothing); err != nil || nothing.Pix[0] != 0 {
		t.Errorf("nothing seen: %v, %v", nothing.Pix[:4], err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := pic.Spread(ctx, img); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
