package resize

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// Markers, ITU-T T.81 table B.1.
const (
	markerSOF0  = 0xc0
	markerDHT   = 0xc4
	markerSOI   = 0xd8
	markerEOI   = 0xd9
	markerSOS   = 0xda
	markerDQT   = 0xdb
	markerDRI   = 0xdd
	markerAPP0  = 0xe0
	markerAPP1  = 0xe1
	markerAPP2  = 0xe2
	markerAPP14 = 0xee
)

// iccHeader begins an APP2 with a part of an ICC profile.
var iccHeader = []byte("ICC_PROFILE\x00")

// scene is a picture without symmetry: smooth colours, one corner bright, and
// fine stripes.
func scene(w, h int) *image.NRGBA {
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

// jpegOf is img as a JPEG, with segments put after its SOI marker.
func jpegOf(t testing.TB, img image.Image, segments ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	out := append([]byte{0xff, markerSOI}, bytes.Join(segments, nil)...)
	return append(out, b.Bytes()[2:]...)
}

// jpegSegment is a marker with a body.
func jpegSegment(marker byte, body ...[]byte) []byte {
	joined := bytes.Join(body, nil)
	out := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(joined)+2))
	return append(out, joined...)
}

// exifSegment is an APP1 of Exif data.
func exifSegment(tiff []byte) []byte { return jpegSegment(markerAPP1, exifHeader, tiff) }

// tiffField is a field of a TIFF directory; data is in the order of the file.
type tiffField struct {
	tag, typ uint16
	count    uint32
	data     []byte
}

// tiffOf is a TIFF structure of one directory and what follows it.
func tiffOf(order binary.AppendByteOrder, fields []tiffField) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, uint16(len(fields)))
	at := uint32(len(b) + 12*len(fields) + 4)
	var rest []byte
	for _, f := range fields {
		b = order.AppendUint16(b, f.tag)
		b = order.AppendUint16(b, f.typ)
		b = order.AppendUint32(b, f.count)
		if len(f.data) <= 4 {
			b = append(b, append(f.data, make([]byte, 4-len(f.data))...)...)
			continue
		}
		b = order.AppendUint32(b, at+uint32(len(rest)))
		rest = append(rest, f.data...)
		rest = append(rest, make([]byte, len(rest)%2)...)
	}
	return append(order.AppendUint32(b, 0), rest...)
}

// orientationTIFF is Exif data with an orientation among other fields.
func orientationTIFF(order binary.AppendByteOrder, orientation uint16) []byte {
	return tiffOf(order, []tiffField{
		{0x010f, 2, 12, []byte("A camera co\x00")},
		{tagOrientation, tiffShort, 1, order.AppendUint16(nil, orientation)},
		{0x0131, 2, 4, []byte("1.0\x00")},
	})
}

// profileOf is the smallest ICC profile of a colour space, with a body.
func profileOf(space string, body ...byte) []byte {
	p := make([]byte, 132, 132+len(body))
	copy(p[16:], space)
	copy(p[36:], "acsp")
	p = append(p, body...)
	binary.BigEndian.PutUint32(p, uint32(len(p)))
	return p
}

// fixture is a file of testdata.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// maxDiff is the largest difference of a sample between two pictures of one
// size, in levels of 0 to 255.
func maxDiff(t testing.TB, a, b image.Image) int {
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
