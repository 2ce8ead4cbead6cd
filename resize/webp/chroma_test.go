package webp

import (
	"errors"
	"image"
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// lines returns a drawing of thin lines on cyan, in many reds and blues.
func lines(w, h int) *image.NRGBA {
	return pictest.Drawn(w, h, func(x, y int) color.NRGBA {
		switch {
		case x%24 == 3:
			return color.NRGBA{uint8(150 + y*7919%100), 0, 0, 255}
		case y%24 == 5:
			return color.NRGBA{0, 0, uint8(150 + x*7919%100), 255}
		}
		return color.NRGBA{0, 230, 240, 255}
	})
}

// TestHalfChroma checks that a picture that would visibly miss half the chroma is
// coded without loss, if it can be.
func TestHalfChroma(t *testing.T) {
	drawing := func() *pic.Raster { return &pic.Raster{Pixels: lines(160, 120)} }
	scene := func() *pic.Raster { return &pic.Raster{Pixels: pictest.Scene(160, 120)} }
	whole := func() *pic.Raster { return &pic.Raster{Planes: drawing().WholeYCbCr()} }
	faint := lines(160, 120)
	for i := range faint.Pix {
		if i%4 < 3 {
			faint.Pix[i] = 200 + faint.Pix[i]/16
		}
	}
	grey := drawing()
	grey.Colour.Gray = true
	lossless, png := pic.Header{Format: pic.PNG, Lossless: true}, pic.Header{Format: pic.TIFF}
	jpeg, half := pic.Header{Format: pic.JPEG}, pic.Header{Format: pic.JPEG, Subsampled: true}
	kept := new(pic.Buffers)
	for _, tt := range []struct {
		name   string
		header pic.Header
		raster *pic.Raster
		budget pic.Budget
		lossy  bool
		err    error
	}{
		{"drawing", lossless, drawing(), pic.Budget{Quality: 80, MinQuality: 40}, false, nil},
		{"drawing of what was not lossless", png, drawing(), pic.Budget{Quality: 80, MinQuality: 40}, false, nil},
		{"gray drawing", png, grey, pic.Budget{Quality: 80, MinQuality: 40}, true, nil}, // after one whose chroma loss shows
		{"drawing of low quality", png, drawing(), pic.Budget{Quality: 5, MinQuality: 5}, true, nil},
		{"scene", lossless, scene(), pic.Budget{Quality: 80, MinQuality: 40}, true, nil},
		{"faint drawing", png, &pic.Raster{Pixels: faint}, pic.Budget{Quality: 60, MinQuality: 40}, true, nil},
		{"drawing of whole planes", jpeg, whole(), pic.Budget{Quality: 80, MinQuality: 40}, false, pic.ErrNotHeld},
		{"drawing of a JPEG's pixels", jpeg, drawing(), pic.Budget{Quality: 80, MinQuality: 40}, false, pic.ErrNotHeld},
		{"drawing whose chroma was halved", half, whole(), pic.Budget{Quality: 80, MinQuality: 40}, true, nil},
		{"too long without loss", lossless, drawing(), pic.Budget{Quality: 80, MinQuality: 1, MaxBytes: 600}, true, nil},
	} {
		got, err := Encoder{}.Encode(t.Context(), kept, still(tt.header, tt.raster), tt.budget)
		if !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.err)
			continue
		}
		if err == nil && (got.Quality > 0) != tt.lossy {
			t.Errorf("%s: quality %d in %d bytes", tt.name, got.Quality, len(got.Data))
		}
	}
}

// TestFlatPart counts flat blocks among whole ones.
func TestFlatPart(t *testing.T) {
	p := plane.Plane{Pix: make([]uint8, 30*20), Stride: 30, Width: 29, Height: 20}
	for _, tt := range []struct {
		x, y  int
		level uint8
		want  float64
	}{
		{0, 0, 2, 1},
		{0, 0, 3, 5.0 / 6},
		{23, 15, 9, 4.0 / 6},
		{24, 15, 9, 4.0 / 6}, // not in a whole block
		{10, 16, 9, 4.0 / 6}, // not in a whole block
	} {
		p.Pix[tt.y*30+tt.x] = tt.level
		if got := flatPart(p); got != tt.want {
			t.Errorf("%v, want %v", got, tt.want)
		}
	}
	if got := flatPart(plane.Plane{Pix: make([]uint8, 49), Stride: 7, Width: 7, Height: 7}); got != 0 {
		t.Errorf("%v of a picture without a block", got)
	}
}
