package resize

import (
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// randomPicture returns noise, flat or saturated shapes, text, ramps, or few colours,
// some of them translucent.
func randomPicture(r *rand.Rand, w, h int) *image.NRGBA {
	colours := make([]color.NRGBA, 2+r.IntN(30))
	for i := range colours {
		c := color.NRGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255}
		if r.IntN(2) == 0 {
			c.R, c.G, c.B = 255*(c.R>>7), 255*(c.G>>7), 255*(c.B>>7)
		}
		colours[i] = c
	}
	of := func(n int) color.NRGBA { return colours[n%len(colours)] }
	wide, high, salt := 1+r.IntN(40), 1+r.IntN(40), r.IntN(1000)
	noisy := func(x, y int) int { return int(uint32(x*7919+y*104729+salt) * 2654435761 >> 16 & 0xfff) }
	kinds := []func(x, y int) color.NRGBA{
		func(int, int) color.NRGBA { return of(0) },
		func(x, y int) color.NRGBA { return of(x/wide + y/high*7) },
		func(x, y int) color.NRGBA { return of(noisy(x, y)) },
		func(x, y int) color.NRGBA { return of(noisy(x, y) / 4000) },
		func(x, y int) color.NRGBA {
			if x%wide < 2 || y%high < 2 {
				return of(1 + x/wide)
			}
			return of(0)
		},
		func(x, y int) color.NRGBA {
			if y%12 < 8 && noisy(x/2, y/2)&7 < 3 {
				return of(1)
			}
			return of(0)
		},
		func(x, y int) color.NRGBA {
			c := of(y / high)
			c.R, c.B = uint8(x*255/w), uint8(y*255/h)
			return c
		},
		func(x, y int) color.NRGBA {
			v := uint8(x*200/w + noisy(x, y)%(1+wide))
			return color.NRGBA{v, v / 2, 255 - v, 255}
		},
	}
	img := pictest.Drawn(w, h, kinds[r.IntN(len(kinds))])
	if r.IntN(3) == 0 {
		alpha := kinds[r.IntN(len(kinds))]
		for y := range h {
			for x := range w {
				img.Pix[img.PixOffset(x, y)+3] = alpha(x, y).R
			}
		}
	}
	return img
}

// TestNeverLargerAtRandom: whatever the picture, its original's kind and the quality, a
// variant is no longer than that of the format it replaces.
func TestNeverLargerAtRandom(t *testing.T) {
	came := map[Format]int{}
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 17))
		w, h := 1+r.IntN(160), 1+r.IntN(120)
		img := randomPicture(r, w+r.IntN(100), h+r.IntN(100))
		var original []byte
		kind := r.IntN(5)
		switch kind {
		case 0:
			original = planesJPEG(t, img, false, 1)
		case 1:
			original = planesJPEG(t, img, true, 6)
			w, h = h, w
		case 2:
			original = gifOf(t, img)
		default:
			original = pictest.PNG(t, img)
		}
		req := Request{Width: w, Height: h, Fit: []Fit{Cover, Fill, Inside}[r.IntN(3)], MinQuality: 30}
		req.Quality = 30 + r.IntN(71)
		plain, err := Resize(t.Context(), Bytes(original), req)
		if err != nil {
			continue // larger, or the same size
		}
		for _, req.Formats = range [][]Format{{WebP}, {AVIF, WebP}} {
			v, err := Resize(t.Context(), Bytes(original), req)
			if err != nil {
				t.Fatal(err)
			}
			came[v.Format]++
			if len(v.Data) > len(plain.Data) {
				t.Errorf("seed %d, kind %d, %v of quality %d: %s of %d bytes and quality %d, beside %s of %d and %d",
					seed, kind, req.Formats, req.Quality, v.Format, len(v.Data), v.Quality, plain.Format, len(plain.Data), plain.Quality)
			}
		}
	}
	t.Log(came)
	if came[WebP] == 0 || came[PNG] == 0 || came[JPEG] == 0 || came[AVIF] == 0 {
		t.Errorf("only %v came", came)
	}
}
