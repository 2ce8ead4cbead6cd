package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestJPEGOrientation puts the Exif segment in different places.
func TestJPEGOrientation(t *testing.T) {
	six := pictest.ExifSegment(pictest.OrientationTIFF(binary.BigEndian, 6))
	eight := pictest.ExifSegment(pictest.OrientationTIFF(binary.LittleEndian, 8))
	jfif := pictest.JPEGSegment(0xe0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))
	xmp := pictest.JPEGSegment(pictest.MarkerAPP1, []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta tiff:Orientation='3'/>"))
	icc := pictest.JPEGSegment(pictest.MarkerAPP2, pictest.ICCHeader, []byte{1, 1}, pictest.Profile(icc.RGB))
	comment := pictest.JPEGSegment(0xfe, []byte("\xff\xd8 Exif\x00\x00"))
	empty := pictest.JPEGSegment(pictest.MarkerAPP1)
	long := pictest.JPEGSegment(0xed, bytes.Repeat([]byte("\xff\xe1"), 30_000))
	tests := []struct {
		name     string
		segments [][]byte
		want     int
	}{
		{"none", nil, 1},
		{"first", [][]byte{six}, 6},
		{"after JFIF", [][]byte{jfif, six}, 6},
		{"after XMP", [][]byte{xmp, six}, 6},
		{"before XMP", [][]byte{six, xmp}, 6},
		{"after everything", [][]byte{jfif, empty, xmp, icc, long, comment, six}, 6},
		{"after fill bytes", [][]byte{{0xff, 0xff, 0xff}, six}, 6},
		{"after stray bytes", [][]byte{jfif, {0, 1, 2}, six}, 6},
		{"XMP alone", [][]byte{jfif, xmp}, 1},
		{"two: the first counts", [][]byte{eight, six}, 8},
		{"other padding", [][]byte{pictest.JPEGSegment(pictest.MarkerAPP1, []byte("Exif\x00\xff"), pictest.OrientationTIFF(binary.BigEndian, 6))}, 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := pictest.JPEG(t, pictest.Scene(20, 10), tt.segments...)
			info, err := Inspect(t.Context(), Bytes(data))
			want := uprightInfo(JPEG, 20, 10, tt.want)
			if err != nil || info != want {
				t.Errorf("Inspect: %+v, %v; want %+v", info, err, want)
			}
		})
	}
}

func TestJPEGProfile(t *testing.T) {
	profile := pictest.Profile(icc.RGB, bytes.Repeat([]byte("edge"), 50)...)
	part := func(n, of int, data []byte) []byte {
		return pictest.JPEGSegment(pictest.MarkerAPP2, pictest.ICCHeader, []byte{byte(n), byte(of)}, data)
	}
	a, b, c := profile[:100], profile[100:200], profile[200:]
	mpf := pictest.JPEGSegment(pictest.MarkerAPP2, []byte("MPF\x00II*\x00"))
	tests := []struct {
		name     string
		segments [][]byte
		want     []byte
	}{
		{"none", nil, nil},
		{"one part", [][]byte{part(1, 1, profile)}, profile},
		{"three parts", [][]byte{part(1, 3, a), part(2, 3, b), part(3, 3, c)}, profile},
		{"in another order, others between", [][]byte{part(3, 3, c), mpf, part(1, 3, a), part(2, 3, b)}, profile},
		{"with more behind it", [][]byte{part(1, 1, append(profile[:len(profile):len(profile)], 0, 0, 0))}, profile},
		{"a part missing", [][]byte{part(1, 3, a), part(3, 3, c)}, nil},
		{"a part twice", [][]byte{part(1, 3, a), part(2, 3, b), part(2, 3, b)}, nil},
		{"number 0", [][]byte{part(0, 1, profile)}, nil},
		{"number too high", [][]byte{part(2, 1, profile)}, nil},
		{"numbers cut off", [][]byte{pictest.JPEGSegment(pictest.MarkerAPP2, pictest.ICCHeader, []byte{1})}, nil},
		{"cut off", [][]byte{part(1, 1, profile[:len(profile)-1])}, nil},
		{"not a profile", [][]byte{part(1, 1, make([]byte, 500))}, nil},
		{"of gray", [][]byte{part(1, 1, pictest.Profile(icc.Gray))}, nil},
		{"of CMYK", [][]byte{part(1, 1, pictest.Profile(icc.CMYK))}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := readJPEGHeader(t.Context(), Bytes(pictest.JPEG(t, pictest.Scene(9, 9), tt.segments...)))
			if err != nil {
				t.Fatal(err)
			}
			if got := icc.Kept(h.Profile(), false); !bytes.Equal(got, tt.want) {
				t.Errorf("profile of %d bytes, want %d", len(got), len(tt.want))
			}
		})
	}
	t.Run("gray", func(t *testing.T) {
		gray := pictest.Profile(icc.Gray)
		for _, p := range [][]byte{gray, profile} {
			data := pictest.JPEG(t, image.NewGray(image.Rect(0, 0, 9, 9)), part(1, 1, p))
			v, err := Resize(t.Context(), Bytes(data), request(5, 5))
			if err != nil {
				t.Fatal(err)
			}
			h, err := readJPEGHeader(t.Context(), Bytes(v.Data))
			if err != nil || len(h.Components) != 1 || (len(h.Profile()) > 0) != bytes.Equal(p, gray) {
				t.Errorf("%q: %d components, profile of %d bytes, %v", p[16:20], len(h.Components), len(h.Profile()), err)
			}
		}
	})
}

// TestJPEGRefused edits a good JPEG into bad and unsupported ones.
func TestJPEGRefused(t *testing.T) {
	good := pictest.JPEG(t, pictest.Scene(40, 30))
	sof := bytes.Index(good, []byte{0xff, pictest.MarkerSOF0})
	sos := bytes.Index(good, []byte{0xff, pictest.MarkerSOS})
	edit := func(at int, with ...byte) []byte {
		data := bytes.Clone(good)
		copy(data[at:], with)
		return data
	}
	without := func(from, to int) []byte { return append(bytes.Clone(good[:from]), good[to:]...) }
	sofEnd := sof + 2 + int(binary.BigEndian.Uint16(good[sof+2:]))
	tests := []struct {
		name        string
		data        []byte
		unsupported bool
	}{
		{"lossless", edit(sof+1, 0xc3), true},
		{"arithmetic", edit(sof+1, 0xc9), true},
		{"12 bits", edit(sof+4, 12), true},
		{"height later", edit(sof+5, 0, 0), true},
		{"width 0", edit(sof+7, 0, 0), false},
		{"five components", edit(sof+9, 5), false},
		{"sampling 0", edit(sof+11, 0x01), false},
		{"no frame", without(sof, sofEnd), false},
		{"two frames", append(append(bytes.Clone(good[:sofEnd]), good[sof:sofEnd]...), good[sofEnd:]...), false},
		{"no scan", append(bytes.Clone(good[:sos]), 0xff, pictest.MarkerEOI), false},
		{"segment of length 1", edit(sof+2, 0, 1), false},
		{"end marker early", append(bytes.Clone(good[:len(good)*2/3]), 0xff, pictest.MarkerEOI), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Resize(t.Context(), Bytes(tt.data), request(10, 10))
			var unsupported UnsupportedError
			var format *FormatError
			if tt.unsupported != errors.As(err, &unsupported) || tt.unsupported == errors.As(err, &format) {
				t.Errorf("error %T %v", err, err)
			}
		})
	}
}

// TestJPEGTruncated cuts JPEGs off everywhere before their last bytes.
func TestJPEGTruncated(t *testing.T) {
	for name, good := range map[string][]byte{
		"baseline":    pictest.JPEG(t, pictest.Scene(40, 30), pictest.ExifSegment(pictest.OrientationTIFF(binary.BigEndian, 6))),
		"progressive": fixture(t, "progressive.jpg"),
		"CMYK":        fixture(t, "cmyk.jpg"),
	} {
		info, err := Inspect(t.Context(), Bytes(good))
		if err != nil {
			t.Fatal(err)
		}
		req := request(info.Width, info.Height-1)
		for n := 3; n < len(good)-3; n++ {
			_, err := Resize(t.Context(), Bytes(good[:n]), req)
			var format *FormatError
			if !errors.As(err, &format) {
				t.Fatalf("%s cut off at %d of %d: %v", name, n, len(good), err)
			}
		}
		garbage := append(bytes.Clone(good), "\xff\xd8\xff\xe1garbage"...)
		if _, err := Resize(t.Context(), Bytes(garbage), req); err != nil {
			t.Errorf("%s with trailing garbage: %v", name, err)
		}
	}
}

// TestJPEGSegments: as many segments before the first scan as allowed, and one
// more.
func TestJPEGSegments(t *testing.T) {
	data := pictest.JPEG(t, pictest.Scene(8, 8))
	const maxSegments = 1 << 16
	own := 1 // up to the scan
	for at := 2; data[at+1] != pictest.MarkerSOS; own++ {
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
	}
	for _, n := range []int{maxSegments, maxSegments + 1} {
		comments := bytes.Repeat(pictest.JPEGSegment(0xfe), n-own)
		_, err := Inspect(t.Context(), Bytes(slices.Concat(data[:2], comments, data[2:])))
		var unsupported UnsupportedError
		if refused := errors.As(err, &unsupported); refused != (n > maxSegments) || !refused && err != nil {
			t.Errorf("%d segments: %v", n, err)
		}
	}
}
