// Package pictest makes pictures, and parts of pictures, for tests.
package pictest

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/exif"
)

// Markers, ITU-T T.81 table B.1.
const (
	MarkerSOF0  = 0xc0
	MarkerDHT   = 0xc4
	MarkerSOI   = 0xd8
	MarkerEOI   = 0xd9
	MarkerSOS   = 0xda
	MarkerDQT   = 0xdb
	MarkerDRI   = 0xdd
	MarkerAPP0  = 0xe0
	MarkerAPP1  = 0xe1
	MarkerAPP2  = 0xe2
	MarkerAPP14 = 0xee
)

// ICCHeader begins an APP2 that holds a part of an ICC profile.
var ICCHeader = []byte("ICC_PROFILE\x00")

// Scene returns a picture without symmetry: smooth colours, one bright corner, and fine
// stripes.
func Scene(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			u, v := float64(x)/float64(w), float64(y)/float64(h)
			img.SetNRGBA(x, y, color.NRGBA{
				R: byte(255 * u),
				G: byte(128 + 100*math.Sin(7*u+3*v)),
				B: byte(255 * v * v),
				A: 255,
			})
			if (x+2*y)%9 == 0 {
				img.SetNRGBA(x, y, color.NRGBA{R: 30, G: 60, B: 90, A: 255})
			}
		}
	}
	return img
}

// JPEG encodes img as a JPEG, with segments after its SOI marker.
func JPEG(t testing.TB, img image.Image, segments ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	out := append([]byte{0xff, MarkerSOI}, bytes.Join(segments, nil)...)
	return append(out, b.Bytes()[2:]...)
}

// JPEGSegment returns a segment: a marker with a body.
func JPEGSegment(marker byte, body ...[]byte) []byte {
	joined := bytes.Join(body, nil)
	out := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(joined)+2))
	return append(out, joined...)
}

// ExifSegment returns an APP1 with Exif data.
func ExifSegment(tiff []byte) []byte { return JPEGSegment(MarkerAPP1, exif.Header, tiff) }

// TIFFField is a field of a TIFF directory. Data is in the file's byte order.
type TIFFField = struct {
	Tag, Type uint16
	Count     uint32
	Data      []byte
}

// TIFF returns a TIFF structure of one directory and the fields' data.
func TIFF(order binary.AppendByteOrder, fields []TIFFField) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, uint16(len(fields)))
	at := uint32(len(b) + 12*len(fields) + 4)
	var rest []byte
	for _, f := range fields {
		b = order.AppendUint16(b, f.Tag)
		b = order.AppendUint16(b, f.Type)
		b = order.AppendUint32(b, f.Count)
		if len(f.Data) <= 4 {
			b = append(b, append(f.Data, make([]byte, 4-len(f.Data))...)...)
			continue
		}
		b = order.AppendUint32(b, at+uint32(len(rest)))
		rest = append(rest, f.Data...)
		rest = append(rest, make([]byte, len(rest)%2)...)
	}
	return append(order.AppendUint32(b, 0), rest...)
}

// OrientationTIFF returns Exif data with an orientation among other fields.
func OrientationTIFF(order binary.AppendByteOrder, orientation uint16) []byte {
	return TIFF(order, []TIFFField{
		{0x010f, 2, 12, []byte("A camera co\x00")},
		{exif.TagOrientation, exif.Short, 1, order.AppendUint16(nil, orientation)},
		{0x0131, 2, 4, []byte("1.0\x00")},
	})
}

// Profile returns the smallest ICC profile of a colour space, with a body.
func Profile(space string, body ...byte) []byte {
	p := make([]byte, 132, 132+len(body))
	copy(p[16:], space)
	copy(p[36:], "acsp")
	p = append(p, body...)
	binary.BigEndian.PutUint32(p, uint32(len(p)))
	return p
}

// MaxDiff returns the largest difference of a sample between two pictures of one size,
// in levels of 0 to 255.
func MaxDiff(t testing.TB, a, b image.Image) int {
	t.Helper()
	if a.Bounds().Size() != b.Bounds().Size() {
		t.Fatalf("sizes %v and %v", a.Bounds().Size(), b.Bounds().Size())
	}
	most := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p := color.NRGBAModel.Convert(a.At(a.Bounds().Min.X+x, a.Bounds().Min.Y+y)).(color.NRGBA)
			q := color.NRGBAModel.Convert(b.At(b.Bounds().Min.X+x, b.Bounds().Min.Y+y)).(color.NRGBA)
			for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B), int(p.A) - int(q.A)} {
				most = max(most, d, -d)
			}
		}
	}
	return most
}
