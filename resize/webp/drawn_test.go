package webp

import (
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestIsDrawn checks that few colours that rarely change look drawn.
func TestIsDrawn(t *testing.T) {
	runs := func(length, colours int) *image.NRGBA {
		return pictest.Drawn(320, 300, func(x, y int) color.NRGBA {
			n := (x/length + y*320/length) % colours
			return color.NRGBA{uint8(n), uint8(n >> 8), 7, 255}
		})
	}
	for _, tt := range []struct {
		name    string
		picture *image.NRGBA
		want    bool
	}{
		{"few colours", runs(10, 1024), true},
		{"too many", runs(10, 1025), false},
		{"that change often", runs(5, 20), false},
		{"and more seldom", runs(8, 20), true},
		{"many, and seldom", runs(40, 1025), true},
		{"a scene", pictest.Scene(320, 300), false},
	} {
		if got := isDrawn(tt.picture); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// TestScreenshot checks that a lossless original that looks drawn is coded
// without loss if that is shorter than with loss at the asked quality, even if it
// is longer than at a lower one.
func TestScreenshot(t *testing.T) {
	text := pictest.Drawn(300, 200, func(x, y int) color.NRGBA {
		dot := uint32(x/2*31+y/2*170) * 2654435761 >> 16
		if x%12 < 6 && y%16 < 8 && dot&7 < 3 {
			return color.NRGBA{uint8(dot>>3&3) * 20, 30, 40, 255}
		}
		return color.NRGBA{255, 255, 255, 255}
	})
	dashes := pictest.Drawn(300, 200, func(x, y int) color.NRGBA {
		dot := uint32(x/12*31+y*170+7) * 2654435761
		dot ^= dot >> 15
		v := uint8(120 + dot*2246822519>>13&3*6)
		return color.NRGBA{v, v, v, 255}
	})
	for _, picture := range []*image.NRGBA{text, dashes} {
		if !isDrawn(picture) || looksDrawn(picture, picture.Rect) {
			t.Fatal("another picture is needed")
		}
		for _, lossless := range []bool{true, false} {
			got, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), still(pic.Header{Format: pic.PNG, Lossless: lossless}, &pic.Raster{Pixels: picture}), pic.Budget{Quality: 80, MinQuality: 1})
			if err != nil || (got.Quality == 0) != lossless {
				t.Errorf("lossless %v: quality %d, %v", lossless, got.Quality, err)
			}
		}
	}
}

// TestLooksDrawn checks pictures whose pixels are like the one before, and small
// ones.
func TestLooksDrawn(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	noise := image.NewNRGBA(image.Rect(0, 0, 40, 40))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(r.IntN(256))
	}
	lines := func(n int) *image.NRGBA { // n of the 40 pixels that follow another one in a row
		img := filled(41, 40, color.NRGBA{A: 255})
		for x := range n {
			for y := range 40 {
				for right := x + 1; right < 41; right++ {
					img.SetNRGBA(right, y, color.NRGBA{uint8(x + 1), 0, 0, 255})
				}
			}
		}
		return img
	}
	for _, tt := range []struct {
		name string
		img  *image.NRGBA
		part image.Rectangle
		want bool
	}{
		{"noise", noise, noise.Rect, false},
		{"little noise", noise, image.Rect(8, 8, 40, 40), true},
		{"not so little", noise, image.Rect(7, 8, 40, 40), false},
		{"all the same", lines(0), image.Rect(0, 0, 41, 40), true},
		{"19 of 20 the same", lines(2), image.Rect(0, 0, 41, 40), true},
		{"fewer the same", lines(3), image.Rect(0, 0, 41, 40), false},
		{"the part beside them", lines(3), image.Rect(3, 0, 41, 40), true},
	} {
		if got := looksDrawn(tt.img, tt.part); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
