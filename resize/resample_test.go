package resize

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"io"
	"testing"

	"github.com/disintegration/imaging"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// stored are the pixels that a viewer sees as img under an orientation; the
// definition is that of Exif 2.32, tag 0x0112: where the stored picture's first
// row and first column are seen.
func stored(img *image.NRGBA, orientation int) *image.NRGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	at := map[int]func(row, col int) (x, y int){
		1: func(row, col int) (int, int) { return col, row },                 // top, left
		2: func(row, col int) (int, int) { return w - 1 - col, row },         // top, right
		3: func(row, col int) (int, int) { return w - 1 - col, h - 1 - row }, // bottom, right
		4: func(row, col int) (int, int) { return col, h - 1 - row },         // bottom, left
		5: func(row, col int) (int, int) { return row, col },                 // left, top
		6: func(row, col int) (int, int) { return w - 1 - row, col },         // right, top
		7: func(row, col int) (int, int) { return w - 1 - row, h - 1 - col }, // right, bottom
		8: func(row, col int) (int, int) { return row, h - 1 - col },         // left, bottom
	}[orientation]
	rows, cols := h, w
	if orientation >= 5 {
		rows, cols = w, h
	}
	out := image.NewNRGBA(image.Rect(0, 0, cols, rows))
	for row := range rows {
		for col := range cols {
			out.Set(col, row, img.At(at(row, col)))
		}
	}
	return out
}

// TestScaleUpright: a picture that is stored turned becomes what the upright
// picture becomes.
func TestScaleUpright(t *testing.T) {
	picture := pictest.Scene(121, 90)
	for _, req := range []Request{
		{Width: 40, Height: 50, Fit: Cover}, {Width: 70, Height: 11, Fit: Cover}, {Width: 33, Height: 44, Fit: Fill},
		{Width: 90, Height: 30, Fit: Inside}, {Width: 121, Height: 10, Fit: Cover}, {Width: 7, Fit: Cover},
	} {
		b, err := req.box(121, 90)
		if err != nil {
			t.Fatal(err)
		}
		want := resampled(t, picture, b)
		if want.Rect != image.Rect(0, 0, b.width, b.height) {
			t.Fatalf("%+v: %v", req, want.Rect)
		}
		for o := 1; o <= 8; o++ {
			s := &still{pixels: stored(picture, o), orientation: o}
			if err := s.reduce(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			tolerance := 1
			if swapsAxes(o) {
				tolerance = 4 // the resampler rounds between its two passes
			}
			if d := pictest.MaxDiff(t, s.pixels, want); d > tolerance || s.orientation != 1 {
				t.Errorf("%+v, orientation %d: off by %d", req, o, d)
			}
		}
	}
}

// resampled is what img becomes in the box b.
func resampled(t *testing.T, img image.Image, b box) *image.NRGBA {
	t.Helper()
	s := &still{pixels: img, orientation: 1}
	if err := s.reduce(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return s.pixels.(*image.NRGBA)
}

// TestRowsOf: the rows of pixels are those pixels, whatever their type and
// wherever they begin.
func TestRowsOf(t *testing.T) {
	whole := pictest.Scene(61, 50)
	gray := image.NewGray(whole.Rect)
	draw.Draw(gray, gray.Rect, whole, image.Point{}, draw.Src)
	palette := image.NewPaletted(whole.Rect, greys(64))
	draw.Draw(palette, palette.Rect, whole, image.Point{}, draw.Src)
	part := image.Rect(1, 3, 60, 50)
	images := []image.Image{whole, whole.SubImage(part), gray, gray.SubImage(part), palette, struct{ image.Image }{whole}}
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	} {
		img := image.NewYCbCr(whole.Rect, ratio)
		for y := range 50 {
			for x := range 61 {
				c := color.YCbCrModel.Convert(whole.At(x, y)).(color.YCbCr)
				img.Y[img.YOffset(x, y)], img.Cb[img.COffset(x, y)], img.Cr[img.COffset(x, y)] = c.Y, c.Cb, c.Cr
			}
		}
		images = append(images, img, img.SubImage(part))
	}
	for _, img := range images {
		bounds := img.Bounds()
		r := rowsOf(img)
		if r.width != bounds.Dx() || r.height != bounds.Dy() {
			t.Fatalf("%T %v: %d x %d", img, bounds, r.width, r.height)
		}
		for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
			row, err := r.next()
			if err != nil || len(row) != r.channels*r.width {
				t.Fatalf("%T %v, row %d: %d bytes, %v", img, bounds, y, len(row), err)
			}
			got := nrgbaOf(plane.Plane{Pix: row, Stride: len(row), Width: r.width, Height: 1}, r.channels)
			for x := range r.width {
				want := color.NRGBAModel.Convert(img.At(bounds.Min.X+x, y)).(color.NRGBA)
				if c := got.NRGBAAt(x, 0); max(absDiff(c.R, want.R), absDiff(c.G, want.G), absDiff(c.B, want.B), absDiff(c.A, want.A)) > 1 {
					t.Fatalf("%T %v: %v at %d, %d, want %v", img, bounds, c, x, y, want)
				}
			}
		}
		if _, err := r.next(); err != io.EOF {
			t.Errorf("%T %v: %v after the last row", img, bounds, err)
		}
	}
}

// TestResampleLikeImaging: where no more is asked of it than of imaging, a
// resampler of another make, the pixels are about the same.
func TestResampleLikeImaging(t *testing.T) {
	picture := pictest.Scene(121, 90)
	for _, size := range []image.Point{{40, 30}, {13, 88}, {120, 7}, {1, 1}} {
		b, err := Request{Width: size.X, Height: size.Y, Fit: Fill}.box(121, 90)
		if err != nil {
			t.Fatal(err)
		}
		want := imaging.Resize(picture, size.X, size.Y, imaging.Lanczos)
		compareVisible(t, size.String(), resampled(t, picture, b), want, 12) // imaging clips between its passes
	}
}

// TestReduceStops: no picture is resampled to the end once time is up.
func TestReduceStops(t *testing.T) {
	ctx := &countdown{Context: t.Context()}
	ctx.left.Store(2)
	s := &still{pixels: pictest.Scene(40, 200), orientation: 1}
	b, err := request(20, 30).box(40, 200)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.reduce(ctx, b); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
}

// TestResampleAlpha: what is transparent has no colour to give.
func TestResampleAlpha(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 40, 40))
	for y := range 40 {
		for x := range 40 {
			c := color.NRGBA{0, 255, 0, 0} // green that nobody sees
			if (x/5+y/5)%2 == 0 {
				c = color.NRGBA{200, 100, 50, 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	out := resampled(t, img, box{width: 13, height: 17, window: plane.Window{X1: 40, Y1: 40}})
	for i := 0; i < len(out.Pix); i += 4 {
		p := out.Pix[i : i+4]
		if p[3] > 16 && (p[0] < 190 || p[0] > 210 || p[1] < 90 || p[1] > 110 || p[2] < 40 || p[2] > 60) {
			t.Fatalf("pixel %v", p)
		}
	}
}
