package resize

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// placeholder returns the request for a placeholder of at most 500 bytes. A PNG of 9 × 9
// pixels cannot have more, even if nothing in it can be compressed.
func placeholder(quality int, formats ...Format) Request {
	return Request{Width: 9, Height: 9, Fit: Inside, Blur: 1, Quality: quality, MinQuality: quality, Formats: formats}
}

// hardOriginals returns pictures of which a placeholder takes many bytes: noise, and
// squares of strong colours and of any alpha, as large as its pixels and larger; and
// one with a long profile.
func hardOriginals(t *testing.T) map[string][]byte {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	originals := map[string][]byte{}
	for _, squares := range []int{4, 6, 8, 9, 12, 18, 90} {
		for _, strong := range []bool{false, true} {
			colours := make([]uint8, 4*squares*squares)
			for i := range colours {
				colours[i] = uint8(random.IntN(256))
				if strong {
					colours[i] = colours[i] >> 7 * 255
				}
			}
			side := 180 / squares * squares
			img := image.NewNRGBA(image.Rect(0, 0, side, side))
			for y := range side {
				for x := range side {
					square := y*squares/side*squares + x*squares/side
					copy(img.Pix[y*img.Stride+4*x:], colours[4*square:][:4])
				}
			}
			name := fmt.Sprintf("%d squares, strong %v", squares, strong)
			originals["PNG of "+name] = pictest.PNG(t, img)
			originals["GIF of "+name] = gifOf(t, img, img)
			for i := 3; i < len(img.Pix); i += 4 {
				img.Pix[i] = 255
			}
			originals["opaque PNG of "+name] = pictest.PNG(t, img)
			originals["JPEG of "+name] = pictest.JPEG(t, img)
		}
	}
	profile := icc.Whole(append(pictest.PlainProfile(icc.RGB), make([]byte, 9000)...), icc.RGB)
	originals["BMP with a profile"] = pictest.BMPV5(pictest.Scene(60, 40), profile)
	return originals
}

// TestPlaceholder: a placeholder of every original in every format has at most 500
// bytes, is a still and has no profile.
func TestPlaceholder(t *testing.T) {
	originals := memoryOriginals(t)
	maps.Copy(originals, hardOriginals(t))
	made := map[Format]int{}
	longest := 0
	for _, name := range slices.Sorted(maps.Keys(originals)) {
		for _, quality := range []int{40, 80, 95} {
			for _, formats := range [][]Format{nil, {JPEG}, {PNG}, {WebP}, {AVIF, WebP}, {AVIF}} {
				v, err := Resize(t.Context(), Bytes(originals[name]), placeholder(quality, formats...))
				var invalid *FormatError
				if unsupported := (UnsupportedError{}); errors.As(err, &unsupported) || errors.As(err, &invalid) {
					break
				}
				if err != nil {
					t.Errorf("%s as %v: %v", name, formats, err)
					continue
				}
				made[v.Format]++
				longest = max(longest, len(v.Data))
				if len(v.Data) > 500 {
					t.Errorf("%s as %v at %d: %d bytes of %s", name, formats, quality, len(v.Data), v.Format)
				}
				if bytes.Contains(v.Data, []byte("acsp")) || bytes.Contains(v.Data, []byte("iCCP")) {
					t.Errorf("%s as %v has a profile", name, formats)
				}
				if v.Format == AVIF {
					continue
				}
				if info, err := Inspect(t.Context(), Bytes(v.Data)); err != nil || info.Frames != 1 || info.Width != v.Width || info.Height != v.Height || max(v.Width, v.Height) != 9 {
					t.Errorf("%s as %v: %+v, %v", name, formats, info, err)
				}
			}
		}
	}
	t.Logf("the longest has %d bytes; %v", longest, made)
	for _, f := range []Format{JPEG, PNG, WebP} {
		if made[f] == 0 {
			t.Errorf("no %s", f)
		}
	}
}

// TestPlaceholderColours: a placeholder without its profile shows the colours that the
// profile gives the original.
func TestPlaceholderColours(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 60, 40))
	for i := range img.Pix {
		img.Pix[i] = []uint8{200, 40, 90, 255}[i%4]
	}
	profile := pictest.PlainProfile(icc.RGB)
	simple := icc.NewSimple(profile)
	want := []uint8{200, 40, 90, 255}
	simple.ToSRGB(want)
	if bytes.Equal(want, img.Pix[:4]) {
		t.Fatal("the profile changes nothing")
	}
	v, err := Resize(t.Context(), Bytes(pictest.BMPV5(img, profile)), placeholder(100, PNG))
	if err != nil {
		t.Fatal(err)
	}
	made, err := png.Decode(bytes.NewReader(v.Data))
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ := made.At(4, 3).RGBA()
	for c, got := range []uint32{r >> 8, g >> 8, b >> 8} {
		if d := int(got) - int(want[c]); d < -1 || d > 1 {
			t.Errorf("%d in channel %d, want %v", got, c, want)
		}
	}
}
