package jpeg

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	stdjpeg "image/jpeg"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// photoRaster returns a test photo, gray or at 4:2:0.
func photoRaster(w, h, planes int) *pic.Raster {
	return &pic.Raster{Planes: photoPlanes(w, h, planes, true), Colour: pic.Colour{Gray: planes == 1}}
}

// TestEncoderFits checks that the result has the highest permitted quality that
// fits, whatever the limit.
func TestEncoderFits(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	kept := new(pic.Buffers)
	for _, raster := range []*pic.Raster{
		photoRaster(90, 70, 3), photoRaster(64, 33, 1), {Pixels: pictest.Scene(40, 30)},
	} {
		for range 12 {
			b := pic.Budget{Quality: 1 + r.IntN(100)}
			b.MinQuality = 1 + r.IntN(b.Quality)
			most := len(encoded(t, raster, b.Quality))
			b.MaxBytes = most/3 + r.IntN(most)
			var want []byte
			quality := b.Quality
			for ; quality >= b.MinQuality; quality-- {
				if want = encoded(t, raster, quality); len(want) <= b.MaxBytes {
					break
				}
				want = nil
			}
			got, err := Encoder{}.Encode(t.Context(), kept, sequence(raster), b)
			switch {
			case want == nil && !errors.Is(err, pic.ErrNoFit):
				t.Errorf("%+v: error %v of %d bytes", b, err, len(got.Data))
			case want != nil && (err != nil || got.Quality != quality || !bytes.Equal(got.Data, want)):
				t.Errorf("%+v: %d bytes of quality %d, %v; want %d of %d", b, len(got.Data), got.Quality, err, len(want), quality)
			}
		}
	}
}

// TestEncoderPixels checks that the pixels are the given ones, in one component
// if gray.
func TestEncoderPixels(t *testing.T) {
	gray := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	smooth := pictest.Scene(40, 30)
	for i := range gray.Pix {
		gray.Pix[i] = byte(i / 4 / 5)
		if i%4 == 3 {
			gray.Pix[i] = 255
		} else {
			smooth.Pix[i] = byte(i / 160 * 8)
		}
	}
	for _, tt := range []struct {
		name       string
		raster     *pic.Raster
		components int
	}{
		{"gray", &pic.Raster{Pixels: gray, Colour: pic.Colour{Gray: true}}, 1},
		{"gray levels in colour", &pic.Raster{Pixels: gray}, 3},
		{"colour", &pic.Raster{Pixels: smooth}, 3},
	} {
		data := encoded(t, tt.raster, 100)
		if n := len(open(t, data).header.Components); n != tt.components {
			t.Errorf("%s: %d components", tt.name, n)
		}
		img, err := stdjpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if d := pictest.MaxDiff(t, img, tt.raster.Pixels); d > 6 {
			t.Errorf("%s: off by %d levels", tt.name, d)
		}
	}
}

func TestEncoderHolds(t *testing.T) {
	transparent := pictest.Scene(8, 8)
	transparent.SetNRGBA(7, 7, color.NRGBA{A: 254})
	wide := func(w, h int) *pic.Raster { return &pic.Raster{Pixels: opaque(w, h)} }
	for name, tt := range map[string]struct {
		r    *pic.Raster
		want bool
	}{
		"planes":            {photoRaster(8, 8, 3), true},
		"opaque":            {&pic.Raster{Pixels: pictest.Scene(8, 8)}, true},
		"transparent":       {&pic.Raster{Pixels: transparent}, false},
		"with a profile":    {&pic.Raster{Pixels: pictest.Scene(8, 8), Colour: pic.Colour{Profile: pictest.Profile(icc.RGB)}}, true},
		"with chunks":       {&pic.Raster{Pixels: pictest.Scene(8, 8), Colour: pic.Colour{PNGChunks: []byte("gAMA")}}, true},
		"of another colour": {&pic.Raster{Pixels: pictest.Scene(8, 8), Colour: pic.Colour{OnlyPNG: true}}, false},
		"widest":            {wide(65535, 1), true},
		"too wide":          {wide(65536, 1), false},
		"too high":          {wide(1, 65536), false},
	} {
		if got := (Encoder{}).Holds(tt.r); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// opaque returns an opaque black picture.
func opaque(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	makeOpaque(img.Pix)
	return img
}

// TestEncoderStops encodes at the limit and one byte below it, cancelled, and
// with frames that do not come.
func TestEncoderStops(t *testing.T) {
	raster := &pic.Raster{Pixels: pictest.Scene(200, 150), Colour: pic.Colour{Profile: pictest.Profile(icc.RGB)}}
	whole := encoded(t, raster, 80)
	kept := new(pic.Buffers)
	b := pic.Budget{Quality: 80, MinQuality: 80, MaxBytes: len(whole)}
	if e, err := (Encoder{}).Encode(t.Context(), kept, sequence(raster), b); err != nil || !bytes.Equal(e.Data, whole) {
		t.Errorf("at the limit: %v", err)
	}
	b.MaxBytes--
	if _, err := (Encoder{}).Encode(t.Context(), kept, sequence(raster), b); !errors.Is(err, pic.ErrNoFit) {
		t.Errorf("over the limit: %v", err)
	}
	if got := open(t, whole).colour().Profile; !bytes.Equal(got, raster.Colour.Profile) {
		t.Errorf("the profile comes back as %d bytes", len(got))
	}
	b.MaxBytes = len(raster.Colour.Profile) - 1
	large := &pic.Raster{Pixels: pictest.Scene(1000, 1000), Colour: raster.Colour}
	if n := pictest.Allocated(func() {
		if _, err := (Encoder{}).Encode(t.Context(), new(pic.Buffers), sequence(large), b); !errors.Is(err, pic.ErrNoFit) {
			t.Errorf("a profile that does not fit: %v", err)
		}
	}); n > 64<<10 {
		t.Errorf("a profile that does not fit: %d bytes allocated", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Encoder{}).Encode(ctx, kept, sequence(raster), b); !errors.Is(err, pic.ErrNoFit) {
		t.Errorf("cancelled, of a profile that does not fit: %v", err)
	}
	b.MaxBytes = 0
	if _, err := (Encoder{}).Encode(ctx, kept, sequence(raster), b); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	broken := errors.New("no frame")
	s := sequence(raster)
	s.Frames = func(yield func(*pic.Raster, error) bool) { yield(nil, broken) }
	if _, err := (Encoder{}).Encode(t.Context(), kept, s, b); err != broken {
		t.Errorf("no frame: %v", err)
	}
	if c := pic.Reuse[coder](kept); c.planes != nil || c.profile != nil {
		t.Error("the last picture is kept")
	}
}
