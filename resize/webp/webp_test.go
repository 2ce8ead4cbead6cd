package webp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// patches holds the colours of the pictures testdata/patches*: squares of 32
// pixels, four in a row, made with Pillow.
var patches = []color.NRGBA{
	{255, 255, 255, 255}, {0, 0, 0, 225}, {128, 128, 128, 195}, {255, 0, 0, 165},
	{0, 255, 0, 135}, {0, 0, 255, 105}, {200, 120, 40, 75}, {30, 60, 90, 45},
}

// TestColours compares decoded colours with those that were encoded. Read as full
// range, white would be 235 and black 16.
func TestColours(t *testing.T) {
	tests := []struct {
		name      string
		alpha     bool
		lossless  bool
		tolerance int
	}{
		{"patches.webp", false, false, 5},
		{"patches-alpha.webp", true, false, 5},
		{"patches-lossless.webp", true, true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := pictest.Decode(t.Context(), Open, pictest.Fixture(t, tt.name))
			if err != nil {
				t.Fatal(err)
			}
			if s.Pixels.Opaque() == tt.alpha || s.Header.Lossless != tt.lossless || s.Colour.Gray {
				t.Errorf("opaque %v, lossless %v, gray %v", s.Pixels.Opaque(), s.Header.Lossless, s.Colour.Gray)
			}
			for i, want := range patches {
				if !tt.alpha {
					want.A = 255
				}
				checkColour(t, s.Pixels, i, want, tt.tolerance)
			}
		})
	}
}

// checkColour compares the middle of a patch.
func checkColour(t *testing.T, img image.Image, patch int, want color.NRGBA, tolerance int) {
	t.Helper()
	got := color.NRGBAModel.Convert(img.At(patch%4*32+16, patch/4*32+16)).(color.NRGBA)
	for _, d := range []int{int(got.R) - int(want.R), int(got.G) - int(want.G), int(got.B) - int(want.B), int(got.A) - int(want.A)} {
		if d > tolerance || -d > tolerance {
			t.Errorf("patch %d is %v, want %v", patch, got, want)
			return
		}
	}
}

// TestFullRange compares samples in the full range with exact ones, rounded.
func TestFullRange(t *testing.T) {
	for i := range 256 {
		v := float64(i)
		wantLuma := math.Floor((v-16)*255/219 + 0.5)
		wantChroma := math.Floor((v-128)*255/224 + 128 + 0.5)
		clip := func(v float64) uint8 { return uint8(min(255, max(0, v))) }
		if got := luma.level(uint32(i) << 8); got != clip(wantLuma) {
			t.Errorf("luma %d is %d, want %v", i, got, wantLuma)
		}
		if got := chroma.level(uint32(i) << 8); got != clip(wantChroma) {
			t.Errorf("chroma %d is %d, want %v", i, got, wantChroma)
		}
	}
}

// vp8Of returns the image chunk of a simple lossy WebP.
func vp8Of(t testing.TB) string {
	data := pictest.Fixture(t, "patches.webp")
	if string(data[12:16]) != "VP8 " {
		t.Fatalf("%q", data[12:16])
	}
	return string(data[20:])
}

func TestMetadata(t *testing.T) {
	vp8 := vp8Of(t)
	canvas := "\x00\x00\x00\x7f\x00\x00\x3f\x00\x00" // 128 × 64
	profile := string(pictest.Profile(icc.RGB, 1, 2, 3))
	six := string(pictest.OrientationTIFF(binary.BigEndian, 6))
	tests := []struct {
		name        string
		data        []byte
		orientation int
		profile     string
	}{
		{"simple", pictest.WebP("VP8 ", vp8), 1, ""},
		{"neither", pictest.WebP("VP8X", "\x00"+canvas, "VP8 ", vp8), 1, ""},
		{"both", pictest.WebP("VP8X", "\x28"+canvas, "ICCP", profile, "VP8 ", vp8, "EXIF", six), 6, profile},
		{"both, among others", pictest.WebP("VP8X", "\x2c"+canvas, "abcd", "odd", "ICCP", profile, "VP8 ", vp8, "XMP ", "x", "EXIF", six), 6, profile},
		{"Exif with a JPEG's header", pictest.WebP("VP8X", "\x08"+canvas, "VP8 ", vp8, "EXIF", "Exif\x00\x00"+six), 6, ""},
		{"not flagged", pictest.WebP("VP8X", "\x00"+canvas, "ICCP", profile, "VP8 ", vp8, "EXIF", six), 1, ""},
		{"gray profile", pictest.WebP("VP8X", "\x20"+canvas, "ICCP", string(pictest.Profile(icc.Gray)), "VP8 ", vp8), 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := pictest.Decode(t.Context(), Open, append(tt.data, "trailing garbage"...))
			if err != nil {
				t.Fatal(err)
			}
			if s.Header.Orientation != tt.orientation || string(s.Colour.Profile) != tt.profile || !s.Pixels.Opaque() {
				t.Errorf("orientation %d, profile of %d bytes, opaque %v", s.Header.Orientation, len(s.Colour.Profile), s.Pixels.Opaque())
			}
		})
	}
}

func TestRefused(t *testing.T) {
	vp8 := vp8Of(t)
	flat := "\x00\x00\x00\x7f\x00\x00\x3f\x00\x00"
	tests := []struct {
		name string
		data []byte
	}{
		{"empty", pictest.WebP()},
		{"no image", pictest.WebP("VP8X", "\x00"+flat)},
		{"canvas of another size", pictest.WebP("VP8X", "\x00\x00\x00\x00\x7e\x00\x00\x3f\x00\x00", "VP8 ", vp8)},
		{"bad start code", pictest.WebP("VP8 ", vp8[:3]+"???"+vp8[6:])},
		{"width 0", pictest.WebP("VP8 ", vp8[:6]+"\x00\x00"+vp8[8:])},
		{"bad lossless signature", pictest.WebP("VP8L", "0000000000")},
		{"lossless garbage", pictest.WebP("VP8L", "\x2f\x10\x00\x00\x00")},
		{"chunk beyond the end", pictest.WebP("VP8 ", vp8, "EXIF", "")[:20+len(vp8)]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := pictest.Decode(t.Context(), Open, tt.data)
			var format *pic.FormatError
			if !errors.As(err, &format) {
				t.Errorf("error %T %v", err, err)
			}
		})
	}
}

// TestFromHeader checks that what cannot be a picture is refused before any
// memory is allocated for it.
func TestFromHeader(t *testing.T) {
	vp8 := vp8Of(t)
	const largest = "\xff\x3f\x00\xff\x3f\x00" // 16384 × 16384
	oneAlpha := "\x01\x00\x88\x88\x08"         // lossless data of one value
	sized := func(w, h string, n int) string { return vp8[:6] + w + h + strings.Repeat("\x00", n) }
	tests := []struct {
		name string
		data []byte
	}{
		{"alpha of a canvas that is not the picture's", pictest.WebP("VP8X", "\x10\x00\x00\x00"+largest, "ALPH", oneAlpha, "VP8 ", vp8)},
		{"lossless data of a canvas that is not the picture's", pictest.WebP("VP8X", "\x10\x00\x00\x00"+largest, "VP8L", "\x2f\x10\x00\x00\x00")},
		{"the same, with the right canvas after it", pictest.WebP("VP8X", "\x10\x00\x00\x00"+largest, "ALPH", oneAlpha, "VP8X", "\x10\x00\x00\x00\x7f\x00\x00\x3f\x00\x00", "VP8 ", vp8)},
		{"less than two bits for each 16 × 16", pictest.WebP("VP8 ", sized("\x00\x10", "\x00\x10", 16383-10))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var format *pic.FormatError
			if _, err := Open(t.Context(), pic.Bytes(tt.data)); !errors.As(err, &format) {
				t.Errorf("error %v", err)
			}
		})
	}
	enough := pictest.WebP("VP8 ", sized("\x00\x10", "\x00\x10", 16384))
	p, err := Open(t.Context(), pic.Bytes(enough))
	if err != nil {
		t.Fatal(err)
	}
	if h := p.Header(); h.Width != 4096 || h.Height != 4096 {
		t.Errorf("%+v", h)
	}
}

func TestTruncated(t *testing.T) {
	for _, name := range []string{"patches.webp", "patches-alpha.webp", "patches-lossless.webp"} {
		good := pictest.Fixture(t, name)
		for n := 12; n < len(good); n++ {
			cut := bytes.Clone(good[:n])
			for range 2 { // as it is, and with a header of the true length
				_, err := pictest.Decode(t.Context(), Open, cut)
				var format *pic.FormatError
				if !errors.As(err, &format) {
					t.Fatalf("%s cut off at %d of %d: %v", name, n, len(good), err)
				}
				binary.LittleEndian.PutUint32(cut[4:], uint32(n-8))
			}
		}
	}
}

func FuzzHeader(f *testing.F) {
	for _, name := range []string{"patches.webp", "patches-alpha.webp", "patches-lossless.webp"} {
		f.Add(pictest.Fixture(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		if !Is(data) {
			return
		}
		h, err := parseHeader(data)
		if err != nil {
			return
		}
		if h.width < 1 || h.height < 1 {
			t.Errorf("%+v", h)
		}
	})
}
