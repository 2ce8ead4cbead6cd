package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/image/tiff"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/webp"
)

// inBorder returns img within a border of one colour, of the given numbers of pixels.
func inBorder(img *image.NRGBA, c color.NRGBA, left, top, right, bottom int) *image.NRGBA {
	size := img.Rect.Size()
	out := image.NewNRGBA(image.Rect(0, 0, left+size.X+right, top+size.Y+bottom))
	for i := range out.Pix {
		out.Pix[i] = []uint8{c.R, c.G, c.B, c.A}[i%4]
	}
	draw.Draw(out, img.Rect.Add(image.Pt(left, top)), img, image.Point{}, draw.Src)
	return out
}

// busy returns a picture that differs from white, black and transparent at all edges.
func busy(w, h int) *image.NRGBA {
	img := pictest.Scene(w, h)
	for i := range img.Pix {
		if i%4 != 3 {
			img.Pix[i] = 40 + img.Pix[i]*5/8
		}
	}
	return img
}

// partOf returns the part of an original that a request is made of.
func partOf(t *testing.T, data []byte, req Request) image.Rectangle {
	t.Helper()
	p, err := Open(t.Context(), Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	part, err := new(Resizer).part(t.Context(), p, req)
	if err != nil {
		t.Fatal(err)
	}
	return part.Rectangle
}

// pixelsMade returns the pixels of the variant of data as a PNG.
func pixelsMade(t *testing.T, data []byte, req Request) *image.NRGBA {
	t.Helper()
	req.Formats = []Format{PNG}
	v, err := Resize(t.Context(), Bytes(data), req)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(v.Data))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewNRGBA(img.Bounds())
	draw.Draw(out, out.Rect, img, image.Point{}, draw.Src)
	return out
}

// bordered returns pictures within borders in every format, and the part that remains.
// Borders of JPEGs end with their blocks.
func bordered(t *testing.T, random *rand.Rand) (originals map[string][]byte, part image.Rectangle) {
	t.Helper()
	border := [4]int{16 * random.IntN(3), 16 * random.IntN(3), 1 + random.IntN(40), random.IntN(40)}
	img := busy(16*(2+random.IntN(4)), 16*(2+random.IntN(4)))
	part = img.Rect.Add(image.Pt(border[0], border[1]))
	all := inBorder(img, color.NRGBA{255, 255, 255, 255}, border[0], border[1], border[2], border[3])
	clear := inBorder(img, color.NRGBA{}, border[0], border[1], border[2], border[3])
	var asTIFF bytes.Buffer
	if err := tiff.Encode(&asTIFF, all, nil); err != nil {
		t.Fatal(err)
	}
	originals = map[string][]byte{
		"PNG":                pictest.PNG(t, all),
		"PNG, transparent":   pictest.PNG(t, clear),
		"BMP":                pictest.BMPV5(all, nil),
		"TIFF":               asTIFF.Bytes(),
		"GIF":                gifOf(t, all),
		"JPEG of 4:4:4":      planesJPEG(t, all, false, 1),
		"JPEG of 4:2:0":      planesJPEG(t, all, true, 1),
		"JPEG of quality 90": pictest.JPEG(t, all),
	}
	for name, img := range map[string]*image.NRGBA{"WebP": all, "WebP, transparent": clear} {
		one := pic.Sequence{Header: pic.Header{Frames: 1}, Width: img.Rect.Dx(), Height: img.Rect.Dy()}
		one.Frames = func(yield func(*pic.Raster, error) bool) { yield(&pic.Raster{Pixels: pictest.Copy(img)}, nil) }
		v, err := webp.Encoder{}.Encode(t.Context(), new(pic.Buffers), one, pic.Budget{Quality: 100, MinQuality: 100})
		if err != nil {
			t.Fatal(err)
		}
		originals[name] = v.Data
	}
	return originals, part
}

// TestTrim: without its border, a picture of every format gives what its inner part
// gives alone.
func TestTrim(t *testing.T) {
	random := rand.New(rand.NewPCG(31, 32))
	for range 6 {
		originals, part := bordered(t, random)
		for name, data := range originals {
			req := Request{Width: 1 + random.IntN(part.Dx()), Height: 1 + random.IntN(part.Dy()), Fit: []Fit{Cover, Fill, Inside, Pad}[random.IntN(4)], Quality: 100, MinQuality: 100}
			whole := Request{Width: 1 << 20, Height: 1 << 20, Largest: true, Fit: Inside, Quality: 100, MinQuality: 100}
			full := pixelsMade(t, data, whole)
			alone := pictest.PNG(t, full.SubImage(part))
			want := pixelsMade(t, alone, req)
			req.Trim = true
			if got := partOf(t, data, req); got != part {
				// WebP and the chroma of JPEGs blur an edge.
				if exact := !slices.Contains([]string{"WebP", "JPEG of quality 90"}, name); exact || !part.In(got) || !got.In(part.Inset(-2)) {
					t.Errorf("%s: %v remains, want %v", name, got, part)
				}
				continue
			}
			got := pixelsMade(t, data, req)
			most := 0
			if name[0] == 'J' || name == "WebP" {
				most = 40 // chroma of 4:2:0 is repeated in full, and interpolated otherwise
			}
			if d := mostDifference(got, want); d > most {
				t.Errorf("%s, %v: %dx%d as %s differs by %d", name, part, req.Width, req.Height, req.Fit, d)
			}
		}
	}
}

// mostDifference returns the most by which samples of a and b differ, colours times
// their alpha; 256 if the sizes differ.
func mostDifference(a, b *image.NRGBA) int {
	if a.Rect != b.Rect {
		return 256
	}
	most := 0
	for i := range a.Pix {
		x, y := int(a.Pix[i]), int(b.Pix[i])
		if i%4 != 3 {
			x, y = x*int(a.Pix[i|3])/255, y*int(b.Pix[i|3])/255
		}
		most = max(most, x-y, y-x)
	}
	return most
}

// TestTrimOrientation: a turned picture loses the same as an upright one, also if its
// orientation follows its pixels.
func TestTrimOrientation(t *testing.T) {
	img := inBorder(busy(64, 48), color.NRGBA{255, 255, 255, 255}, 16, 32, 48, 0)
	for orientation := 1; orientation <= 8; orientation++ {
		jpeg := planesJPEG(t, img, false, orientation)
		late := pictest.PNG(t, img)
		late = slices.Concat(late[:len(late)-12], pictest.Chunk("eXIf", pictest.OrientationTIFF(binary.BigEndian, uint16(orientation))), late[len(late)-12:])
		req := Request{Width: 24, Height: 24, Fit: Fill, Quality: 100, MinQuality: 100, Trim: true}
		want := pixelsMade(t, planesJPEG(t, busy(64, 48), false, orientation), Request{Width: 24, Height: 24, Fit: Fill, Quality: 100, MinQuality: 100})
		for name, data := range map[string][]byte{"JPEG": jpeg, "PNG": late} {
			if d := mostDifference(pixelsMade(t, data, req), want); d > 12 {
				t.Errorf("%s, orientation %d: differs by %d", name, orientation, d)
			}
		}
		// 64 × 48 pixels remain, upright 48 × 64 from orientation 5 on.
		req.Width, req.Height = 48, 64
		v, err := Resize(t.Context(), Bytes(late), req)
		if pic.SwapsAxes(orientation) != (err == nil) || err != nil && !errors.Is(err, ErrLarger) || err == nil && v.Width != 48 {
			t.Errorf("orientation %d: %v", orientation, err)
		}
	}
}

// TestTrimEdges: in much smaller variants, of coarsely decoded JPEGs and WebPs too,
// little of the border gets into the edges.
func TestTrimEdges(t *testing.T) {
	dark := image.NewNRGBA(image.Rect(0, 0, 403, 311))
	for y := range 311 {
		for x := range 403 {
			dark.SetNRGBA(x, y, color.NRGBA{uint8(20 + x/8), uint8(20 + y/6), uint8(90 - x/8), 255})
		}
	}
	for _, at := range []image.Point{{16, 32}, {13, 27}, {40, 7}} {
		img := inBorder(dark, color.NRGBA{255, 255, 255, 255}, at.X, at.Y, 29, 18)
		for name, data := range map[string][]byte{
			"JPEG": pictest.JPEG(t, img), "JPEG of 4:4:4": planesJPEG(t, img, false, 1), "PNG": pictest.PNG(t, img), "WebP": lossyWebP(t, img),
		} {
			for _, req := range []Request{request(100, 76), request(40, 9), request(300, 228), request(5, 4)} {
				req.Quality, req.Fit = 100, Fill
				want := pixelsMade(t, pictest.PNG(t, dark), req)
				req.Trim = true
				got := pixelsMade(t, data, req)
				// The edge of a border leaves noise in the blocks of JPEGs and WebPs.
				if d := mostDifference(got, want); d > 28 || name == "PNG" && d > 0 {
					t.Errorf("%s at %v to %dx%d differs by %d", name, at, req.Width, req.Height, d)
				}
			}
		}
	}
}

// lossyWebP encodes img as a lossy WebP.
func lossyWebP(t *testing.T, img *image.NRGBA) []byte {
	t.Helper()
	raster := &pic.Raster{Planes: (&pic.Raster{Pixels: img}).YCbCr()}
	one := pic.Sequence{Header: pic.Header{Frames: 1}, Width: img.Rect.Dx(), Height: img.Rect.Dy()}
	one.Frames = func(yield func(*pic.Raster, error) bool) { yield(raster, nil) }
	v, err := webp.Encoder{}.Encode(t.Context(), new(pic.Buffers), one, pic.Budget{Quality: 90, MinQuality: 90, Last: true})
	if err != nil {
		t.Fatal(err)
	}
	return v.Data
}
