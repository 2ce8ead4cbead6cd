package resize

import (
	"bytes"
	"errors"
	"image"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestEncodeFormat checks which format comes out for what goes in.
func TestEncodeFormat(t *testing.T) {
	wide := image.NewNRGBA(image.Rect(0, 0, 65535+1, 1))
	for i := range wide.Pix {
		wide.Pix[i] = 255
	}
	picture := pictest.Scene(100, 80)
	clear := pictest.Scene(100, 80)
	for i := 3; i < len(clear.Pix); i += 4 {
		clear.Pix[i] = 200
	}
	of := func(img *image.NRGBA) *pic.Raster { return &pic.Raster{Pixels: img} }
	lossy := func(f Format) pic.Header { return pic.Header{Format: f, Frames: 1} }
	lossless := func(f Format) pic.Header { return pic.Header{Format: f, Frames: 1, Lossless: true} }
	otherColours := of(picture)
	otherColours.Colour = pic.Colour{PNGChunks: pictest.NumbersChunk("gAMA", 100000), OnlyPNG: true}
	sameColours := of(picture)
	sameColours.Colour = pic.Colour{PNGChunks: pictest.NumbersChunk("gAMA", 45455)}
	png, err := encoded(t, of(picture), lossless(PNG), Request{})
	if err != nil {
		t.Fatal(err)
	}
	tooLittle := len(png.Data) / 3 // bytes for a PNG of these pixels
	tests := []struct {
		name     string
		raster   *pic.Raster
		original pic.Header
		maxBytes int
		want     Format // "" for ErrNoFit
	}{
		{"JPEG", of(picture), lossy(JPEG), 0, JPEG},
		{"BMP", of(picture), lossy(BMP), 0, JPEG},
		{"PNG", of(picture), lossless(PNG), 0, PNG},
		{"WebP with alpha", of(clear), lossy(WebP), 0, PNG},
		{"lossless WebP", of(picture), lossless(WebP), 0, PNG},
		{"wider than a JPEG", of(wide), lossy(TIFF), 0, PNG},
		{"PNG that does not fit", of(picture), lossless(PNG), tooLittle, JPEG},
		{"lossless WebP that does not fit", of(picture), lossless(WebP), tooLittle, JPEG},
		{"PNG with alpha that does not fit", of(clear), lossless(PNG), tooLittle, ""},
		{"PNG that no JPEG fits either", of(picture), lossless(PNG), 300, ""},
		{"PNG of other colours that does not fit", otherColours, lossless(PNG), tooLittle, ""},
		{"PNG of sRGB that does not fit", sameColours, lossless(PNG), tooLittle, JPEG},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := encoded(t, tt.raster, tt.original, Request{Quality: 80, MinQuality: 40, MaxBytes: tt.maxBytes})
			if tt.want == "" {
				if !errors.Is(err, ErrNoFit) {
					t.Errorf("error %v, want ErrNoFit", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			p, err := Open(t.Context(), Bytes(v.Data))
			if err != nil || v.Format != tt.want || p.Info().Format != tt.want {
				t.Errorf("%s, really %+v, %v; want %s", v.Format, p, err, tt.want)
			}
			if (v.Quality > 0) != (v.Format == JPEG) {
				t.Errorf("quality %d of a %s", v.Quality, v.Format)
			}
		})
	}
}

// encoded encodes a raster as the variant of an original with the header h.
func encoded(t *testing.T, r *pic.Raster, h pic.Header, req Request) (*Variant, error) {
	t.Helper()
	j := &job{header: h, still: r, buffers: new(pic.Buffers), watch: newStopwatch(&arrival{})}
	s := pic.Sequence{Header: h, Width: r.Size().X, Height: r.Size().Y, Frames: j.rasters(t.Context())}
	budget := pic.Budget{MaxBytes: req.MaxBytes, Quality: req.Quality, MinQuality: req.MinQuality}
	return j.encode(t.Context(), j.written(formats, req), s, budget)
}

// TestEncodePNGLimit: a PNG with exactly as many bytes as allowed stays a PNG.
func TestEncodePNGLimit(t *testing.T) {
	r := &pic.Raster{Pixels: pictest.Scene(200, 150)}
	h := pic.Header{Format: PNG, Frames: 1, Lossless: true}
	whole, err := encoded(t, r, h, Request{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		maxBytes int
		want     Format
	}{{len(whole.Data), PNG}, {len(whole.Data) - 1, JPEG}} {
		v, err := encoded(t, r, h, Request{Quality: 80, MinQuality: 40, MaxBytes: tt.maxBytes})
		if err != nil || v.Format != tt.want || len(v.Data) > tt.maxBytes {
			t.Errorf("at most %d bytes: %+v, %v; want %s", tt.maxBytes, v, err, tt.want)
		}
	}
}

// TestEncodeAgain: formats tried before make no difference to what the next one writes.
func TestEncodeAgain(t *testing.T) {
	soft := pictest.Scene(60, 40)
	for i := 3; i < len(soft.Pix); i += 4 {
		soft.Pix[i] = byte(i)
	}
	h := pic.Header{Format: GIF, Frames: 1}
	for _, img := range []*image.NRGBA{soft, pictest.Scene(60, 40)} {
		raster := func() *pic.Raster { return &pic.Raster{Pixels: pictest.Copy(img)} }
		for _, last := range formats {
			if last.encoder == nil || !last.encoder.Holds(raster()) {
				continue
			}
			want, err := encoded(t, raster(), h, Request{Quality: 80, MinQuality: 80, Formats: []Format{last.format}})
			if err != nil {
				t.Fatal(err)
			}
			used := raster()
			for _, first := range formats {
				if first.encoder == nil || !first.encoder.Holds(used) {
					continue
				}
				if _, err := encoded(t, used, h, Request{Quality: 80, MinQuality: 80, Formats: []Format{first.format}}); err != nil {
					t.Fatal(err)
				}
			}
			got, err := encoded(t, used, h, Request{Quality: 80, MinQuality: 80, Formats: []Format{last.format}})
			if err != nil || !bytes.Equal(got.Data, want.Data) {
				t.Errorf("%s: another variant, %v", last.format, err)
			}
		}
	}
}
