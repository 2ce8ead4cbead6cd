package tiff

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"slices"
	"testing"

	"golang.org/x/image/tiff"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func TestDecode(t *testing.T) {
	rgb := pictest.Scene(20, 12)
	var pix8 []byte
	for i := 0; i < len(rgb.Pix); i += 4 {
		pix8 = append(pix8, rgb.Pix[i:i+3]...)
	}
	gray := image.NewGray(image.Rect(0, 0, 20, 12))
	for i := range gray.Pix {
		gray.Pix[i] = byte(i)
	}
	profile, grayProfile := pictest.Profile(icc.RGB, 1), pictest.Profile(icc.Gray, 1)
	icc := func(p []byte) pictest.TIFFField {
		return pictest.TIFFField{tagICCProfile, exif.Undefined, uint32(len(p)), p}
	}
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		tests := []struct {
			name        string
			data        []byte
			want        image.Image
			orientation int
			gray        bool
			profile     []byte
		}{
			{"RGB", pictest.RawTIFF(order, 20, 12, 3, 8, pix8), rgb, 1, false, nil},
			{"RGB with a profile", pictest.RawTIFF(order, 20, 12, 3, 8, pix8, icc(profile)), rgb, 1, false, profile},
			{"RGB with a gray profile", pictest.RawTIFF(order, 20, 12, 3, 8, pix8, icc(grayProfile)), rgb, 1, false, nil},
			{"gray", pictest.RawTIFF(order, 20, 12, 1, 8, gray.Pix), gray, 1, true, nil},
			{"gray with a profile", pictest.RawTIFF(order, 20, 12, 1, 8, gray.Pix, icc(grayProfile)), gray, 1, true, grayProfile},
			{"gray with an RGB profile", pictest.RawTIFF(order, 20, 12, 1, 8, gray.Pix, icc(profile)), gray, 1, true, nil},
		}
		for _, tt := range tests {
			t.Run(order.String()+" "+tt.name, func(t *testing.T) {
				s, err := pictest.Decode(t.Context(), Open, tt.data)
				if err != nil {
					t.Fatal(err)
				}
				if d := pictest.MaxDiff(t, s.Pixels, tt.want); d != 0 || s.Colour.Gray != tt.gray || !s.Pixels.Opaque() || s.Header.Lossless || !bytes.Equal(s.Colour.Profile, tt.profile) {
					t.Errorf("off by %d, gray %v, opaque %v, profile of %d bytes", d, s.Colour.Gray, s.Pixels.Opaque(), len(s.Colour.Profile))
				}
			})
		}
	}
}

func TestOrientation(t *testing.T) {
	for o := range uint16(10) {
		field := pictest.TIFFField{exif.TagOrientation, exif.Short, 1, binary.BigEndian.AppendUint16(nil, o)}
		data := pictest.RawTIFF(binary.BigEndian, 20, 12, 1, 8, make([]byte, 240), field)
		want := 1
		if o >= 1 && o <= 8 {
			want = int(o)
		}
		if s, err := pictest.Decode(t.Context(), Open, data); err != nil || s.Header.Orientation != want {
			t.Errorf("%d: decoded as %+v, %v", o, s, err)
		}
	}
}

// TestTooManyBlocks: too many strips or tiles are refused, since each takes time.
func TestTooManyBlocks(t *testing.T) {
	number := func(tag, typ uint16, v uint32) pictest.TIFFField {
		return pictest.TIFFField{tag, typ, 1, binary.LittleEndian.AppendUint32(nil, v)}
	}
	for _, tt := range []struct {
		name          string
		width, height uint32
		fields        []pictest.TIFFField
		fine          bool
	}{
		{"one strip", 100, 100_000, nil, true},
		{"most strips", 100, maxBlocks, []pictest.TIFFField{number(tagRowsPerStrip, exif.Short, 1)}, true},
		{"more", 100, maxBlocks + 1, []pictest.TIFFField{number(tagRowsPerStrip, exif.Short, 1)}, false},
		{"most tiles", 16 * maxBlocks / 64, 16 * 64, []pictest.TIFFField{number(tagTileWidth, exif.Long, 16), number(tagTileLength, exif.Byte, 16)}, true},
		{"more", 16*maxBlocks/64 + 1, 16 * 64, []pictest.TIFFField{number(tagTileWidth, exif.Long, 16), number(tagTileLength, exif.Byte, 16)}, false},
	} {
		data := pictest.TIFF(binary.LittleEndian, slices.Concat([]pictest.TIFFField{
			number(256, exif.Long, tt.width), number(257, exif.Long, tt.height), number(tagBitsPerSample, exif.Short, 8),
			number(tagCompression, exif.Short, 8), number(262, exif.Short, 1),
		}, tt.fields))
		_, err := Open(t.Context(), pic.Bytes(data))
		var unsupported pic.UnsupportedError
		if tt.fine != (err == nil) || tt.fine == errors.As(err, &unsupported) {
			t.Errorf("%s: error %v", tt.name, err)
		}
	}
}

// Test16: 16-bit samples are rounded to 8 bits; the resampler would cut them.
func Test16(t *testing.T) {
	values := []uint16{0, 128, 129, 256, 383, 386, 0x7fff, 0x8000, 0xfe7f, 0xff80, 0xffff}
	want := []byte{0, 0, 1, 1, 1, 2, 127, 128, 254, 255, 255}
	var pix []byte
	for _, v := range values {
		pix = binary.BigEndian.AppendUint16(pix, v)
	}
	s, err := pictest.Decode(t.Context(), Open, pictest.RawTIFF(binary.BigEndian, len(values), 1, 1, 16, pix))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Pixels; !sameLevels(got, want) || !s.Colour.Gray {
		t.Errorf("%v, want %v", got, want)
	}
}

// sameLevels reports whether img is one row with the gray levels want.
func sameLevels(img *image.NRGBA, want []byte) bool {
	for x, v := range want {
		if img.NRGBAAt(x, 0) != (color.NRGBA{v, v, v, 255}) {
			return false
		}
	}
	return img.Rect.Dx() == len(want)
}

// TestCompressed reads what golang.org/x/image writes.
func TestCompressed(t *testing.T) {
	alpha := pictest.Scene(30, 20)
	for i := 3; i < len(alpha.Pix); i += 4 {
		alpha.Pix[i] = byte(i)
	}
	deep := image.NewNRGBA64(alpha.Rect)
	for i, v := range alpha.Pix {
		deep.Pix[2*i], deep.Pix[2*i+1] = v, v
	}
	paletted := image.NewPaletted(alpha.Rect, color.Palette{color.White, color.RGBA{9, 99, 199, 255}})
	for i := range paletted.Pix {
		paletted.Pix[i] = byte(i % 2)
	}
	for _, o := range []*tiff.Options{nil, {Compression: tiff.Deflate, Predictor: true}} {
		for _, img := range []image.Image{alpha, deep, paletted, pictest.Scene(30, 20)} {
			var b bytes.Buffer
			if err := tiff.Encode(&b, img, o); err != nil {
				t.Fatal(err)
			}
			s, err := pictest.Decode(t.Context(), Open, b.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			want := img
			if img == image.Image(deep) {
				want = alpha
			}
			if d := pictest.MaxDiff(t, s.Pixels, want); d != 0 || s.Pixels.Opaque() != img.(interface{ Opaque() bool }).Opaque() || s.Colour.Gray {
				t.Errorf("%T: off by %d, opaque %v, gray %v", img, d, s.Pixels.Opaque(), s.Colour.Gray)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	le := binary.LittleEndian
	field := func(tag uint16, v uint16) pictest.TIFFField {
		return pictest.TIFFField{tag, exif.Short, 1, le.AppendUint16(nil, v)}
	}
	long := func(tag uint16, v uint32) pictest.TIFFField {
		return pictest.TIFFField{tag, exif.Long, 1, le.AppendUint32(nil, v)}
	}
	for name, data := range map[string][]byte{
		"separate planes": pictest.RawTIFF(le, 4, 4, 3, 8, make([]byte, 48), field(tagPlanar, separate)),
		"thumbnail":       pictest.TIFF(le, []pictest.TIFFField{long(tagNewSubfileType, 1), field(256, 4), field(257, 4)}),
		"reversed bits":   pictest.TIFF(le, []pictest.TIFFField{field(256, 4), field(257, 4), field(262, 1), field(tagFillOrder, 2)}),
		"4 bits":          pictest.RawTIFF(le, 4, 4, 1, 4, make([]byte, 8)),
		"CMYK":            pictest.TIFF(le, []pictest.TIFFField{field(256, 4), field(257, 4), field(tagBitsPerSample, 8), field(262, 5)}),
	} {
		_, err := Open(t.Context(), pic.Bytes(data))
		var unsupported pic.UnsupportedError
		if !errors.As(err, &unsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	good := pictest.RawTIFF(le, 10, 8, 3, 8, make([]byte, 240))
	for n := 4; n < len(good); n++ {
		_, err := pictest.Decode(t.Context(), Open, good[:n])
		var format *pic.FormatError
		if !errors.As(err, &format) {
			t.Fatalf("cut off at %d of %d: %v", n, len(good), err)
		}
		if _, err := Open(t.Context(), pic.Bytes(good[:n])); n < 8+2+8*12 && !errors.As(err, &format) {
			t.Fatalf("Inspect of %d bytes: %v", n, err)
		}
	}
}
