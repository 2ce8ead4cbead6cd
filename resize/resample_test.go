package resize

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	"github.com/disintegration/imaging"
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
	picture := scene(121, 90)
	for _, req := range []Request{
		{Width: 40, Height: 50, Fit: Cover}, {Width: 70, Height: 11, Fit: Cover}, {Width: 33, Height: 44, Fit: Fill},
		{Width: 90, Height: 30, Fit: Inside}, {Width: 121, Height: 10, Fit: Cover}, {Width: 7, Fit: Cover},
	} {
		b, err := req.box(121, 90)
		if err != nil {
			t.Fatal(err)
		}
		want := resample(picture, b)
		if want.Rect != image.Rect(0, 0, b.width, b.height) {
			t.Fatalf("%+v: %v", req, want.Rect)
		}
		for o := 1; o <= 8; o++ {
			s := &still{pixels: stored(picture, o), orientation: o}
			s.scale(b)
			tolerance := 1
			if swapsAxes(o) {
				tolerance = 12 // imaging filters along the other axis first, and clips between
			}
			if d := maxDiff(t, s.pixels, want); d > tolerance || s.orientation != 1 {
				t.Errorf("%+v, orientation %d: off by %d", req, o, d)
			}
		}
	}
}

// TestResampleCrop: pixels outside of the crop do not matter, whatever the type
// of the picture and wherever it begins.
func TestResampleCrop(t *testing.T) {
	b := box{width: 20, height: 15, crop: image.Rect(11, 7, 50, 43)}
	whole := scene(61, 50)
	gray := image.NewGray(whole.Rect)
	draw.Draw(gray, gray.Rect, whole, image.Point{}, draw.Src)
	images := []image.Image{whole, gray}
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
		images = append(images, img, img.SubImage(image.Rect(1, 3, 61, 50)))
	}
	for _, img := range images {
		bounds := img.Bounds()
		cropped := image.NewNRGBA(b.crop)
		draw.Draw(cropped, b.crop, img, b.crop.Min.Add(bounds.Min), draw.Src)
		want := imaging.Resize(cropped, b.width, b.height, imaging.Lanczos)
		if d := maxDiff(t, resample(img, b), want); d > 1 {
			t.Errorf("%T %v: off by %d", img, bounds, d)
		}
	}
	opaque := struct{ image.Image }{whole} // a type without SubImage
	if d := maxDiff(t, resample(opaque, b), resample(whole, b)); d != 0 {
		t.Errorf("without SubImage: off by %d", d)
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
	out := resample(img, box{width: 13, height: 17, crop: img.Rect})
	for i := 0; i < len(out.Pix); i += 4 {
		p := out.Pix[i : i+4]
		if p[3] > 16 && (p[0] < 190 || p[0] > 210 || p[1] < 90 || p[1] > 110 || p[2] < 40 || p[2] > 60) {
			t.Fatalf("pixel %v", p)
		}
	}
}
