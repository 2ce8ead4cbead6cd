package avif

import (
	"context"
	"errors"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/avif/av1"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestBands checks that planes made in bands equal those made at once.
func TestBands(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 3))
	for _, size := range []image.Point{{1, 1}, {3, 5}, {700, 401}, {401, 703}, {1, 70000}, {40000, 7}} {
		img := image.NewNRGBA(image.Rectangle{Max: size})
		for i := range img.Pix {
			img.Pix[i] = uint8(random.Uint32())
		}
		pixels := &pic.Raster{Pixels: img}
		for name, r := range map[string]*pic.Raster{
			"pixels": pixels, "gray": {Pixels: img, Colour: pic.Colour{Gray: true}}, "planes": {Planes: pixels.WholeYCbCr()},
		} {
			got, err := planesOf(t.Context(), r, (*pic.Raster).YCbCr)
			if diff := samePlanes(got, r.YCbCr()); err != nil || diff != "" {
				t.Errorf("%s of %v: %s, %v", name, size, diff, err)
			}
		}
		got, err := planesOf(t.Context(), pixels, alphaOf)
		if diff := samePlanes(got, alphaOf(pixels)); err != nil || diff != "" {
			t.Errorf("alpha of %v: %s, %v", size, diff, err)
		}
	}
}

// countedContext is a context whose Err fails after it was asked after times.
type countedContext struct {
	context.Context
	after, asked int
}

var errStopped = errors.New("stopped")

func (s *countedContext) Err() error {
	if s.asked++; s.asked > s.after {
		return errStopped
	}
	return nil
}

// TestStopped checks that ctx's end stops each step of loading a picture with alpha.
func TestStopped(t *testing.T) {
	const width, height = 900, 600
	img := pictest.Scene(width, height)
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = uint8(i / width)
	}
	c := coder{effort: av1.Fast}
	all := &countedContext{t.Context(), 1 << 30, 0}
	if err := c.load(all, &pic.Raster{Pixels: img}, false); err != nil {
		t.Fatal(err)
	}
	// Bands for Opaque, alpha and colours; rows of 8 for hidden colours, twice, and for
	// av1's analysis of both pictures.
	const bands = width * height / bandPixels
	if least := 3*bands + 4*height/8; all.asked < least {
		t.Errorf("asked %d times, want at least %d", all.asked, least)
	}
	for after := 0; after < all.asked; after += 1 + after/8 {
		ctx := &countedContext{t.Context(), after, 0}
		if err := c.load(ctx, &pic.Raster{Pixels: img}, false); !errors.Is(err, errStopped) || ctx.asked != after+1 {
			t.Errorf("after %d of %d: %v", after, all.asked, err)
		}
	}
}
