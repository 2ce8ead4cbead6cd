package avif

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/avif/av1"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// kinds returns a raster of each kind that the encoder writes in its own way.
func kinds(w, h int) map[string]*pic.Raster {
	scene := func() *image.NRGBA { return pictest.Scene(w, h) }
	soft := func() *image.NRGBA {
		img := scene()
		for i := 0; i < len(img.Pix); i += 4 {
			img.Pix[i+3] = uint8(min(255, max(0, i%(4*w)-w)))
		}
		return img
	}
	gray := func(img *image.NRGBA) *image.NRGBA {
		for i := 0; i < len(img.Pix); i += 4 {
			img.Pix[i+1], img.Pix[i+2] = img.Pix[i], img.Pix[i]
		}
		return img
	}
	profile := pictest.Profile("RGB ")
	return map[string]*pic.Raster{
		"pixels":                {Pixels: scene()},
		"planes":                {Planes: (&pic.Raster{Pixels: scene()}).YCbCr()},
		"gray planes":           {Planes: (&pic.Raster{Pixels: scene()}).YCbCr()[:1], Colour: pic.Colour{Gray: true}},
		"gray pixels":           {Pixels: gray(scene()), Colour: pic.Colour{Gray: true}},
		"lines":                 {Pixels: lines(w, h)},
		"alpha":                 {Pixels: soft()},
		"gray and alpha":        {Pixels: gray(soft()), Colour: pic.Colour{Gray: true}},
		"profile":               {Pixels: scene(), Colour: pic.Colour{Profile: profile}},
		"profile and alpha":     {Pixels: soft(), Colour: pic.Colour{Profile: profile}},
		"gray, profile, planes": {Planes: (&pic.Raster{Pixels: scene()}).YCbCr()[:1], Colour: pic.Colour{Gray: true, Profile: profile}},
	}
}

// sequenceOf returns a variant whose only frame is r.
func sequenceOf(r *pic.Raster) pic.Sequence {
	size := r.Size()
	return pic.Sequence{
		Header: pic.Header{Format: pic.PNG, Width: size.X, Height: size.Y, Frames: 1},
		Width:  size.X, Height: size.Y,
		Frames: func(yield func(*pic.Raster, error) bool) { yield(r, nil) },
	}
}

// TestBoxes checks that the boxes describe the streams as they are, and that the file
// holds nothing else.
func TestBoxes(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {40, 30}, {65, 7}} {
		for name, raster := range kinds(size.X, size.Y) {
			t.Run(fmt.Sprintf("%v %s", size, name), func(t *testing.T) {
				translucent := !raster.Opaque()
				encoded, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), sequenceOf(raster), pic.Budget{Quality: 60, MinQuality: 60})
				if err != nil {
					t.Fatal(err)
				}
				got, err := pictest.ParseAVIF(encoded.Data)
				if err != nil {
					t.Fatal(err)
				}
				if got.Width != size.X || got.Height != size.Y || encoded.Quality != 60 {
					t.Errorf("%dx%d, quality %d", got.Width, got.Height, encoded.Quality)
				}
				brands := "avifmif1miafMA1B"
				if got.Picture.Profile == 1 {
					brands = "avifmif1miafMA1A"
				}
				if got.Brands != brands {
					t.Errorf("brands %q", got.Brands)
				}
				if !bytes.Equal(got.Profile, raster.Colour.Profile) {
					t.Errorf("a profile of %d bytes, want %d", len(got.Profile), len(raster.Colour.Profile))
				}
				if got.Picture.Monochrome != raster.Colour.Gray {
					t.Errorf("monochrome is %v", got.Picture.Monochrome)
				}
				properties, points := []string{"ispe", "pixi", "av1C", "colr nclx"}, [3]int{1, 13, 6}
				if raster.Colour.Profile != nil {
					properties = []string{"ispe", "pixi", "av1C", "colr prof", "colr nclx"}
					points = [3]int{2, 2, 6}
				}
				if !slices.Equal(got.PictureProperty, properties) || got.Picture.CodePoints != points {
					t.Errorf("properties %q of code points %v", got.PictureProperty, got.Picture.CodePoints)
				}
				if alpha := []string{"ispe", "pixi", "av1C", "auxC"}; translucent != slices.Equal(got.AlphaProperty, alpha) {
					t.Errorf("properties of alpha: %q", got.AlphaProperty)
				}
			})
		}
	}
}

// TestLimit checks that a file of exactly MaxBytes is written, and one of a lower quality
// if MaxBytes is one less.
func TestLimit(t *testing.T) {
	for name, raster := range kinds(80, 60) {
		encode := func(b pic.Budget) (pic.Encoded, error) {
			return Encoder{}.Encode(t.Context(), new(pic.Buffers), sequenceOf(raster), b)
		}
		whole, err := encode(pic.Budget{Quality: 80, MinQuality: 80})
		if err != nil {
			t.Fatal(err)
		}
		n := len(whole.Data)
		same, err := encode(pic.Budget{Quality: 80, MinQuality: 10, MaxBytes: n})
		if err != nil || !bytes.Equal(same.Data, whole.Data) {
			t.Errorf("%s in %d bytes: %v", name, n, err)
		}
		less, err := encode(pic.Budget{Quality: 80, MinQuality: 10, MaxBytes: n - 1})
		if err != nil || less.Quality >= 80 || less.Quality < 10 || len(less.Data) >= n {
			t.Errorf("%s in %d bytes: %d of quality %d, %v", name, n-1, len(less.Data), less.Quality, err)
		}
		if _, err := encode(pic.Budget{Quality: 80, MinQuality: 80, MaxBytes: n - 1}); !errors.Is(err, pic.ErrNoFit) {
			t.Errorf("%s in %d bytes of quality 80: %v", name, n-1, err)
		}
	}
}

// TestHolds checks which sizes and colours an AVIF holds.
func TestHolds(t *testing.T) {
	gray := func(w, h int) *pic.Raster {
		return &pic.Raster{Planes: []plane.Plane{{Stride: w, Width: w, Height: h}}, Colour: pic.Colour{Gray: true}}
	}
	pixels := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	for _, tt := range []struct {
		name   string
		raster *pic.Raster
		want   bool
	}{
		{"pixels", &pic.Raster{Pixels: pixels}, true},
		{"the widest", gray(32768, 3), true},
		{"too wide", gray(32769, 3), false},
		{"the highest", gray(3, 32768), true},
		{"too high", gray(3, 32769), false},
		{"the largest", gray(16384, 16384), true},
		{"of the largest area", gray(32768, 8192), true},
		{"too large", gray(16384, 16385), false},
		{"a profile", &pic.Raster{Pixels: pixels, Colour: pic.Colour{Profile: pictest.PlainProfile("RGB ")}}, true},
		{"a profile that Chromium refuses", &pic.Raster{Pixels: pixels, Colour: pic.Colour{Profile: pictest.Profile("RGB ")}}, false},
		{"colours of PNG's chunks", &pic.Raster{Pixels: pixels, Colour: pic.Colour{OnlyPNG: true}}, false},
	} {
		if got := (Encoder{}).Holds(tt.raster); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// TestDecoders checks that decoders make the encoder's reconstruction of a file.
func TestDecoders(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {33, 70}, {130, 65}} {
		for name, raster := range kinds(size.X, size.Y) {
			t.Run(fmt.Sprintf("%v %s", size, name), func(t *testing.T) {
				c := coder{effort: av1.Best}
				if err := c.load(t.Context(), raster, false); err != nil {
					t.Fatal(err)
				}
				data, err := c.encode(t.Context(), 70, 0)
				if err != nil {
					t.Fatal(err)
				}
				for _, decoder := range decoders {
					if diff := samePlanes(decodedPlanes(t, data, decoder), c.picture.Reconstruction()); diff != "" {
						t.Errorf("%s: %s", decoder, diff)
					}
					if !strings.Contains(name, "alpha") {
						continue
					}
					alpha := alphaOf(&pic.Raster{Pixels: decodedPixels(t, data, decoder)})
					if diff := samePlanes(alpha, c.alpha.Reconstruction()); diff != "" {
						t.Errorf("%s: alpha: %s", decoder, diff)
					}
				}
			})
		}
	}
}
