package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// drawn is a picture of a function.
func drawn(w, h int, at func(x, y int) color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, at(x, y))
		}
	}
	return img
}

// pngChunks are the chunks of a PNG, by name and in order.
func pngChunks(t testing.TB, data []byte) (names []string, bodies map[string][]byte) {
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

// encodedPNG encodes s and makes sure that its pixels come back exactly.
func encodedPNG(t testing.TB, s *still) []byte {
	t.Helper()
	want := s.pixels.(*image.NRGBA)
	data, err := encodePNG(t.Context(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(data))
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
	return data
}

func TestEncodePNGKind(t *testing.T) {
	gray := func(v, a int) color.NRGBA { return color.NRGBA{byte(v), byte(v), byte(v), byte(a)} }
	grayOf := func(level func(x, y int) int) func(x, y int) color.NRGBA {
		return func(x, y int) color.NRGBA { return gray(level(x, y), 255) }
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
		{"black", grayOf(func(x, y int) int { return 0 }), true, nil, pngGray, 1},
		{"black and white", grayOf(func(x, y int) int { return 255 * (mixed(x, y) & 1) }), true, nil, pngGray, 1},
		{"black and white, of RGB", grayOf(func(x, y int) int { return 255 * (mixed(x, y) & 1) }), false, nil, pngGray, 1},
		{"black and white, RGB profile", grayOf(func(x, y int) int { return 255 * (mixed(x, y) & 1) }), false, colourProfile, pngPalette, 1},
		{"two other grays", grayOf(func(x, y int) int { return 70 * (1 + mixed(x, y)&1) }), true, nil, pngPalette, 1},
		{"two other grays, gray profile", grayOf(func(x, y int) int { return 70 * (1 + mixed(x, y)&1) }), true, grayProfile, pngGray, 8},
		{"four grays", grayOf(func(x, y int) int { return 85 * (mixed(x, y) & 3) }), true, nil, pngGray, 2},
		{"sixteen grays", grayOf(func(x, y int) int { return 17 * (mixed(x, y) & 15) }), true, nil, pngGray, 4},
		{"all grays", grayOf(func(x, y int) int { return mixed(x, y) & 255 }), true, nil, pngGray, 8},
		{"all grays, RGB profile", grayOf(func(x, y int) int { return mixed(x, y) & 255 }), false, colourProfile, pngPalette, 8},
		{"two grays, one transparent", func(x, y int) color.NRGBA { return gray(40, 255*(mixed(x, y)&1)) }, true, nil, pngPalette, 1},
		{"the same, gray profile", func(x, y int) color.NRGBA { return gray(40, 255*(mixed(x, y)&1)) }, true, grayProfile, pngGrayAlpha, 8},
		{"gray and alpha", func(x, y int) color.NRGBA { return gray(x*3&255, y*2&255) }, true, nil, pngGrayAlpha, 8},
		{"three colours", func(x, y int) color.NRGBA { return color.NRGBA{byte(mixed(x, y) % 3 * 99), 7, 90, 255} }, false, nil, pngPalette, 2},
		{"five colours", func(x, y int) color.NRGBA { return color.NRGBA{byte(mixed(x, y) % 5 * 51), 7, 90, 255} }, false, nil, pngPalette, 4},
		{"five colours, gray profile", func(x, y int) color.NRGBA { return color.NRGBA{byte(mixed(x, y) % 5 * 51), 7, 90, 255} }, false, grayProfile, pngPalette, 4},
		{"256 colours", func(x, y int) color.NRGBA {
			return color.NRGBA{byte(mixed(x, y) & 240), 33, byte(mixed(x, y) << 4), 255}
		}, false, nil, pngPalette, 8},
		{"256 colours with alpha", func(x, y int) color.NRGBA {
			return color.NRGBA{byte(mixed(x, y) & 240), 7, 99, byte(16 + mixed(x, y)<<4)}
		}, false, nil, pngPalette, 8},
		{"257 colours", func(x, y int) color.NRGBA {
			return color.NRGBA{byte(mixed(x, y)), byte(1 / (1 + x + y)), 7, 255}
		}, false, nil, pngRGB, 8},
		{"many colours", func(x, y int) color.NRGBA { return color.NRGBA{byte(x), byte(y), byte(x * y), 255} }, false, nil, pngRGB, 8},
		{"many colours with alpha", func(x, y int) color.NRGBA { return color.NRGBA{byte(x), byte(y), byte(x * y), byte(x + y)} }, false, nil, pngRGBA, 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &still{pixels: drawn(91, 83, tt.at), gray: tt.gray, profile: tt.profile}
			data := encodedPNG(t, s)
			if data[25] != tt.colourType || data[24] != tt.depth {
				t.Errorf("type %d of %d bits, want %d of %d", data[25], data[24], tt.colourType, tt.depth)
			}
		})
	}
}

// TestEncodePNGSmallest: a palette that takes more than it saves is not used.
func TestEncodePNGSmallest(t *testing.T) {
	slope := func(x, y int) color.NRGBA { return color.NRGBA{byte(x * 8), byte(y * 8), 9, 255} }
	data := encodedPNG(t, &still{pixels: drawn(15, 15, slope)})
	if data[25] != pngRGB || len(data) > 200 {
		t.Errorf("type %d, %d bytes", data[25], len(data))
	}
}

// TestEncodePNGChunks: colours are kept, and nothing is there but colours and
// pixels, in the order that PNG third edition, 5.6 wants.
func TestEncodePNGChunks(t *testing.T) {
	profile := pictest.Profile(icc.RGB, []byte("body")...)
	colour := slices.Concat(pngChunk("gAMA", 50000), chunkOf("sRGB", []byte{1}))
	transparent := func(x, y int) color.NRGBA { return color.NRGBA{byte(x & 1), 20, 30, byte(255 * (y & 1))} }
	data := encodedPNG(t, &still{pixels: drawn(9, 9, transparent), profile: profile, pngColour: colour})
	names, bodies := pngChunks(t, data)
	if got := strings.Join(names, " "); got != "IHDR gAMA sRGB iCCP PLTE tRNS IDAT IEND" {
		t.Error(got)
	}
	got, err := unpackProfile(bodies["iCCP"])
	if err != nil || !bytes.Equal(got, profile) {
		t.Errorf("%q, %v", got, err)
	}
	if len(bodies["PLTE"]) != 9 || !bytes.Equal(bodies["tRNS"], []byte{0}) {
		t.Errorf("PLTE %d, tRNS %d", bodies["PLTE"], bodies["tRNS"])
	}
}

// TestEncodePNGHidden: transparent pixels hide no colours.
func TestEncodePNGHidden(t *testing.T) {
	half := func(x, y int) color.NRGBA { return color.NRGBA{byte(x), byte(y), 99, byte(x+1) & 0x80} }
	data := encodedPNG(t, &still{pixels: drawn(256, 32, half)})
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

// TestPNGColour says which colour chunks and profiles of an original reach the
// variant.
func TestPNGColour(t *testing.T) {
	gamma, linear := pngChunk("gAMA", 45455), pngChunk("gAMA", 100000)
	chroma := pngChunk("cHRM", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
	srgb, cicp := chunkOf("sRGB", []byte{0}), chunkOf("cICP", []byte{9, 16, 0, 1})
	profile := pictest.Profile(icc.RGB)
	noise := make([]byte, 1<<16)
	for i := range noise {
		noise[i] = byte(i * i >> 7)
	}
	large := pictest.Profile(icc.RGB, append(noise, make([]byte, maxPNGProfile-len(noise)-132)...)...)
	tests := []struct {
		name        string
		before      []byte
		palette     bool
		wantColour  []byte
		wantProfile []byte
	}{
		{"all", slices.Concat(cicp, iccpOf(profile), srgb, gamma, chroma), false, slices.Concat(cicp, srgb, gamma, chroma), profile},
		{"the first of two", slices.Concat(gamma, linear, iccpOf(profile), iccpOf(large)), false, gamma, profile},
		{"of wrong length", slices.Concat(chunkOf("gAMA", make([]byte, 5)), chunkOf("sRGB", []byte("SECRET"))), false, nil, nil},
		{"gray profile of colours", iccpOf(pictest.Profile(icc.Gray)), false, nil, nil},
		{"a cut profile", iccpOf(profile[:100]), false, nil, nil},
		{"the largest profile", iccpOf(large), false, nil, large},
		{"behind PLTE", slices.Concat(srgb, chunkOf("PLTE", []byte{1, 2, 3}), gamma, iccpOf(profile)), false, srgb, nil},
		{"others", slices.Concat(chunkOf("tEXt", []byte("a\x00b")), pngChunk("pHYs", 1, 2)), false, nil, nil},
	}
	for _, tt := range tests {
		p := plainPNG()
		p.before = tt.before
		s, err := decodePNG(t.Context(), p.bytes())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if !bytes.Equal(s.pngColour, tt.wantColour) || !bytes.Equal(s.profile, tt.wantProfile) {
			t.Errorf("%s: chunks %q, profile of %d bytes", tt.name, s.pngColour, len(s.profile))
		}
	}
}

// TestPNGBadProfile: what unpacks to more than 4 MiB is refused before it
// fills memory, and so is what cannot be unpacked.
func TestPNGBadProfile(t *testing.T) {
	bomb := zlibOf(make([]byte, 32<<20))
	tests := map[string][]byte{
		"bomb":              append([]byte("bomb\x00\x00"), bomb...),
		"one byte too many": append([]byte("big\x00\x00"), zlibOf(make([]byte, maxPNGProfile+1))...),
		"no zlib stream":    []byte("none\x00\x00"),
		"cut zlib stream":   append([]byte("cut\x00\x00"), bomb[:1000]...),
		"wrong checksum":    append([]byte("sum\x00\x00"), append(zlibOf(pictest.Profile(icc.RGB))[:20], 0, 0, 0, 0)...),
		"other method":      append([]byte("method\x00\x01"), zlibOf(pictest.Profile(icc.RGB))...),
		"no name":           []byte("name"),
		"empty":             {},
	}
	for name, body := range tests {
		p := plainPNG()
		p.before = chunkOf("iCCP", body)
		data := p.bytes()
		var err error
		n := allocated(func() { _, err = decodePNG(t.Context(), data) })
		var bad *FormatError
		if !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
		}
		if n > 32<<20 {
			t.Errorf("%s: %d bytes allocated", name, n)
		}
	}
}
