package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"testing"

	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// planesJPEG is img as a JPEG of quality 100, of 4:4:4 or 4:2:0, stored under an
// orientation.
func planesJPEG(t testing.TB, img *image.NRGBA, halved bool, orientation int) []byte {
	t.Helper()
	planes := planesOf(&still{pixels: img, opaque: true})
	if !halved {
		for c := 1; c < 3; c++ {
			planes[c] = newPlane(img.Rect.Dx(), img.Rect.Dy())
		}
		for y := range img.Rect.Dy() {
			for x := range img.Rect.Dx() {
				one := ycbcrOf(img.SubImage(image.Rect(x, y, x+1, y+1)).(*image.NRGBA))
				planes[1].Pix[y*planes[1].Stride+x] = one[1].Pix[0]
				planes[2].Pix[y*planes[2].Stride+x] = one[2].Pix[0]
			}
		}
	}
	v, err := encodePlanes(t.Context(), new(pic.Buffers), planes, nil, Request{Quality: 100, MinQuality: 100})
	if err != nil {
		t.Fatal(err)
	}
	exif := pictest.ExifSegment(pictest.OrientationTIFF(binary.LittleEndian, uint16(orientation)))
	return append(append([]byte{0xff, pictest.MarkerSOI}, exif...), v.Data[2:]...)
}

// variantPixels are the planes of a variant at quality 100.
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

// TestResizeJPEGUpright: a picture that is stored turned becomes what the
// upright picture becomes, in luma and in chroma, for odd and even sizes.
func TestResizeJPEGUpright(t *testing.T) {
	for _, size := range []image.Point{{121, 91}, {128, 96}} {
		picture := pictest.Scene(size.X, size.Y)
		for _, req := range []Request{
			{Width: 41, Height: 51, Fit: Cover}, {Width: 70, Height: 12, Fit: Cover}, {Width: 33, Height: 45, Fit: Fill},
			{Width: 9, Height: 7, Fit: Fill}, {Width: size.X, Height: 20, Fit: Cover},
		} {
			want := variantPixels(t, planesJPEG(t, picture, false, 1), req)
			for o := 2; o <= 8; o++ {
				got := variantPixels(t, planesJPEG(t, stored(picture, o), false, o), req)
				for i, pair := range [][2][]uint8{{got.Y, want.Y}, {got.Cb, want.Cb}, {got.Cr, want.Cr}} {
					if d := farthest(pair[0], pair[1]); d > 8 { // blocks of other pixels, coded twice
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

// TestJPEGOptions: the scales leave the margin, and what is decoded is what the
// filter reaches.
func TestJPEGOptions(t *testing.T) {
	header := func(w, h int, factors ...int) *jpeg.Header {
		head := &jpeg.Header{Width: w, Height: h}
		for _, f := range factors {
			head.Components = append(head.Components, jpeg.Component{H: f / 10, V: f % 10})
		}
		return head
	}
	tests := []struct {
		h            *jpeg.Header
		req          Request
		luma, chroma jpeg.Scale
		region       image.Rectangle
	}{
		{header(4000, 3000, 22, 11, 11), Request{Width: 500, Height: 300, Fit: Cover}, 4, 4, image.Rect(0, 260, 4000, 2740)},
		{header(4000, 3000, 11, 11, 11), Request{Width: 500, Height: 300, Fit: Cover}, 4, 8, image.Rect(0, 260, 4000, 2740)},
		{header(4000, 3000, 11), Request{Width: 500, Height: 300, Fit: Cover}, 4, 8, image.Rect(0, 260, 4000, 2740)},
		{header(4000, 3000, 22, 11, 11), Request{Width: 1200, Height: 800, Fit: Cover}, 2, 2, image.Rect(0, 146, 4000, 2854)},
		{header(4000, 3000, 41, 11, 11), Request{Width: 500, Height: 300, Fit: Fill}, 4, 2, image.Rect(0, 0, 4000, 3000)},
		{header(4000, 3000, 12, 21, 11), Request{Width: 500, Height: 300, Fit: Fill}, 2, 4, image.Rect(0, 0, 4000, 3000)},
		{header(4000, 3000, 22, 11, 11), Request{Width: 100, Height: 2000, Fit: Cover}, 1, 1, image.Rect(1905, 0, 2095, 3000)},
		{header(8000, 6000, 22, 11, 11), Request{Width: 50, Height: 30, Fit: Fill}, 8, 8, image.Rect(0, 0, 8000, 6000)},
	}
	for _, tt := range tests {
		b, err := tt.req.box(tt.h.Width, tt.h.Height)
		if err != nil {
			t.Fatal(err)
		}
		if o := jpegOptions(tt.h, b); o.Luma != tt.luma || o.Chroma != tt.chroma || o.Region != tt.region {
			t.Errorf("%+v of %dx%d: %+v", tt.req, tt.h.Width, tt.h.Height, o)
		}
	}
}

// TestRegionSuffices: what is left out of decoding does not show.
func TestRegionSuffices(t *testing.T) {
	const w, h = 400, 300
	data := planesJPEG(t, pictest.Scene(w, h), true, 1)
	header, err := jpeg.ReadHeader(t.Context(), Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, req := range []Request{
		{Width: 40, Height: 90, Fit: Cover}, {Width: 301, Height: 21, Fit: Cover}, {Width: 3, Height: 100, Fit: Cover}, {Width: 20, Height: 3, Fit: Cover},
		{Width: 250, Height: 40, Fit: Cover}, {Width: 60, Height: 6, Fit: Cover}, {Width: 24, Height: 2, Fit: Cover},
	} {
		b, err := req.box(w, h)
		if err != nil {
			t.Fatal(err)
		}
		o := jpegOptions(&header, b)
		var planes [2][]plane.Plane
		for i := range planes {
			var d jpeg.Decoder
			img, err := d.Decode(t.Context(), Bytes(data), o)
			if err != nil {
				t.Fatal(err)
			}
			if planes[i], err = planarJPEG(img).resample(t.Context(), new(planeResampler), b, 1); err != nil {
				t.Fatal(err)
			}
			if i == 0 && img.Bounds == image.Rect(0, 0, w, h) {
				t.Errorf("%+v: all of the picture is decoded", req)
			}
			o.Region = image.Rectangle{}
		}
		for i := range planes[0] {
			if d := farthest(planes[0][i].Pix, planes[1][i].Pix); d > 0 {
				t.Errorf("%+v: plane %d is off by %d", req, i, d)
			}
		}
	}
}

// TestPlanesMemory holds the estimates against what is allocated, and the limit
// against the estimates.
func TestPlanesMemory(t *testing.T) {
	seen := 0
	for name, data := range memoryOriginals(t) {
		h, err := readJPEGHeader(t.Context(), Bytes(data))
		if err != nil || !h.planar() {
			continue
		}
		header := h.Header
		info, err := Inspect(t.Context(), Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		req := request((info.Width+1)/2, info.Height/3)
		req.Quality = 90
		b, err := req.box(info.Width, info.Height)
		if err != nil {
			t.Fatal(err)
		}
		estimate, err := planesMemory(&header, jpegOptions(&header, b.stored(h.orientation)), b.stored(h.orientation), req)
		if err != nil {
			t.Fatal(err)
		}
		var v *Variant
		got := allocated(func() { v, err = new(Resizer).resizeJPEG(t.Context(), &arrival{Original: Bytes(data)}, b, req) })
		var bad *FormatError
		if errors.As(err, &bad) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		seen++
		compareMemory(t, fmt.Sprintf("%s as %d bytes", name, len(v.Data)), got, estimate, int64(len(h.Profile())))
		req.Limits.Memory = estimate - 1
		var limit *LimitError
		if _, err := new(Resizer).resizeJPEG(t.Context(), &arrival{Original: Bytes(data)}, b, req); !errors.As(err, &limit) || limit.Got != estimate {
			t.Errorf("%s: %v, want an estimate of %d", name, err, estimate)
		}
	}
	if seen < 20 {
		t.Errorf("only %d pictures", seen)
	}
}
