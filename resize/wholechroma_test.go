package resize

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestWholeChroma: chroma stored whole is kept whole if the picture needs it; chroma
// that is stored halved stays halved.
func TestWholeChroma(t *testing.T) {
	lines := image.NewNRGBA(image.Rect(0, 0, 300, 201))
	for i := range lines.Pix {
		lines.Pix[i] = 255
	}
	for y := range 201 {
		for x := range 300 {
			if x%46 < 2 || y%31 < 2 {
				lines.SetNRGBA(x, y, color.NRGBA{220, 20, uint8(40 + 200*(x/46%2)), 255})
			}
		}
	}
	for _, tt := range []struct {
		name    string
		picture *image.NRGBA
		halved  bool // as stored
		quality int
		want    image.YCbCrSubsampleRatio
	}{
		{"lines", lines, false, 90, image.YCbCrSubsampleRatio444},
		{"lines of low quality", lines, false, 20, image.YCbCrSubsampleRatio420},
		{"lines of 4:2:0", lines, true, 90, image.YCbCrSubsampleRatio420},
		{"smooth", pictest.Scene(300, 201), false, 60, image.YCbCrSubsampleRatio420},
	} {
		for _, orientation := range []int{1, 6} {
			data := planesJPEG(t, tt.picture, tt.halved, orientation)
			req := request(99, 100)
			req.Quality, req.MinQuality = tt.quality, tt.quality
			v, err := Resize(t.Context(), Bytes(data), req)
			if err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("%s, orientation %d", tt.name, orientation)
			img, ok := decoded(t, v.Data).(*image.YCbCr)
			if !ok || img.SubsampleRatio != tt.want {
				t.Errorf("%s: %v, want %v", name, img.SubsampleRatio, tt.want)
			}
			// The same picture results from pixels.
			req.Formats = []Format{PNG}
			pixels, err := Resize(t.Context(), Bytes(data), req)
			if err != nil {
				t.Fatal(err)
			}
			if got := decoded(t, pixels.Data).Bounds(); pixels.Format != PNG || got != img.Rect {
				t.Errorf("%s: %v of %v", name, pixels.Format, got)
			}
		}
	}
}

// bars draws a picture that shows whether chroma is halved.
func bars() *image.NRGBA {
	return pictest.Drawn(300, 201, func(x, y int) color.NRGBA {
		if x%50 < 3 || y%50 < 3 {
			return color.NRGBA{200, uint8(y % 7), 0, 255}
		}
		return color.NRGBA{0, 230, 240, 255}
	})
}

// TestChromaOfWebP: a picture that visibly suffers from halved chroma does not become a
// lossy WebP. It becomes a lossless one, with the pixels of the PNG it replaces, or the
// JPEG.
func TestChromaOfWebP(t *testing.T) {
	for _, tt := range []struct {
		name     string
		original []byte
		quality  int
		want     Format
		lossy    bool
	}{
		{"PNG", pictest.PNG(t, bars()), 80, WebP, false},
		{"PNG of low quality", pictest.PNG(t, bars()), 10, WebP, true},
		{"smooth PNG", pictest.PNG(t, pictest.Scene(300, 201)), 80, WebP, true},
		{"JPEG of 4:4:4", planesJPEG(t, bars(), false, 1), 80, JPEG, true},
		{"JPEG of low quality", planesJPEG(t, bars(), false, 1), 10, WebP, true},
		{"JPEG of 4:2:0", planesJPEG(t, bars(), true, 1), 80, WebP, true},
	} {
		req := request(200, 134)
		req.Quality, req.MinQuality, req.Formats = tt.quality, tt.quality, []Format{WebP}
		v, err := Resize(t.Context(), Bytes(tt.original), req)
		if err != nil {
			t.Fatal(err)
		}
		if v.Format != tt.want || (v.Quality > 0) != tt.lossy {
			t.Errorf("%s: %s of quality %d, passed over %v", tt.name, v.Format, v.Quality, v.PassedOver)
		}
		if tt.want == JPEG && (len(v.PassedOver) != 1 || v.PassedOver[0].Why != CannotHold) {
			t.Errorf("%s: passed over %v", tt.name, v.PassedOver)
		}
		if tt.lossy {
			continue
		}
		req.Formats = nil
		plain, err := Resize(t.Context(), Bytes(tt.original), req)
		if err != nil {
			t.Fatal(err)
		}
		if plain.Format != PNG || len(v.Data) > len(plain.Data) || pictest.MaxDiff(t, decoded(t, v.Data), decoded(t, plain.Data)) > 0 {
			t.Errorf("%s: %d bytes beside %d of a %s, or other pixels", tt.name, len(v.Data), len(plain.Data), plain.Format)
		}
	}
}

// TestHalfChromaBeforeNone: a WebP whose halved chroma is visible is better than none,
// if nothing else fits.
func TestHalfChromaBeforeNone(t *testing.T) {
	original := planesJPEG(t, bars(), false, 1)
	req := request(200, 134)
	req.Quality, req.MinQuality = 80, 30
	least := req
	least.Quality = req.MinQuality
	jpeg, err := Resize(t.Context(), Bytes(original), least)
	if err != nil {
		t.Fatal(err)
	}
	req.MaxBytes, req.Formats = len(jpeg.Data)-1, []Format{WebP}
	v, err := Resize(t.Context(), Bytes(original), req)
	if err != nil {
		t.Fatal(err)
	}
	want := []PassedOver{{Format: JPEG, Why: DoesNotFit}}
	for i := range v.PassedOver {
		v.PassedOver[i].Took = 0
	}
	if v.Format != WebP || len(v.Data) > req.MaxBytes || !slices.Equal(v.PassedOver, want) {
		t.Errorf("%s of %d bytes, passed over %v, want %v", v.Format, len(v.Data), v.PassedOver, want)
	}
	req.MaxBytes = 100
	if v, err := Resize(t.Context(), Bytes(original), req); err != ErrNoFit {
		t.Errorf("%v, %v in 100 bytes", v, err)
	}
}

// decoded decodes a picture with the standard library.
func decoded(t *testing.T, data []byte) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}
