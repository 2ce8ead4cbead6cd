package png

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// chunksOf returns the chunks of a PNG: their names in order, and the bodies by name.
func chunksOf(t testing.TB, data []byte) (names []string, bodies map[string][]byte) {
	t.Helper()
	bodies = map[string][]byte{}
	for at := 8; at < len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		name := string(data[at+4 : at+8])
		names = append(names, name)
		bodies[name] = data[at+8 : at+8+n]
		at += 12 + n
	}
	return names, bodies
}

// sequenceOf returns a sequence of one frame.
func sequenceOf(r *pic.Raster) pic.Sequence {
	size := r.Size()
	return pic.Sequence{Width: size.X, Height: size.Y, Frames: func(yield func(*pic.Raster, error) bool) { yield(r, nil) }}
}

// encoded encodes pixels and checks that they come back exactly.
func encoded(t testing.TB, want *image.NRGBA, colour pic.Colour) []byte {
	t.Helper()
	raster := &pic.Raster{Pixels: want, Colour: colour}
	if !(Encoder{}).Holds(raster) {
		t.Fatal("cannot be held")
	}
	out, err := Encoder{}.Encode(t.Context(), &pic.Buffers{}, sequenceOf(raster), pic.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	if out.Quality != 0 {
		t.Errorf("quality %d", out.Quality)
	}
	got, err := png.Decode(bytes.NewReader(out.Data))
	if err != nil {
		t.Fatal(err)
	}
	if got.Bounds() != want.Rect {
		t.Fatalf("%v pixels of %v", got.Bounds(), want.Rect)
	}
	for y := range want.Rect.Dy() {
		for x := range want.Rect.Dx() {
			g, w := color.NRGBAModel.Convert(got.At(x, y)).(color.NRGBA), want.NRGBAAt(x, y)
			if g != w && (g.A > 0 || w.A > 0) {
				t.Fatalf("%v at %d, %d, want %v", g, x, y, w)
			}
		}
	}
	return out.Data
}

func TestEncodeKind(t *testing.T) {
	level := func(v, a int) color.NRGBA { return color.NRGBA{byte(v), byte(v), byte(v), byte(a)} }
	grayOf := func(at func(x, y int) int) func(x, y int) color.NRGBA {
		return func(x, y int) color.NRGBA { return level(at(x, y), 255) }
	}
	mixed := func(x, y int) int { // without any pattern
		h := uint32(x*91+y*1009) * 2654435761
		return int((h ^ h>>13) * 2246822519 >> 16)
	}
	grayProfile, colourProfile := pictest.Profile(icc.Gray), pictest.Profile(icc.RGB)
	tests := []struct {
		name       string
		at         func(x, y int) color.NRGBA
		gray       bool
		profile    []byte
		colourType byte
		depth      byte
	}{
		{"black", grayOf(func(x, y int) int { return 0 }), true, nil, gray, 1},
		{"black and white", grayOf(func(x, y int) int { return 255 * (mixed(x, y) & 1) }), true, nil, gray, 1},
		{"black and white, of RGB", grayOf(func(x, y int) int { return 255 * (mixed(x, y) & 1) }), false, nil, gray, 1},
		{"black and white, RGB profile", grayOf(func(x, y int) int { return 255 * (mixed(x, y) & 1) }), false, colourProfile, palette, 1},
		{"two other grays", grayOf(func(x, y int) int { return 70 * (1 + mixed(x, y)&1) }), true, nil, palette, 1},
		{"two other grays, gray profile", grayOf(func(x, y int) int { return 70 * (1 + mixed(x, y)&1) }), true, grayProfile, gray, 8},
		{"four grays", grayOf(func(x, y int) int { return 85 * (mixed(x, y) & 3) }), true, nil, gray, 2},
		{"sixteen grays", grayOf(func(x, y int) int { return 17 * (mixed(x, y) & 15) }), true, nil, gray, 4},
		{"all grays", grayOf(func(x, y int) int { return mixed(x, y) & 255 }), true, nil, gray, 8},
		{"all grays, RGB profile", grayOf(func(x, y int) int { return mixed(x, y) & 255 }), false, colourProfile, palette, 8},
		{"two grays, one transparent", func(x, y int) color.NRGBA { return level(40, 255*(mixed(x, y)&1)) }, true, nil, palette, 1},
		{"the same, gray profile", func(x, y int) color.NRGBA { return level(40, 255*(mixed(x, y)&1)) }, true, grayProfile, grayAlpha, 8},
		{"gray and alpha", func(x, y int) color.NRGBA { return level(x*3&255, y*2&255) }, true, nil, grayAlpha, 8},
		{"three colours", func(x, y int) color.NRGBA { return color.NRGBA{byte(mixed(x, y) % 3 * 99), 7, 90, 255} }, false, nil, palette, 2},
		{"five colours", func(x, y int) color.NRGBA { return color.NRGBA{byte(mixed(x, y) % 5 * 51), 7, 90, 255} }, false, nil, palette, 4},
		{"five colours, gray profile", func(x, y int) color.NRGBA { return color.NRGBA{byte(mixed(x, y) % 5 * 51), 7, 90, 255} }, false, grayProfile, palette, 4},
		{"256 colours", func(x, y int) color.NRGBA {
			return color.NRGBA{byte(mixed(x, y) & 240), 33, byte(mixed(x, y) << 4), 255}
		}, false, nil, palette, 8},
		{"256 colours with alpha", func(x, y int) color.NRGBA {
			return color.NRGBA{byte(mixed(x, y) & 240), 7, 99, byte(16 + mixed(x, y)<<4)}
		}, false, nil, palette, 8},
		{"257 colours", func(x, y int) color.NRGBA {
			return color.NRGBA{byte(mixed(x, y)), byte(1 / (1 + x + y)), 7, 255}
		}, false, nil, rgb, 8},
		{"many colours", func(x, y int) color.NRGBA { return color.NRGBA{byte(x), byte(y), byte(x * y), 255} }, false, nil, rgb, 8},
		{"many colours with alpha", func(x, y int) color.NRGBA { return color.NRGBA{byte(x), byte(y), byte(x * y), byte(x + y)} }, false, nil, rgba, 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := encoded(t, pictest.Drawn(91, 83, tt.at), pic.Colour{Gray: tt.gray, Profile: tt.profile})
			if data[25] != tt.colourType || data[24] != tt.depth {
				t.Errorf("type %d of %d bits, want %d of %d", data[25], data[24], tt.colourType, tt.depth)
			}
		})
	}
}

// TestEncodeSmallest: a palette that takes more than it saves is not used.
func TestEncodeSmallest(t *testing.T) {
	slope := func(x, y int) color.NRGBA { return color.NRGBA{byte(x * 8), byte(y * 8), 9, 255} }
	data := encoded(t, pictest.Drawn(15, 15, slope), pic.Colour{})
	if data[25] != rgb || len(data) > 200 {
		t.Errorf("type %d, %d bytes", data[25], len(data))
	}
}

// TestEncodeChunks: colours are kept, and the file has only colours and pixels, in the
// order of PNG third edition, 5.6.
func TestEncodeChunks(t *testing.T) {
	profile := pictest.Profile(icc.RGB, []byte("body")...)
	colour := slices.Concat(pictest.NumbersChunk("gAMA", 50000), pictest.Chunk("sRGB", []byte{1}))
	transparent := func(x, y int) color.NRGBA { return color.NRGBA{byte(x & 1), 20, 30, byte(255 * (y & 1))} }
	data := encoded(t, pictest.Drawn(9, 9, transparent), pic.Colour{Profile: profile, PNGChunks: colour})
	names, bodies := chunksOf(t, data)
	if got := strings.Join(names, " "); got != "IHDR gAMA sRGB iCCP PLTE tRNS IDAT IEND" {
		t.Error(got)
	}
	got, err := (&colourChunks{iccp: bodies["iCCP"]}).profile()
	if err != nil || !bytes.Equal(got, profile) {
		t.Errorf("%q, %v", got, err)
	}
	if len(bodies["PLTE"]) != 9 || !bytes.Equal(bodies["tRNS"], []byte{0}) {
		t.Errorf("PLTE %d, tRNS %d", bodies["PLTE"], bodies["tRNS"])
	}
}

// TestEncodeHidden: transparent pixels have no colours left.
func TestEncodeHidden(t *testing.T) {
	half := func(x, y int) color.NRGBA { return color.NRGBA{byte(x), byte(y), 99, byte(x+1) & 0x80} }
	data := encoded(t, pictest.Drawn(256, 32, half), pic.Colour{})
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for y := range 32 {
		for x := range 256 {
			if c := img.(*image.NRGBA).NRGBAAt(x, y); c.A == 0 && c != (color.NRGBA{}) {
				t.Fatalf("%v at %d, %d", c, x, y)
			}
		}
	}
}

// noise returns a picture without any pattern.
func noise(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	_, _ = rand.NewChaCha8([32]byte{}).Read(img.Pix) // never fails
	return img
}

// TestEncodeLimit: a PNG of exactly as many bytes as allowed is returned.
func TestEncodeLimit(t *testing.T) {
	profile := pictest.Profile(icc.RGB, noise(20, 20).Pix...)
	for name, raster := range map[string]*pic.Raster{
		"colours":      {Pixels: pictest.Scene(200, 150)},
		"palette":      {Pixels: pictest.Drawn(50, 50, func(x, y int) color.NRGBA { return color.NRGBA{byte(x & y), 9, 90, 255} })},
		"with profile": {Pixels: pictest.Scene(5, 5), Colour: pic.Colour{Profile: profile}},
	} {
		whole, err := Encoder{}.Encode(t.Context(), &pic.Buffers{}, sequenceOf(raster), pic.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= len(whole.Data)+1; n += max(1, min(len(whole.Data)/20, len(whole.Data)-n)) {
			got, err := Encoder{}.Encode(t.Context(), &pic.Buffers{}, sequenceOf(raster), pic.Budget{MaxBytes: n})
			if n < len(whole.Data) {
				if err != pic.ErrNoFit || got.Data != nil {
					t.Errorf("%s in %d bytes of %d: %d bytes, %v", name, n, len(whole.Data), len(got.Data), err)
				}
				continue
			}
			if err != nil || !bytes.Equal(got.Data, whole.Data) {
				t.Errorf("%s in %d bytes of %d: %d bytes, %v", name, n, len(whole.Data), len(got.Data), err)
			}
		}
	}
}

// TestEncodePlanes: planes are encoded as the pixels that they stand for, and stay
// unchanged.
func TestEncodePlanes(t *testing.T) {
	samples := func(w, h int) plane.Plane {
		return plane.Plane{Pix: noise(w, h).Pix[:w*h], Stride: w, Width: w, Height: h}
	}
	for name, raster := range map[string]*pic.Raster{
		"gray":   {Planes: []plane.Plane{samples(31, 17)}, Colour: pic.Colour{Gray: true}},
		"colour": {Planes: []plane.Plane{samples(31, 17), samples(16, 9), samples(16, 9)}},
	} {
		before := bytes.Clone(raster.Planes[0].Pix)
		out, err := Encoder{}.Encode(t.Context(), &pic.Buffers{}, sequenceOf(raster), pic.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := readAll(out.Data)
		if err != nil || !bytes.Equal(got.Pix, raster.NRGBA().Pix) {
			t.Errorf("%s: other pixels, %v", name, err)
		}
		if isGray := out.Data[25] == gray; isGray != raster.Colour.Gray || !bytes.Equal(raster.Planes[0].Pix, before) {
			t.Errorf("%s: type %d", name, out.Data[25])
		}
	}
}

// TestEncodeStops: the encoder returns the error of the frames or the context.
func TestEncodeStops(t *testing.T) {
	broken := errors.New("connection reset")
	failing := pic.Sequence{Width: 1, Height: 1, Frames: func(yield func(*pic.Raster, error) bool) { yield(nil, broken) }}
	if _, err := (Encoder{}).Encode(t.Context(), &pic.Buffers{}, failing, pic.Budget{}); err != broken {
		t.Errorf("%v, want %v", err, broken)
	}
	for n := range 3 {
		ctx := pictest.NewCountdown(t.Context(), n)
		if _, err := (Encoder{}).Encode(ctx, &pic.Buffers{}, sequenceOf(&pic.Raster{Pixels: noise(50, 50)}), pic.Budget{}); err != context.DeadlineExceeded {
			t.Errorf("cancelled after %d looks: %v", n, err)
		}
	}
}
