package png

import (
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestDrawings compares pixels, and the picture's header, with what was drawn.
func TestDrawings(t *testing.T) {
	for name, d := range pictest.PNGs() {
		p, err := Open(t.Context(), pic.Bytes(d.Bytes()))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := pic.Header{Format: pic.PNG, Width: d.Width, Height: d.Height, Orientation: 1, Frames: 1, Lossless: true}
		if p.Header() != want {
			t.Errorf("%s: %+v, want %+v", name, p.Header(), want)
		}
		for range 2 { // it may be read again
			img, colour, err := pixelsOf(t.Context(), p)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for y := range d.Height {
				for x := range d.Width {
					want, got := d.Pixel(x, y), img.NRGBAAt(x, y)
					if got != want && (got.A > 0 || want.A > 0) {
						t.Fatalf("%s: %v at %d, %d, want %v", name, got, x, y, want)
					}
				}
			}
			if colour.Gray != (d.ColourType == gray || d.ColourType == grayAlpha) || colour.Profile != nil || colour.PNGChunks != nil || colour.OnlyPNG {
				t.Errorf("%s: %+v", name, colour)
			}
		}
	}
}
