package resize

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

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
		{"003999200", 8, 2, 6},
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
		step    float64
		want    string
	}{
		{"09750", 1, "09750"},
		{"0900", 2, "00000000"},
		{"0990", 2, "00099000"},
		{"0090", 4, "0000000000000000"},
		{"9900", 2, "9990000"},
		{"0099", 2, "0000099"},
		{"0099", 1.5, "000099"},
		{"9000", 1.5, "900000"},
		{"009990", 1.5, "000099900"},
	} {
		lines := []uint8(strings.Repeat("0", len(tt.want)))
		widen(lines, []uint8(tt.samples), tt.step)
		if string(lines) != tt.want {
			t.Errorf("%s by %v: %s, want %s", tt.samples, tt.step, lines, tt.want)
		}
	}
}

// TestSurveySteps: samples that stand for one and a half pixels are looked for where
// they lie, in luma and in chroma.
func TestSurveySteps(t *testing.T) {
	for _, coarse := range []int{0, 1} {
		var f pic.Planar
		for i := range 2 {
			step := 1 + float64(1-max(i-coarse, coarse-i))/2
			w := int(90 / step)
			p := plane.Plane{Pix: bytes.Repeat([]uint8{128}, 10*w), Stride: w, Width: w, Height: 10}
			if i == coarse {
				for x := 40; x < 50; x++ { // pixels 60 to 75
					p.Pix[5*w+x] = 200
				}
			}
			f.Planes, f.Steps = append(f.Planes, p), append(f.Steps, pic.Step{X: step, Y: 1})
		}
		s := survey{size: image.Pt(90, 10)}
		if err := s.add(t.Context(), &pic.Frame{Planes: &f}); err != nil {
			t.Fatal(err)
		}
		if got, want := s.inner(), image.Rect(61, 5, 74, 6); got != want {
			t.Errorf("plane %d: %v remains, want %v", coarse, got, want)
		}
	}
}

// TestTrimNoise: faint lines beside a hard edge are noise in lossy formats alone.
func TestTrimNoise(t *testing.T) {
	img := pictest.Drawn(40, 32, func(int, int) color.NRGBA { return color.NRGBA{40, 60, 90, 255} })
	img = inBorder(img, color.NRGBA{235, 235, 235, 255}, 3, 3, 3, 3)
	img = inBorder(img, color.NRGBA{255, 255, 255, 255}, 13, 13, 13, 13)
	faint := image.Rect(13, 13, 59, 51)
	lossy := lossyWebP(t, img)
	req := request(1, 1)
	req.Trim = true
	for name, data := range map[string][]byte{
		"PNG": pictest.PNG(t, img), "GIF": gifOf(t, img), "lossless WebP": webpOf(t, &pic.Raster{Pixels: img}),
	} {
		if got := partOf(t, data, req); got != faint {
			t.Errorf("%s: %v remains, want %v", name, got, faint)
		}
	}
	for name, data := range map[string][]byte{"JPEG": planesJPEG(t, img, false, 1), "lossy WebP": lossy} {
		if got, edge := partOf(t, data, req), faint.Inset(3); !edge.In(got) || !got.In(edge.Inset(-2)) {
			t.Errorf("%s: %v remains, want %v", name, got, edge)
		}
	}
}

// TestTrimChromaNoise: noise of chroma at half its size reaches twice as far.
func TestTrimChromaNoise(t *testing.T) {
	for _, c := range []color.NRGBA{{230, 20, 30, 255}, {20, 30, 230, 255}, {10, 160, 30, 255}} {
		img := pictest.Drawn(60, 60, func(x, y int) color.NRGBA { return c })
		for at := 17; at < 33; at++ {
			part := img.Rect.Add(image.Pt(at, at))
			data := pictest.JPEG(t, inBorder(img, color.NRGBA{255, 255, 255, 255}, at, at, 31, 30))
			req := request(1, 1)
			req.Trim = true
			if got := partOf(t, data, req); !part.In(got) || !got.In(part.Inset(-2)) {
				t.Errorf("%v at %d: %v remains, want %v", c, at, got, part)
			}
		}
	}
}

// TestSurveyRows: a picture of fewer or more rows than its header says is not surveyed.
func TestSurveyRows(t *testing.T) {
	for _, there := range []int{0, 4, 5, 6} {
		rows := pic.RowsOf(image.NewNRGBA(image.Rect(0, 0, 3, there)))
		rows.Height = 5
		s := survey{size: image.Pt(3, 5)}
		if err := s.add(t.Context(), &pic.Frame{Rows: rows}); (err == nil) != (there == 5) {
			t.Errorf("%d rows: %v", there, err)
		}
	}
}
