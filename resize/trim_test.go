package resize

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
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

// TestTrimSides: each side loses what has the colour of most corners, throughout.
func TestTrimSides(t *testing.T) {
	white, black, clear := color.NRGBA{255, 255, 255, 255}, color.NRGBA{A: 255}, color.NRGBA{R: 7, B: 90}
	inner := busy(40, 30)
	spot := func(img *image.NRGBA, x, y int, c color.NRGBA) *image.NRGBA {
		img = pictest.Copy(img)
		img.SetNRGBA(x, y, c)
		return img
	}
	framed := inBorder(inner, white, 9, 8, 7, 6)
	halves := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for y := range 30 {
		for x := range 40 {
			halves.SetNRGBA(x, y, white)
			if y < 15 {
				halves.SetNRGBA(x, y, black)
			}
		}
	}
	all := func(img *image.NRGBA) image.Rectangle { return img.Rect }
	for _, tt := range []struct {
		name string
		img  *image.NRGBA
		want image.Rectangle
	}{
		{"no border", inner, all(inner)},
		{"white", framed, image.Rect(9, 8, 49, 38)},
		{"transparent, with hidden colours", spot(inBorder(inner, clear, 9, 8, 7, 6), 2, 2, color.NRGBA{200, 1, 3, 0}), image.Rect(9, 8, 49, 38)},
		{"left alone", inBorder(inner, black, 9, 0, 0, 0), image.Rect(9, 0, 49, 30)},
		{"bottom alone", inBorder(inner, black, 0, 0, 0, 9), image.Rect(0, 0, 40, 30)},
		{"letterbox", inBorder(inner, black, 0, 5, 0, 6), image.Rect(0, 5, 40, 35)},
		{"something in a corner", spot(framed, 0, 0, black), image.Rect(0, 0, 49, 38)},
		{"something in the border", spot(framed, 20, 2, black), image.Rect(9, 2, 49, 38)},
		{"a border in a border", inBorder(framed, black, 3, 3, 3, 3), image.Rect(3, 3, 59, 47)},
		{"two corners against two", halves, all(halves)},
		{"one colour", inBorder(image.NewNRGBA(image.Rect(0, 0, 1, 1)), clear, 5, 5, 5, 5), image.Rect(0, 0, 11, 11)},
		{"one pixel of another", spot(inBorder(image.NewNRGBA(image.Rect(0, 0, 1, 1)), white, 5, 5, 5, 5), 5, 5, black), image.Rect(5, 5, 6, 6)},
		{"a pixel", spot(image.NewNRGBA(image.Rect(0, 0, 1, 1)), 0, 0, white), image.Rect(0, 0, 1, 1)},
		{"noise within the tolerance", spot(framed, 30, 2, color.NRGBA{250, 247, 255, 255}), image.Rect(9, 8, 49, 38)},
	} {
		data := pictest.PNG(t, tt.img)
		req := request(1, 1)
		req.Trim = true
		if got := partOf(t, data, req); got != tt.want {
			t.Errorf("%s: %v remains, want %v", tt.name, got, tt.want)
			continue
		}
		if tt.want != tt.img.Rect || tt.img.Rect.Dx() < 10 {
			continue
		}
		// Nothing to trim: the same as without.
		req.Width, req.Height = 9, 8
		trimmed, err := Resize(t.Context(), Bytes(data), req)
		req.Trim = false
		plain, plainErr := Resize(t.Context(), Bytes(data), req)
		if err != nil || plainErr != nil || !bytes.Equal(trimmed.Data, plain.Data) {
			t.Errorf("%s: another variant, or %v, %v", tt.name, err, plainErr)
		}
	}
}

// TestTrimJPEG: the noise at a JPEG's edges leaves next to nothing of the border, and
// takes nothing of the picture.
func TestTrimJPEG(t *testing.T) {
	random := rand.New(rand.NewPCG(33, 34))
	for range 30 {
		img := busy(50+random.IntN(60), 50+random.IntN(60))
		left, top := 20+random.IntN(30), 20+random.IntN(30)
		part := img.Rect.Add(image.Pt(left, top))
		data := pictest.JPEG(t, inBorder(img, color.NRGBA{255, 255, 255, 255}, left, top, 20+random.IntN(30), 20+random.IntN(30)))
		req := request(1, 1)
		req.Trim = true
		if got := partOf(t, data, req); !part.In(got) || !got.In(part.Inset(-1)) {
			t.Errorf("%v remains of %v", got, part)
		}
	}
}

// TestTrimSize: sizes are those of what remains. A variant of that very size is made,
// since the original shows more.
func TestTrimSize(t *testing.T) {
	data := pictest.PNG(t, inBorder(busy(40, 30), color.NRGBA{255, 255, 255, 255}, 8, 8, 8, 8))
	plain := pictest.PNG(t, busy(40, 30))
	for _, tt := range []struct {
		data    []byte
		w, h    int
		largest bool
		made    image.Point
		err     error
	}{
		{data, 40, 30, false, image.Pt(40, 30), nil},
		{data, 40, 0, false, image.Pt(40, 30), nil},
		{data, 20, 0, false, image.Pt(20, 15), nil},
		{data, 41, 30, false, image.Point{}, ErrLarger},
		{data, 56, 46, false, image.Point{}, ErrLarger},
		{data, 400, 300, false, image.Point{}, ErrLarger},
		{data, 400, 300, true, image.Pt(40, 30), nil},
		{plain, 40, 30, false, image.Point{}, ErrSameSize},
		{plain, 40, 30, true, image.Pt(40, 30), nil},
	} {
		req := request(tt.w, tt.h)
		req.Trim, req.Largest, req.Formats = true, tt.largest, []Format{PNG}
		v, err := Resize(t.Context(), Bytes(tt.data), req)
		if !errors.Is(err, tt.err) || err == nil && image.Pt(v.Width, v.Height) != tt.made {
			t.Errorf("%dx%d: %+v, %v", tt.w, tt.h, v, err)
			continue
		}
		if tt.made == image.Pt(40, 30) {
			if d := mostDifference(pixelsMade(t, tt.data, req), busy(40, 30)); d > 0 {
				t.Errorf("%dx%d: the pixels differ by %d", tt.w, tt.h, d)
			}
		}
	}
}

// TestTrimAnimation: what any frame shows remains, in all frames.
func TestTrimAnimation(t *testing.T) {
	frame := func(x, y int) *image.NRGBA {
		img := image.NewNRGBA(image.Rect(0, 0, 60, 50))
		draw.Draw(img, image.Rect(x, y, x+10, y+8), image.NewUniform(color.NRGBA{200, 10, 10, 255}), image.Point{}, draw.Src)
		return img
	}
	data := gifOf(t, frame(20, 10), frame(25, 30), frame(12, 18))
	req := request(9, 9)
	req.Trim = true
	want := image.Rect(12, 10, 35, 38)
	if got := partOf(t, data, req); got != want {
		t.Errorf("%v remains, want %v", got, want)
	}
	req.Width, req.Height = want.Dx(), want.Dy()
	for _, formats := range [][]Format{nil, {WebP}} {
		req.Formats = formats
		v, err := Resize(t.Context(), Bytes(data), req)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := Inspect(t.Context(), Bytes(v.Data)); err != nil || info.Frames != 3 || info.Width != want.Dx() || info.Height != want.Dy() {
			t.Errorf("%v: %+v, %v", formats, info, err)
		}
	}
	req.Width, req.Height, req.Formats, req.Blur = 5, 5, nil, 1
	if got := partOf(t, data, req); got != image.Rect(20, 10, 30, 18) {
		t.Errorf("%v remains of the first frame", got)
	}
}

// TestTrimMemory compares the estimate for finding the border with what is allocated,
// and checks that the limit holds for it.
func TestTrimMemory(t *testing.T) {
	seen := 0
	for name, data := range memoryOriginals(t) {
		p, err := Open(t.Context(), Bytes(data))
		if err != nil || p.Info().Frames > 1 {
			continue
		}
		req := request(1, 1)
		req.Trim = true
		var found part
		got := pictest.Allocated(func() { found, err = new(Resizer).part(t.Context(), p, req) })
		if err != nil {
			continue
		}
		seen++
		compareMemory(t, name, got, found.memory, above(p.Info().Format, data)+2*fixedOverhead)
		req.Limits.Memory = found.memory - 1
		var limit *LimitError
		if _, err := Resize(t.Context(), Bytes(data), req); !errors.As(err, &limit) || limit.What != "memory" || limit.Got < found.memory {
			t.Errorf("%s, %d bytes: %v", name, found.memory, err)
		}
	}
	if seen < 60 {
		t.Errorf("only %d originals", seen)
	}
}

// TestTrimFails: broken originals, limits and an end of the context give the errors that
// they give without trimming. A JPEG must be whole.
func TestTrimFails(t *testing.T) {
	for name, data := range memoryOriginals(t) {
		for _, data := range [][]byte{data, data[:len(data)/2], data[:len(data)/4]} {
			req := requestFor(t, data)
			_, plain := Resize(t.Context(), Bytes(data), req)
			req.Trim = true
			_, err := Resize(t.Context(), Bytes(data), req)
			var invalid *FormatError
			if plain == nil && (err == nil || errors.As(err, &invalid) || errors.Is(err, ErrLarger)) {
				continue
			}
			if fmt.Sprintf("%T", plain) != fmt.Sprintf("%T", err) {
				t.Errorf("%s: %v, and trimmed %v", name, plain, err)
			}
		}
	}
	data := pictest.PNG(t, busy(60, 40))
	req := request(10, 10)
	req.Trim = true
	req.Limits.Pixels = 60*40 - 1
	var limit *LimitError
	if _, err := Resize(t.Context(), Bytes(data), req); !errors.As(err, &limit) || limit.What != "pixels" {
		t.Error(err)
	}
	req.Limits.Pixels = 0
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, data := range smallOnes(t) {
		p, err := Open(t.Context(), Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := new(Resizer).part(ctx, p, req); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// smallOnes returns the whole originals of smallOriginals.
func smallOnes(t *testing.T) map[string][]byte {
	whole, _ := smallOriginals(t)
	return whole
}

// TestTrimAnyOrder: a used Resizer trims as a fresh one, with broken originals between.
func TestTrimAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(35, 36))
	whole, lacking := smallOriginals(t)
	with, _ := bordered(t, random)
	var all []*made
	for _, originals := range []map[string][]byte{whole, lacking, with} {
		for name, data := range originals {
			for _, trim := range []bool{true, false} {
				req := requestFor(t, data)
				req.Trim, req.Largest = trim, true
				v, err := Resize(t.Context(), Bytes(data), req)
				all = append(all, &made{name, data, req, v, err})
			}
		}
	}
	slices.SortFunc(all, func(a, b *made) int { return bytes.Compare(a.data, b.data) })
	var used Resizer
	for range 2 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, m := range all {
			m.check(t, &used)
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

// TestDiffering: lines that differ by far less than those next to them are noise, as
// many as asked for.
func TestDiffering(t *testing.T) {
	for _, tt := range []struct {
		lines      string // by how much each differs, in 10
		noise      int
		first, end int
	}{
		{"000999000", 8, 3, 6},
		{"111999111", 8, 3, 6},
		{"002999200", 8, 3, 6},
		{"002999200", 0, 2, 7},
		{"002999300", 8, 3, 7},
		{"022222900", 8, 6, 7},
		{"022222900", 3, 1, 7},
		{"023456000", 8, 1, 6},
		{"000000000", 8, 0, 0},
		{"000020000", 8, 4, 5},
		{"002000009", 8, 8, 9},
		{"002000009", 2, 2, 9},
		{"900000002", 8, 0, 1},
		{"9", 8, 0, 1},
		{"", 8, 0, 0},
	} {
		lines := []uint8(tt.lines)
		for i := range lines {
			lines[i] = 10 * (lines[i] - '0')
		}
		if first, end := differing(lines, tt.noise); first != tt.first || end != tt.end {
			t.Errorf("%s, %d: %d to %d, want %d to %d", tt.lines, tt.noise, first, end, tt.first, tt.end)
		}
	}
}

// TestWiden: samples that stand for several pixels widen by what surely differs.
func TestWiden(t *testing.T) {
	for _, tt := range []struct {
		samples string
		step    int
		want    string
	}{
		{"09750", 1, "09750"},
		{"0900", 2, "00000000"},
		{"0990", 2, "00099000"},
		{"0090", 4, "0000000000000000"},
		{"9900", 2, "9990000"},
		{"0099", 2, "0000099"},
	} {
		lines := []uint8(strings.Repeat("0", len(tt.want)))
		widen(lines, []uint8(tt.samples), tt.step)
		if string(lines) != tt.want {
			t.Errorf("%s by %d: %s, want %s", tt.samples, tt.step, lines, tt.want)
		}
	}
}
