package resize

import (
	"bytes"
	"encoding/binary"
	"slices"
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

// TestExifHidesNothing: whatever Exif data holds, the picture that carries it is
// resized. What of it cannot be read is passed over.
func TestExifHidesNothing(t *testing.T) {
	le := binary.LittleEndian
	six := orientationTIFF(le, 6)
	counted := func(n uint16) []byte { // six, of which the directory says another number of entries
		tiff := bytes.Clone(six)
		le.PutUint16(tiff[8:], n)
		return tiff
	}
	full := make([]tiffField, 65_535) // as many entries as there can be, the orientation last
	for i := range full {
		full[i] = tiffField{0x9286, tiffByte, 4, []byte{1, 2, 3, 4}}
	}
	full[len(full)-1] = tiffField{tagOrientation, tiffShort, 1, []byte{6, 0}}
	at := func(offset uint32) []byte {
		tiff := bytes.Clone(six)
		le.PutUint32(tiff[4:], offset)
		return tiff
	}
	tests := map[string]struct {
		tiff []byte
		want int
	}{
		"65,535 entries, few of them there":  {counted(65_535), 6},
		"65,535 entries, none of them there": {counted(65_535)[:10], 1},
		"65,535 entries":                     {tiffOf(le, full), 6},
		"65,535 entries of garbage":          {append(counted(65_535)[:10], bytes.Repeat([]byte{0xa5}, 50_000)...), 1},
		"no entries":                         {counted(0), 1},
		"one entry":                          {counted(1), 1},
		"nothing":                            {nil, 1},
		"one byte":                           {[]byte("I"), 1},
		"zeros":                              {make([]byte, 1000), 1},
		"directory at 0":                     {at(0), 1},
		"directory at the end":               {at(uint32(len(six))), 1},
		"directory at 4 GB":                  {at(1<<32 - 1), 1},
		"sound":                              {six, 6},
	}
	vp8x := "\x08\x00\x00\x00\x7f\x00\x00\x3f\x00\x00"
	png := pngOf(t, scene(40, 30))
	const ihdr = 8 + 12 + 13 // bytes up to its end
	for name, tt := range tests {
		files := map[string][]byte{
			"PNG":  slices.Concat(png[:ihdr], chunkOf("eXIf", tt.tiff), png[ihdr:]),
			"WebP": webpOf("VP8X", vp8x, "VP8 ", vp8Of(t), "EXIF", string(tt.tiff)),
		}
		if len(tt.tiff) < 65_000 { // what a segment holds
			files["JPEG"] = jpegOf(t, scene(40, 30), exifSegment(tt.tiff))
			files["CMYK"] = slices.Insert(fixture(t, "cmyk.jpg"), 2, exifSegment(tt.tiff)...)
		}
		for format, data := range files {
			info, err := Inspect(t.Context(), Bytes(data))
			if turned := info.Width < info.Height; err != nil || turned != (tt.want == 6) {
				t.Errorf("%s in a %s: %+v, %v", name, format, info, err)
			}
			if _, err := Resize(t.Context(), Bytes(data), request(20, 20)); err != nil {
				t.Errorf("%s in a %s: %v", name, format, err)
			}
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
