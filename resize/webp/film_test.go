package webp

import (
	"bytes"
	"image"
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func TestFilmQuality(t *testing.T) {
	for asked, want := range map[int]int{1: 1, 40: 40, 50: 56, 80: 90, 100: 100} {
		if got := filmQuality(asked); got != want {
			t.Errorf("%d: %d, want %d", asked, got, want)
		}
	}
	for asked := range 100 {
		if filmQuality(asked) > filmQuality(asked+1) || filmQuality(asked) < asked {
			t.Errorf("%d: %d, and then %d", asked, filmQuality(asked), filmQuality(asked+1))
		}
	}
}

// TestFilms checks that films in GIFs get a higher quality, and that other
// motion, or what was lossy, does not.
func TestFilms(t *testing.T) {
	film := func(n int) *image.NRGBA {
		scene := pictest.Scene(170, 120)
		return pictest.Drawn(128, 96, func(x, y int) color.NRGBA { return scene.NRGBAAt(x+4*n, y+n) })
	}
	screen := func(n int) *image.NRGBA {
		return pictest.Drawn(128, 96, func(x, y int) color.NRGBA {
			return color.NRGBA{uint8(x / 4 * 8), uint8(y / 4 * 10), uint8(60 * n), 255}
		})
	}
	for name, frame := range map[string]func(n int) *image.NRGBA{"film": film, "screen": screen} {
		made := func(h pic.Header, quality int) []byte {
			return encoded(t, new(pic.Buffers), of(h, shown{frame(0), 50}, shown{frame(1), 50}, shown{frame(2), 50}), quality)
		}
		want := 80
		if name == "film" {
			want = filmQuality(80)
		}
		lossy := made(pic.Header{Format: pic.WebP}, want)
		for _, h := range []pic.Header{{Format: pic.GIF}, {Format: pic.WebP, Lossless: true}} {
			if !bytes.Equal(made(h, 80), lossy) {
				t.Errorf("%s in %+v: not of quality %d", name, h, want)
			}
		}
	}
}

// TestTiles checks that tiles that repeat are lossless if that is worth it.
func TestTiles(t *testing.T) {
	colours := []color.NRGBA{{48, 52, 109, 255}, {78, 74, 78, 255}, {133, 76, 48, 255}}
	tiles := func(n int) *image.NRGBA {
		return pictest.Drawn(128, 96, func(x, y int) color.NRGBA {
			texel := uint32((x+2*n)/2%8*7919+y/2%8*104729) * 2654435761
			return colours[texel>>8%3]
		})
	}
	data := encoded(t, new(pic.Buffers), of(pic.Header{Format: pic.GIF, Lossless: true}, shown{tiles(0), 50}, shown{tiles(1), 50}), 80)
	h, err := parseHeader(data)
	if err != nil || len(h.animation.frames) != 2 {
		t.Fatal(err)
	}
	for i, f := range h.animation.frames {
		if !f.lossless {
			t.Errorf("frame %d is lossy", i)
		}
	}
}
