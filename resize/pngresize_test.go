package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"testing"

	"github.com/disintegration/imaging"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// resizedPNG is the variant of a PNG and its pixels.
func resizedPNG(t testing.TB, data []byte, req Request) (*Variant, image.Image) {
	t.Helper()
	v, err := Resize(t.Context(), Bytes(data), req)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(v.Data))
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); v.Format != PNG || size != image.Pt(v.Width, v.Height) {
		t.Fatalf("a %s of %v, said to be %dx%d", v.Format, size, v.Width, v.Height)
	}
	return v, img
}

// TestPNGFringes: the colours of transparent pixels do not bleed into what
// can be seen.
func TestPNGFringes(t *testing.T) {
	orange := color.NRGBA{250, 130, 20, 255}
	for _, hidden := range []color.NRGBA{{}, {0, 255, 0, 0}, {255, 255, 255, 0}} {
		disc := func(x, y int) color.NRGBA {
			if math.Hypot(float64(x)-60, float64(y)-60) < 41 {
				return orange
			}
			return hidden
		}
		picture := drawn(120, 120, disc)
		indexed := image.NewPaletted(picture.Rect, color.Palette{orange, hidden})
		for i := range indexed.Pix {
			if picture.Pix[4*i+3] == 0 {
				indexed.Pix[i] = 1
			}
		}
		for name, img := range map[string]image.Image{"RGBA": picture, "palette": indexed} {
			_, small := resizedPNG(t, pngOf(t, img), request(37, 31))
			edge := 0
			for y := range 31 {
				for x := range 37 {
					c := color.NRGBAModel.Convert(small.At(x, y)).(color.NRGBA)
					if c.A > 0 && c.A < 255 {
						edge++
					}
					if d := max(absDiff(c.R, orange.R), absDiff(c.G, orange.G), absDiff(c.B, orange.B)); c.A > 3 && d > 2 {
						t.Fatalf("%s over %v: %v at %d, %d", name, hidden, c, x, y)
					}
				}
			}
			if edge < 40 {
				t.Errorf("%s over %v: %d pixels at the edge", name, hidden, edge)
			}
		}
	}
}

func absDiff(a, b byte) int { return max(int(a)-int(b), int(b)-int(a)) }

// TestResizePNGKinds: gray stays gray, opaque stays opaque, and every kind of
// PNG gives about the picture that its pixels give.
func TestResizePNGKinds(t *testing.T) {
	for name, p := range testPNGs() {
		if p.width < 9 {
			continue
		}
		p.width, p.height = 63, 52
		v, img := resizedPNG(t, p.bytes(), request(20, 20))
		s, err := decodePNG(t.Context(), p.bytes())
		if err != nil {
			t.Fatal(err)
		}
		if s.opaque && !pic.IsOpaque(img) {
			t.Errorf("%s: not opaque any more", name)
		}
		if s.gray && (v.Data[25] == pngRGB || v.Data[25] == pngRGBA) {
			t.Errorf("%s: type %d of a gray picture", name, v.Data[25])
		}
		names, _ := pngChunks(t, v.Data)
		for _, name := range names {
			if !slices.Contains([]string{"IHDR", "PLTE", "tRNS", "IDAT", "IEND"}, name) {
				t.Errorf("%s: a %s chunk", name, name)
			}
		}
		picture := drawn(p.width, p.height, p.pixel)
		_, want := resizedPNG(t, pngOf(t, picture), request(20, 20))
		compareVisible(t, name, img, want, 1)
	}
}

// compareVisible wants pixels that differ by so many levels at most once their
// colours are multiplied by their alpha.
func compareVisible(t *testing.T, name string, got, want image.Image, tolerance int) {
	t.Helper()
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			g := color.RGBAModel.Convert(got.At(x, y)).(color.RGBA)
			w := color.RGBAModel.Convert(want.At(x, y)).(color.RGBA)
			if max(absDiff(g.R, w.R), absDiff(g.G, w.G), absDiff(g.B, w.B), absDiff(g.A, w.A)) > tolerance {
				t.Fatalf("%s: %v at %d, %d, want %v", name, g, x, y, w)
			}
		}
	}
}

// TestPNGUpright: a turned variant is the variant of the turned picture.
func TestPNGUpright(t *testing.T) {
	picture := pictest.Scene(60, 40)
	plain := pngOf(t, picture)
	exif := chunkOf("eXIf", pictest.OrientationTIFF(binary.LittleEndian, 6))
	turned := slices.Concat(plain[:33], exif, plain[33:])
	_, got := resizedPNG(t, turned, request(20, 15))
	_, want := resizedPNG(t, pngOf(t, imaging.Rotate270(picture)), request(20, 15))
	if d := pictest.MaxDiff(t, got, want); d > 4 { // the resampler rounds between its two passes
		t.Errorf("differs by %d", d)
	}
}

// FuzzPNG: whatever is decoded has the size of its header, and comes back from
// its variant as it went in.
func FuzzPNG(f *testing.F) {
	for _, p := range testPNGs() {
		f.Add(p.bytes())
	}
	p := plainPNG()
	p.before = slices.Concat(pngChunk("gAMA", 45455), iccpOf(pictest.Profile(icc.RGB)))
	p.after = chunkOf("eXIf", pictest.OrientationTIFF(binary.BigEndian, 5))
	f.Add(p.bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := Inspect(t.Context(), Bytes(data))
		if err != nil || info.Format != PNG || len(data) > 1<<16 || info.Width*info.Height > 1<<16 {
			return
		}
		s, err := decodePNG(t.Context(), data)
		if err != nil {
			checkBadPNG(t, "decoded", err)
			return
		}
		if err := s.checkSize(info); err != nil {
			t.Fatal(err)
		}
		b, err := request((info.Width+1)/2, (info.Height+1)/2).box(info.Width, info.Height)
		if errors.Is(err, ErrSameSize) {
			return
		}
		if err := s.reduce(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		opaque := s.opaque
		out := encodedPNG(t, s)
		again, err := decodePNG(t.Context(), out)
		if err != nil {
			t.Fatal(err)
		}
		if opaque && !again.opaque {
			t.Error("not opaque any more")
		}
		if !bytes.Equal(again.pngColour, s.pngColour) || !bytes.Equal(again.profile, s.profile) {
			t.Error("other colours")
		}
	})
}
