package resize

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"testing"

	"github.com/disintegration/imaging"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	roompng "github.com/edgeresize/edgeresize/resize/png"
)

// resizedPNG returns the variant of a PNG and its pixels.
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

// TestPNGFringes: the colours of transparent pixels do not bleed into visible ones.
func TestPNGFringes(t *testing.T) {
	orange := color.NRGBA{250, 130, 20, 255}
	for _, hidden := range []color.NRGBA{{}, {0, 255, 0, 0}, {255, 255, 255, 0}} {
		disc := func(x, y int) color.NRGBA {
			if math.Hypot(float64(x)-60, float64(y)-60) < 41 {
				return orange
			}
			return hidden
		}
		picture := pictest.Drawn(120, 120, disc)
		indexed := image.NewPaletted(picture.Rect, color.Palette{orange, hidden})
		for i := range indexed.Pix {
			if picture.Pix[4*i+3] == 0 {
				indexed.Pix[i] = 1
			}
		}
		for name, img := range map[string]image.Image{"RGBA": picture, "palette": indexed} {
			_, small := resizedPNG(t, pictest.PNG(t, img), request(37, 31))
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

// TestResizePNGKinds: gray stays gray, opaque stays opaque, and every kind of PNG gives
// about the same picture as its pixels do.
func TestResizePNGKinds(t *testing.T) {
	for name, p := range pictest.PNGs() {
		if p.Width < 9 {
			continue
		}
		p.Width, p.Height = 63, 52
		v, img := resizedPNG(t, p.Bytes(), request(20, 20))
		original, err := pictest.Decode(t.Context(), roompng.Open, p.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if original.Pixels.Opaque() && !img.(interface{ Opaque() bool }).Opaque() {
			t.Errorf("%s: not opaque any more", name)
		}
		const rgb, rgba = 2, 6
		if original.Colour.Gray && (v.Data[25] == rgb || v.Data[25] == rgba) {
			t.Errorf("%s: type %d of a gray picture", name, v.Data[25])
		}
		for _, name := range chunkNames(v.Data) {
			if !slices.Contains([]string{"IHDR", "PLTE", "tRNS", "IDAT", "IEND"}, name) {
				t.Errorf("%s: a %s chunk", name, name)
			}
		}
		picture := pictest.Drawn(p.Width, p.Height, p.Pixel)
		_, want := resizedPNG(t, pictest.PNG(t, picture), request(20, 20))
		compareVisible(t, name, img, want, 1)
	}
}

// chunkNames returns the types of a PNG's chunks in order.
func chunkNames(data []byte) (names []string) {
	for at := 8; at < len(data); at += 12 + int(binary.BigEndian.Uint32(data[at:])) {
		names = append(names, string(data[at+4:at+8]))
	}
	return names
}

// compareVisible checks that pixels, with colours multiplied by alpha, differ by at
// most tolerance levels.
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

// TestPNGUpright: the variant of a turned PNG equals the variant of the turned picture.
func TestPNGUpright(t *testing.T) {
	picture := pictest.Scene(60, 40)
	plain := pictest.PNG(t, picture)
	exif := pictest.Chunk("eXIf", pictest.OrientationTIFF(binary.LittleEndian, 6))
	turned := slices.Concat(plain[:33], exif, plain[33:])
	_, got := resizedPNG(t, turned, request(20, 15))
	_, want := resizedPNG(t, pictest.PNG(t, imaging.Rotate270(picture)), request(20, 15))
	if d := pictest.MaxDiff(t, got, want); d > 4 { // the resampler rounds between its two passes
		t.Errorf("differs by %d", d)
	}
}

// FuzzPNG: whatever is resized to a PNG keeps its colours, and stays opaque if it was.
func FuzzPNG(f *testing.F) {
	for _, p := range pictest.PNGs() {
		f.Add(p.Bytes())
	}
	p := pictest.PlainPNG()
	p.Before = slices.Concat(pictest.NumbersChunk("gAMA", 45455), pictest.ICCP(pictest.Profile(icc.RGB)))
	p.After = pictest.Chunk("eXIf", pictest.OrientationTIFF(binary.BigEndian, 5))
	f.Add(p.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if formatOf(data) != PNG || len(data) > 1<<16 {
			return
		}
		info, err := Inspect(t.Context(), Bytes(data))
		if err != nil || info.Width*info.Height > 1<<16 {
			return
		}
		v, err := Resize(t.Context(), Bytes(data), request(1, (info.Height+1)/2))
		if err != nil || v.Format != PNG {
			return
		}
		before, err := pictest.Decode(t.Context(), roompng.Open, data)
		if err != nil {
			t.Fatal(err)
		}
		after, err := pictest.Decode(t.Context(), roompng.Open, v.Data)
		if err != nil {
			t.Fatal(err)
		}
		if before.Pixels.Opaque() && !after.Pixels.Opaque() {
			t.Error("not opaque any more")
		}
		if !bytes.Equal(before.Colour.PNGChunks, after.Colour.PNGChunks) || !bytes.Equal(before.Colour.Profile, after.Colour.Profile) {
			t.Error("other colours")
		}
	})
}
