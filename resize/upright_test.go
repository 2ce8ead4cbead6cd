package resize

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	stdjpeg "image/jpeg"
	"testing"

	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// planesJPEG encodes img as a JPEG of quality 100, of 4:4:4 or 4:2:0, with an
// orientation.
func planesJPEG(t testing.TB, img *image.NRGBA, halved bool, orientation int) []byte {
	t.Helper()
	planes := (&pic.Raster{Pixels: img}).YCbCr()
	if !halved {
		for c := 1; c < 3; c++ {
			planes[c] = plane.Plane{Pix: make([]uint8, img.Rect.Dx()*img.Rect.Dy()), Stride: img.Rect.Dx(), Width: img.Rect.Dx(), Height: img.Rect.Dy()}
		}
		for y := range img.Rect.Dy() {
			for x := range img.Rect.Dx() {
				c := color.YCbCrModel.Convert(img.At(x, y)).(color.YCbCr)
				planes[1].Pix[y*planes[1].Stride+x] = c.Cb
				planes[2].Pix[y*planes[2].Stride+x] = c.Cr
			}
		}
	}
	s := pic.Sequence{Frames: func(yield func(*pic.Raster, error) bool) { yield(&pic.Raster{Planes: planes}, nil) }}
	encoded, err := jpeg.Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{Quality: 100, MinQuality: 100})
	if err != nil {
		t.Fatal(err)
	}
	data := encoded.Data
	exif := pictest.ExifSegment(pictest.OrientationTIFF(binary.LittleEndian, uint16(orientation)))
	return append(append([]byte{0xff, pictest.MarkerSOI}, exif...), data[2:]...)
}

// variantPixels returns the planes of a variant at quality 100.
func variantPixels(t testing.TB, data []byte, req Request) *image.YCbCr {
	t.Helper()
	req.Quality, req.MinQuality = 100, 100
	v, err := Resize(t.Context(), Bytes(data), req)
	if err != nil {
		t.Fatal(err)
	}
	img, err := stdjpeg.Decode(bytes.NewReader(v.Data))
	if err != nil {
		t.Fatal(err)
	}
	return img.(*image.YCbCr)
}

// TestResizeJPEGUpright: a picture stored turned gives the same result as the upright
// picture, in luma and in chroma, for odd and even sizes.
func TestResizeJPEGUpright(t *testing.T) {
	for _, size := range []image.Point{{121, 91}, {128, 96}} {
		picture := pictest.Scene(size.X, size.Y)
		for _, req := range []Request{
			{Width: 41, Height: 51, Fit: Cover}, {Width: 70, Height: 12, Fit: Cover}, {Width: 33, Height: 45, Fit: Fill},
			{Width: 9, Height: 7, Fit: Fill}, {Width: size.X, Height: 20, Fit: Cover},
		} {
			want := variantPixels(t, planesJPEG(t, picture, false, 1), req)
			for o := 2; o <= 8; o++ {
				got := variantPixels(t, planesJPEG(t, storedAs(picture, o), false, o), req)
				for i, pair := range [][2][]uint8{{got.Y, want.Y}, {got.Cb, want.Cb}, {got.Cr, want.Cr}} {
					if d := farthest(pair[0], pair[1]); d > 10 { // blocks of other pixels, coded twice, with sharpened chroma
						t.Errorf("%v, %+v, orientation %d: plane %d is off by %d", size, req, o, i, d)
					}
				}
			}
		}
	}
}

func farthest(a, b []uint8) int {
	most := 0
	for i := range a {
		most = max(most, int(a[i])-int(b[i]), int(b[i])-int(a[i]))
	}
	return most
}
