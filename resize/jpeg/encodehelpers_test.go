package jpeg

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// photoPlanes returns a test photo as n planes: 1, or 3 at 4:4:4 or, if halved is
// set, at 4:2:0.
func photoPlanes(w, h, n int, halved bool) []plane.Plane {
	photo := newPhoto(w, h)
	planes := make([]plane.Plane, n)
	for i := range planes {
		step := 1
		if i > 0 && halved {
			step = 2
		}
		pw := ceilDiv(w, step)
		planes[i] = plane.Plane{Pix: photo.plane(i, step, step), Stride: pw, Width: pw, Height: ceilDiv(h, step)}
	}
	return planes
}

// standardImage returns planes as an image of the standard library.
func standardImage(planes []plane.Plane) image.Image {
	luma := planes[0]
	rect := image.Rect(0, 0, luma.Width, luma.Height)
	if len(planes) == 1 {
		return &image.Gray{Pix: luma.Pix, Stride: luma.Stride, Rect: rect}
	}
	img := &image.YCbCr{
		Y: luma.Pix, YStride: luma.Stride, Rect: rect,
		Cb: planes[1].Pix, Cr: planes[2].Pix, CStride: planes[1].Stride,
		SubsampleRatio: image.YCbCrSubsampleRatio444,
	}
	if planes[1].Width != luma.Width || planes[1].Height != luma.Height {
		img.SubsampleRatio = image.YCbCrSubsampleRatio420
	}
	return img
}

// standardPlanes does the reverse of standardImage.
func standardPlanes(t testing.TB, img image.Image) []plane.Plane {
	t.Helper()
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	switch img := img.(type) {
	case *image.Gray:
		return []plane.Plane{{Pix: img.Pix, Stride: img.Stride, Width: w, Height: h}}
	case *image.YCbCr:
		cw, ch := w, h
		if img.SubsampleRatio == image.YCbCrSubsampleRatio420 {
			cw, ch = ceilDiv(w, 2), ceilDiv(h, 2)
		}
		return []plane.Plane{
			{Pix: img.Y, Stride: img.YStride, Width: w, Height: h},
			{Pix: img.Cb, Stride: img.CStride, Width: cw, Height: ch},
			{Pix: img.Cr, Stride: img.CStride, Width: cw, Height: ch},
		}
	}
	t.Fatalf("decoded as %T", img)
	return nil
}

func encode(t testing.TB, planes []plane.Plane, quality int) []byte {
	t.Helper()
	var c coder
	if err := c.load(t.Context(), planes, nil); err != nil {
		t.Fatal(err)
	}
	data, err := c.encode(t.Context(), quality, 0)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decodeStandard(t testing.TB, data []byte) []plane.Plane {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return standardPlanes(t, img)
}

// psnr returns the signal-to-noise ratio of a plane in decibels.
func psnr(t testing.TB, got, want plane.Plane) float64 {
	t.Helper()
	if got.Width != want.Width || got.Height != want.Height {
		t.Fatalf("plane of %dx%d, want %dx%d", got.Width, got.Height, want.Width, want.Height)
	}
	var squares float64
	for y := range want.Height {
		a, b := got.Pix[y*got.Stride:][:got.Width], want.Pix[y*want.Stride:]
		for x, v := range a {
			d := float64(v) - float64(b[x])
			squares += d * d
		}
	}
	return min(99, 10*math.Log10(255*255*float64(want.Width*want.Height)/squares))
}
