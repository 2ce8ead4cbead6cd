package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestEncodeAsJPEGQuality holds the quality against a search through all.
func TestEncodeAsJPEGQuality(t *testing.T) {
	s := &still{pixels: pictest.Scene(160, 120), opaque: true, profile: pictest.Profile(icc.RGB, make([]byte, 500)...)}
	sizes := make([]int, 101)
	for q := 1; q <= 100; q++ {
		sizes[q] = len(encodeJPEG(t, s, q))
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		req := Request{MinQuality: 1 + random.IntN(100), MaxBytes: sizes[1] - 200 + random.IntN(sizes[100]-sizes[1]+400)}
		req.Quality = req.MinQuality + random.IntN(101-req.MinQuality)
		v, err := encodeAsJPEG(t.Context(), s, req)
		if sizes[req.MinQuality] > req.MaxBytes {
			if !errors.Is(err, ErrNoFit) {
				t.Errorf("%+v: %v", req, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%+v: %v", req, err)
		}
		if v.Quality < req.MinQuality || v.Quality > req.Quality || len(v.Data) > req.MaxBytes || len(v.Data) != sizes[v.Quality] {
			t.Errorf("%+v: quality %d of %d bytes", req, v.Quality, len(v.Data))
		}
		if v.Quality < req.Quality && sizes[v.Quality+1] <= req.MaxBytes {
			t.Errorf("%+v: quality %d, but %d fits too", req, v.Quality, v.Quality+1)
		}
	}
}

// TestEncodeFormat says what comes out for what goes in.
func TestEncodeFormat(t *testing.T) {
	wide := image.NewNRGBA(image.Rect(0, 0, maxJPEGSize+1, 1))
	for i := range wide.Pix {
		wide.Pix[i] = 255
	}
	picture := pictest.Scene(100, 80)
	plain := func() *still { return &still{pixels: picture, opaque: true} }
	with := func(change func(*still)) *still { s := plain(); change(s); return s }
	png, err := encodePNG(t.Context(), plain(), 0)
	if err != nil {
		t.Fatal(err)
	}
	tooLittle := len(png) / 3 // for a PNG of these pixels
	tests := []struct {
		name     string
		s        *still
		original Format
		maxBytes int
		want     Format // "" for ErrNoFit
	}{
		{"JPEG", plain(), JPEG, 0, JPEG},
		{"BMP", plain(), BMP, 0, JPEG},
		{"PNG", plain(), PNG, 0, PNG},
		{"WebP with alpha", with(func(s *still) { s.opaque = false }), WebP, 0, PNG},
		{"lossless WebP", with(func(s *still) { s.lossless = true }), WebP, 0, PNG},
		{"wider than a JPEG", with(func(s *still) { s.pixels = wide }), TIFF, 0, PNG},
		{"PNG that does not fit", plain(), PNG, tooLittle, JPEG},
		{"lossless WebP that does not fit", with(func(s *still) { s.lossless = true }), WebP, tooLittle, JPEG},
		{"PNG with alpha that does not fit", with(func(s *still) { s.opaque = false }), PNG, tooLittle, ""},
		{"PNG that no JPEG fits either", plain(), PNG, 300, ""},
		{"PNG of other colours that does not fit", with(func(s *still) { s.pngColour = pngChunk("gAMA", 100000) }), PNG, tooLittle, ""},
		{"PNG of sRGB that does not fit", with(func(s *still) { s.pngColour = pngChunk("gAMA", 45455) }), PNG, tooLittle, JPEG},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := encode(t.Context(), tt.s, tt.original, Request{Quality: 80, MinQuality: 40, MaxBytes: tt.maxBytes})
			if tt.want == "" {
				if !errors.Is(err, ErrNoFit) {
					t.Errorf("error %v, want ErrNoFit", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, err := sniff(v.Data); v.Format != tt.want || got != tt.want || err != nil {
				t.Errorf("%s, really %s, %v; want %s", v.Format, got, err, tt.want)
			}
			if (v.Quality > 0) != (v.Format == JPEG) {
				t.Errorf("quality %d of a %s", v.Quality, v.Format)
			}
		})
	}
}

// TestEncodePNGLimit: a PNG of just as many bytes as are allowed is a PNG.
func TestEncodePNGLimit(t *testing.T) {
	s := &still{pixels: pictest.Scene(200, 150), opaque: true}
	whole, err := encodePNG(t.Context(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		maxBytes int
		want     Format
	}{{len(whole), PNG}, {len(whole) - 1, JPEG}} {
		v, err := encode(t.Context(), s, PNG, Request{Quality: 80, MinQuality: 40, MaxBytes: tt.maxBytes})
		if err != nil || v.Format != tt.want || len(v.Data) > tt.maxBytes {
			t.Errorf("at most %d bytes: %+v, %v; want %s", tt.maxBytes, v, err, tt.want)
		}
	}
}

// pngChunk is a whole chunk of 32-bit numbers.
func pngChunk(name string, values ...uint32) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(4*len(values)))
	b = append(b, name...)
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func TestMeansSRGB(t *testing.T) {
	bytesChunk := func(name string, body string) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		return append(append(append(b, name...), body...), 0, 0, 0, 0)
	}
	gamma := pngChunk("gAMA", 45455)
	linear := pngChunk("gAMA", 100000)
	chroma := pngChunk("cHRM", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
	wide := pngChunk("cHRM", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
	srgb := bytesChunk("sRGB", "\x00")
	join := func(chunks ...[]byte) []byte { return bytes.Join(chunks, nil) }
	tests := []struct {
		name       string
		chunks     []byte
		hasProfile bool
		want       bool
	}{
		{"none", nil, false, true},
		{"sRGB", srgb, false, true},
		{"sRGB over gamma", join(linear, srgb), false, true},
		{"gamma and primaries of sRGB", join(gamma, chroma), false, true},
		{"rounded otherwise", pngChunk("gAMA", 45500), false, true},
		{"linear", linear, false, false},
		{"linear with a profile", linear, true, true},
		{"other primaries", join(gamma, wide), false, false},
		{"cICP of sRGB", bytesChunk("cICP", "\x01\x0d\x00\x01"), false, true},
		{"cICP of sRGB over a profile", bytesChunk("cICP", "\x01\x0d\x00\x01"), true, false},
		{"cICP of PQ over sRGB", join(srgb, bytesChunk("cICP", "\x09\x10\x00\x01")), false, false},
		{"gamma of wrong length", bytesChunk("gAMA", "\x00\x00\xb1"), false, false},
		{"cut off", gamma[:10], false, true},
		{"length beyond the end", append([]byte("\xff\xff\xff\xff"), gamma...), false, true},
	}
	for _, tt := range tests {
		if got := meansSRGB(tt.chunks, tt.hasProfile); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
