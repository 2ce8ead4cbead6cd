package resize

import (
	"encoding/binary"
	"testing"
)

func TestExifOrientation(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for o := range uint16(12) {
			want := int(o)
			if o < 1 || o > 8 {
				want = 1
			}
			tiff := orientationTIFF(order, o)
			if got := exifOrientation(tiff); got != want {
				t.Errorf("%v, %d: %d", order, o, got)
			}
			if got := exifOrientation(append([]byte("Exif\x00\x00"), tiff...)); got != want {
				t.Errorf("%v, %d behind a header: %d", order, o, got)
			}
		}
	}
}

func TestExifOrientationBroken(t *testing.T) {
	six := []byte{6, 0}
	long := tiffOf(binary.LittleEndian, []tiffField{{tagOrientation, tiffLong, 1, []byte{6, 0, 0, 0}}})
	two := tiffOf(binary.LittleEndian, []tiffField{{tagOrientation, tiffShort, 2, []byte{6, 0, 6, 0}}})
	none := tiffOf(binary.LittleEndian, []tiffField{{tagOrientation, tiffShort, 0, six}})
	other := tiffOf(binary.LittleEndian, []tiffField{{tagOrientation + 1, tiffShort, 1, six}})
	loop := tiffOf(binary.LittleEndian, []tiffField{{0x8769, tiffLong, 1, []byte{8, 0, 0, 0}}}) // Exif directory is the first
	binary.LittleEndian.PutUint32(loop[len(loop)-4:], 8)                                        // and so is the next
	far := orientationTIFF(binary.LittleEndian, 6)
	binary.LittleEndian.PutUint32(far[4:], 0xfffffff0)
	order := orientationTIFF(binary.LittleEndian, 6)
	copy(order, "IM")
	for name, tiff := range map[string][]byte{
		"nothing": nil, "LONG": long, "two values": two, "no value": none, "no orientation": other,
		"loop": loop, "directory far away": far, "byte order": order,
	} {
		if got := exifOrientation(tiff); got != 1 {
			t.Errorf("%s: %d", name, got)
		}
	}
}

// TestExifOrientationCutOff: what is there of a directory counts.
func TestExifOrientationCutOff(t *testing.T) {
	tiff := orientationTIFF(binary.BigEndian, 6)
	const end = 8 + 2 + 2*12 // of the second entry
	for n := range tiff {
		want := 1
		if n >= end {
			want = 6
		}
		if got := exifOrientation(tiff[:n]); got != want {
			t.Errorf("cut off at %d: %d, want %d", n, got, want)
		}
	}
}

func FuzzExifOrientation(f *testing.F) {
	f.Add(orientationTIFF(binary.LittleEndian, 6))
	f.Add(orientationTIFF(binary.BigEndian, 8))
	f.Fuzz(func(t *testing.T, tiff []byte) {
		if len(tiff) > 1<<16 {
			return
		}
		if o := exifOrientation(tiff); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
		if d, ok := parseIFD(tiff); ok {
			d.field(tagICCProfile)
			d.number(tagCompression, 0)
		}
	})
}
