package exif_test

import (
	"encoding/binary"
	"testing"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func TestOrientation(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for o := range uint16(12) {
			want := int(o)
			if o < 1 || o > 8 {
				want = 1
			}
			tiff := pictest.OrientationTIFF(order, o)
			if got := exif.Orientation(tiff); got != want {
				t.Errorf("%v, %d: %d", order, o, got)
			}
			if got := exif.Orientation(append([]byte("Exif\x00\x00"), tiff...)); got != want {
				t.Errorf("%v, %d behind a header: %d", order, o, got)
			}
		}
	}
}

func TestOrientationBroken(t *testing.T) {
	six := []byte{6, 0}
	long := pictest.TIFF(binary.LittleEndian, []pictest.TIFFField{{exif.TagOrientation, exif.Long, 1, []byte{6, 0, 0, 0}}})
	two := pictest.TIFF(binary.LittleEndian, []pictest.TIFFField{{exif.TagOrientation, exif.Short, 2, []byte{6, 0, 6, 0}}})
	none := pictest.TIFF(binary.LittleEndian, []pictest.TIFFField{{exif.TagOrientation, exif.Short, 0, six}})
	other := pictest.TIFF(binary.LittleEndian, []pictest.TIFFField{{exif.TagOrientation + 1, exif.Short, 1, six}})
	loop := pictest.TIFF(binary.LittleEndian, []pictest.TIFFField{{0x8769, exif.Long, 1, []byte{8, 0, 0, 0}}}) // the Exif directory is the first
	binary.LittleEndian.PutUint32(loop[len(loop)-4:], 8)                                                       // and so is the next
	far := pictest.OrientationTIFF(binary.LittleEndian, 6)
	binary.LittleEndian.PutUint32(far[4:], 0xfffffff0)
	order := pictest.OrientationTIFF(binary.LittleEndian, 6)
	copy(order, "IM")
	for name, tiff := range map[string][]byte{
		"nothing": nil, "LONG": long, "two values": two, "no value": none, "no orientation": other,
		"loop": loop, "directory far away": far, "byte order": order,
	} {
		if got := exif.Orientation(tiff); got != 1 {
			t.Errorf("%s: %d", name, got)
		}
	}
}

// TestOrientationCutOff: the entries before a cut count.
func TestOrientationCutOff(t *testing.T) {
	tiff := pictest.OrientationTIFF(binary.BigEndian, 6)
	const end = 8 + 2 + 2*12 // the end of the second entry
	for n := range tiff {
		want := 1
		if n >= end {
			want = 6
		}
		if got := exif.Orientation(tiff[:n]); got != want {
			t.Errorf("cut off at %d: %d, want %d", n, got, want)
		}
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add(pictest.OrientationTIFF(binary.LittleEndian, 6))
	f.Add(pictest.OrientationTIFF(binary.BigEndian, 8))
	f.Fuzz(func(t *testing.T, tiff []byte) {
		if len(tiff) > 1<<16 {
			return
		}
		if o := exif.Orientation(tiff); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
		if d, ok := exif.Parse(tiff); ok {
			d.Field(34675)
			d.Number(259, 0)
		}
	})
}
