package resize

import (
	"context"
	"image"
	"os"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize/gif"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// fixture reads a file of testdata.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// resizeWith opens an original and makes a variant of it.
func resizeWith(r *Resizer, ctx context.Context, original Original, req Request) (*Variant, error) {
	p, err := Open(ctx, original)
	if err != nil {
		return nil, err
	}
	return r.Resize(ctx, p, req)
}

// formatOf returns the format that a file's first bytes show.
func formatOf(data []byte) Format {
	start := data[:min(len(data), sniffed)]
	for _, r := range formats {
		if r.is != nil && r.is(start) {
			return r.format
		}
	}
	return sniff(start)
}

// vp8Of returns the image chunk of a simple lossy WebP.
func vp8Of(t testing.TB) string {
	data := fixture(t, "patches.webp")
	if string(data[12:16]) != "VP8 " {
		t.Fatalf("%q", data[12:16])
	}
	return string(data[20:])
}

// gifOf encodes frames as an animation.
func gifOf(t testing.TB, frames ...*image.NRGBA) []byte {
	t.Helper()
	s := pic.Sequence{Width: frames[0].Rect.Dx(), Height: frames[0].Rect.Dy()}
	s.Frames = func(yield func(*pic.Raster, error) bool) {
		for _, f := range frames {
			if !yield(&pic.Raster{Pixels: pictest.Copy(f), Delay: 50}, nil) {
				return
			}
		}
	}
	encoded, err := gif.Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	return encoded.Data
}
