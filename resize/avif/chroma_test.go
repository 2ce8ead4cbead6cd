package avif

import (
	"image"
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// lines returns a drawing of coloured lines on white.
func lines(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{255, 255, 255, 255}
			if x%46 < 2 || y%31 < 2 {
				c = color.NRGBA{220, 20, uint8(40 + 200*(x/46%2)), 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

// TestWholeChroma checks that chroma is 4:4:4 only if the picture needs it at the
// quality, and never if the original's was subsampled.
func TestWholeChroma(t *testing.T) {
	drawn := &pic.Raster{Pixels: lines(300, 201)}
	for _, tt := range []struct {
		name             string
		raster           *pic.Raster
		subsampled       bool
		quality, atLeast int
		whole            bool
	}{
		{"lines", drawn, false, 80, 80, true},
		{"lines as planes", &pic.Raster{Planes: drawn.WholeYCbCr()}, false, 80, 80, true},
		{"lines of low quality", drawn, false, 1, 1, false},
		{"lines of 4:2:0", drawn, true, 80, 80, false},
		{"lines of half the chroma", &pic.Raster{Planes: drawn.YCbCr()}, false, 80, 80, false},
		{"gray", &pic.Raster{Planes: drawn.YCbCr()[:1], Colour: pic.Colour{Gray: true}}, false, 80, 80, false},
		{"one pixel", &pic.Raster{Pixels: lines(1, 1)}, false, 100, 100, false},
		{"smooth", &pic.Raster{Pixels: pictest.Scene(300, 201)}, false, 80, 80, false},
	} {
		s := sequenceOf(tt.raster)
		s.Header.Subsampled = tt.subsampled
		var buffers pic.Buffers
		encode := func(b pic.Budget) pic.Encoded {
			encoded, err := Encoder{}.Encode(t.Context(), &buffers, s, b)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			return encoded
		}
		encoded := encode(pic.Budget{Quality: tt.quality, MinQuality: tt.atLeast})
		file, err := pictest.ParseAVIF(encoded.Data)
		if err != nil {
			t.Fatal(err)
		}
		if whole := !file.Picture.Subsampled && !file.Picture.Monochrome; whole != tt.whole {
			t.Errorf("%s: whole is %v", tt.name, whole)
		}
		brands := "avifmif1miafMA1B"
		if tt.whole {
			brands = "avifmif1miafMA1A"
		}
		if file.Brands != brands {
			t.Errorf("%s: brands %s", tt.name, file.Brands)
		}
		if tt.whole {
			// 4:2:0 if few bytes are allowed; then 4:4:4 again.
			lowest := encode(pic.Budget{Quality: 1, MinQuality: 1})
			low := encode(pic.Budget{Quality: 80, MinQuality: 1, MaxBytes: len(lowest.Data)})
			if file, err := pictest.ParseAVIF(low.Data); err != nil || !file.Picture.Subsampled {
				t.Errorf("%s in few bytes: %+v, %v", tt.name, file, err)
			}
			if again := encode(pic.Budget{Quality: 80, MinQuality: 80}); string(again.Data) != string(encoded.Data) {
				t.Errorf("%s: other bytes after a low quality", tt.name)
			}
		}
	}
}

// TestMemoryWhole checks the estimate against what is allocated for 4:4:4.
func TestMemoryWhole(t *testing.T) {
	s := sequenceOf(&pic.Raster{Pixels: lines(700, 500)})
	b := pic.Budget{Quality: 95, MinQuality: 95}
	var err error
	got := pictest.Allocated(func() { _, err = Encoder{}.Encode(t.Context(), new(pic.Buffers), s, b) })
	if err != nil {
		t.Fatal(err)
	}
	if most := (Encoder{}).Memory(s.Header, s.Width, s.Height, b); got > most || most > 5*got {
		t.Errorf("%d bytes allocated, %d estimated", got, most)
	}
}
