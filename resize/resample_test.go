package resize

import (
	"context"
	"errors"
	"image"
	"image/color"
	"testing"

	"github.com/disintegration/imaging"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// storedAs returns the pixels to store so that a viewer sees img under an orientation.
// Exif 2.32, tag 0x0112, defines it by where the stored picture's first row and first
// column are seen.
func storedAs(img *image.NRGBA, orientation int) *image.NRGBA {
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

// TestScaleUpright: a picture stored turned gives the same result as the upright
// picture.
func TestScaleUpright(t *testing.T) {
	picture := pictest.Scene(121, 90)
	for _, req := range []Request{
		{Width: 40, Height: 50, Fit: Cover}, {Width: 70, Height: 11, Fit: Cover}, {Width: 33, Height: 44, Fit: Fill},
		{Width: 90, Height: 30, Fit: Inside}, {Width: 121, Height: 10, Fit: Cover}, {Width: 7, Fit: Cover},
		{Width: 40, Height: 50, Fit: Cover, Focus: &Focus{0.9, 0.1}}, {Width: 70, Height: 11, Fit: Cover, Focus: &Focus{0.9, 0.3}},
		{Width: 17, Height: 77, Fit: Cover, Focus: &Focus{0.3, 0}}, {Width: 121, Height: 10, Fit: Cover, Focus: &Focus{0, 1}},
	} {
		b, err := req.box(121, 90)
		if err != nil {
			t.Fatal(err)
		}
		want := resampled(t, picture, b)
		if want.Rect != image.Rect(0, 0, b.Width, b.Height) {
			t.Fatalf("%+v: %v", req, want.Rect)
		}
		for o := 1; o <= 8; o++ {
			r := &resampler{view: upright{121, 90, o, image.Point{}}.stored(b), orientation: o, decoded: func() {}, resampled: func() {}}
			got, err := r.raster(t.Context(), &pic.Frame{Rows: pic.RowsOf(storedAs(picture, o))})
			if err != nil {
				t.Fatal(err)
			}
			tolerance := 1
			if pic.SwapsAxes(o) {
				tolerance = 4 // the resampler rounds between its two passes
			}
			if d := pictest.MaxDiff(t, got.Pixels, want); d > tolerance {
				t.Errorf("%+v, orientation %d: off by %d", req, o, d)
			}
		}
	}
}

// resampled resamples the part of img that b shows.
func resampled(t *testing.T, img image.Image, b pic.View) *image.NRGBA {
	t.Helper()
	raster, err := resampledRows(t.Context(), img, b)
	if err != nil {
		t.Fatal(err)
	}
	return raster.Pixels
}

func resampledRows(ctx context.Context, img image.Image, b pic.View) (*pic.Raster, error) {
	r := &resampler{view: b, orientation: 1, decoded: func() {}, resampled: func() {}}
	return r.raster(ctx, &pic.Frame{Rows: pic.RowsOf(img)})
}

// TestResampleLikeImaging: where imaging, an independent resampler, can do the same,
// the pixels are about the same.
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

// TestResampleStops: resampling stops once the deadline has passed.
func TestResampleStops(t *testing.T) {
	ctx := &pictest.Countdown{Context: t.Context()}
	ctx.Left.Store(2)
	b, err := request(20, 30).box(40, 200)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := resampledRows(ctx, pictest.Scene(40, 200), b); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
}

// TestResampleAlpha: transparent pixels do not colour others.
func TestResampleAlpha(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 40, 40))
	for y := range 40 {
		for x := range 40 {
			c := color.NRGBA{0, 255, 0, 0} // invisible green
			if (x/5+y/5)%2 == 0 {
				c = color.NRGBA{200, 100, 50, 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	out := resampled(t, img, pic.View{Width: 13, Height: 17, Window: plane.Window{X1: 40, Y1: 40}})
	for i := 0; i < len(out.Pix); i += 4 {
		p := out.Pix[i : i+4]
		if p[3] > 16 && (p[0] < 190 || p[0] > 210 || p[1] < 90 || p[1] > 110 || p[2] < 40 || p[2] > 60) {
			t.Fatalf("pixel %v", p)
		}
	}
}

// TestResampleShort: a picture with missing rows is an error.
func TestResampleShort(t *testing.T) {
	for n := range 4 {
		rows := pic.RowsOf(pictest.Scene(40, 37+n))
		rows.Height = 40
		r := &resampler{view: pic.View{Width: 10, Height: 10, Window: plane.Window{X1: 40, Y1: 40}}, orientation: 1, decoded: func() {}, resampled: func() {}}
		if _, err := r.raster(t.Context(), &pic.Frame{Rows: rows}); (err == nil) != (n == 3) {
			t.Errorf("%d of 40 rows: error %v", 37+n, err)
		}
	}
}
