package resize

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestExifHidesNothing: a picture is resized whatever its Exif data holds. Unreadable
// Exif data is ignored.
func TestExifHidesNothing(t *testing.T) {
	le := binary.LittleEndian
	six := pictest.OrientationTIFF(le, 6)
	counted := func(n uint16) []byte { // six with another number of entries in the directory
		tiff := bytes.Clone(six)
		le.PutUint16(tiff[8:], n)
		return tiff
	}
	full := make([]pictest.TIFFField, 65_535) // the largest possible number of entries, the orientation last
	for i := range full {
		full[i] = pictest.TIFFField{0x9286, exif.Byte, 4, []byte{1, 2, 3, 4}}
	}
	full[len(full)-1] = pictest.TIFFField{exif.TagOrientation, exif.Short, 1, []byte{6, 0}}
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
		"65,535 entries":                     {pictest.TIFF(le, full), 6},
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
	png := pictest.PNG(t, pictest.Scene(40, 30))
	const ihdr = 8 + 12 + 13 // bytes up to the end of IHDR
	for name, tt := range tests {
		files := map[string][]byte{
			"PNG":  slices.Concat(png[:ihdr], pictest.Chunk("eXIf", tt.tiff), png[ihdr:]),
			"WebP": pictest.WebP("VP8X", vp8x, "VP8 ", vp8Of(t), "EXIF", string(tt.tiff)),
		}
		if len(tt.tiff) < 65_000 { // the limit of a segment
			files["JPEG"] = pictest.JPEG(t, pictest.Scene(40, 30), pictest.ExifSegment(tt.tiff))
			files["CMYK"] = slices.Insert(fixture(t, "../jpeg/testdata/cmyk.jpg"), 2, pictest.ExifSegment(tt.tiff)...)
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
