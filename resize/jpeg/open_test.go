package jpeg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"os"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func fixture(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestIs(t *testing.T) {
	for start, want := range map[string]bool{
		"\xff\xd8\xff\xe0\x00\x10JFIF": true,
		"\xff\xd8\xff":                 true,
		"\xff\xd8":                     false,
		"":                             false,
		"\xff\xd8\x00\xe0":             false,
		"\x89PNG\r\n\x1a\n":            false,
		" \xff\xd8\xff\xe0":            false,
	} {
		if Is([]byte(start)) != want {
			t.Errorf("%q: %v", start, !want)
		}
	}
}

// TestOrientation puts the Exif segment in different places.
func TestOrientation(t *testing.T) {
	six := pictest.ExifSegment(pictest.OrientationTIFF(binary.BigEndian, 6))
	eight := pictest.ExifSegment(pictest.OrientationTIFF(binary.LittleEndian, 8))
	jfif := appSegment(markerAPP0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
	xmp := appSegment(markerAPP1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta tiff:Orientation='3'/>")
	profile := pictest.JPEGSegment(markerAPP2, pictest.ICCHeader, []byte{1, 1}, pictest.Profile(icc.RGB))
	comment := pictest.JPEGSegment(markerCOM, []byte("\xff\xd8 Exif\x00\x00"))
	empty := pictest.JPEGSegment(markerAPP1)
	long := pictest.JPEGSegment(0xed, bytes.Repeat([]byte("\xff\xe1"), 30_000))
	for _, tt := range []struct {
		name     string
		segments [][]byte
		want     int
	}{
		{"none", nil, 1},
		{"first", [][]byte{six}, 6},
		{"after JFIF", [][]byte{jfif, six}, 6},
		{"after XMP", [][]byte{xmp, six}, 6},
		{"before XMP", [][]byte{six, xmp}, 6},
		{"after everything", [][]byte{jfif, empty, xmp, profile, long, comment, six}, 6},
		{"after fill bytes", [][]byte{{0xff, 0xff, 0xff}, six}, 6},
		{"after stray bytes", [][]byte{jfif, {0, 1, 2}, six}, 6},
		{"XMP alone", [][]byte{jfif, xmp}, 1},
		{"two: the first counts", [][]byte{eight, six}, 8},
		{"other padding", [][]byte{pictest.JPEGSegment(markerAPP1, []byte("Exif\x00\xff"), pictest.OrientationTIFF(binary.BigEndian, 6))}, 6},
	} {
		for _, p := range []picture{{components: sampling420, adobe: -1}, {components: components("11 11 11 11"), adobe: 2, progressive: true}} {
			p.width, p.height = 20, 10
			data := p.encode(testSampler)
			data = slices.Concat(data[:2], bytes.Join(tt.segments, nil), data[2:])
			want := pic.Header{Format: pic.JPEG, Width: 20, Height: 10, Orientation: tt.want, Frames: 1, Subsampled: p.components[0].H == 2, Quality: 90}
			if got := open(t, data).Header(); got != want {
				t.Errorf("%s: %+v, want %+v", tt.name, got, want)
			}
		}
	}
}

func TestProfile(t *testing.T) {
	profile := pictest.Profile(icc.RGB, bytes.Repeat([]byte("edge"), 50)...)
	part := func(n, of int, data []byte) []byte {
		return pictest.JPEGSegment(markerAPP2, pictest.ICCHeader, []byte{byte(n), byte(of)}, data)
	}
	a, b, c := profile[:100], profile[100:200], profile[200:]
	mpf := appSegment(markerAPP2, "MPF\x00II*\x00")
	for _, tt := range []struct {
		name     string
		segments [][]byte
		want     []byte
	}{
		{"none", nil, nil},
		{"one part", [][]byte{part(1, 1, profile)}, profile},
		{"three parts", [][]byte{part(1, 3, a), part(2, 3, b), part(3, 3, c)}, profile},
		{"in another order, others between", [][]byte{part(3, 3, c), mpf, part(1, 3, a), part(2, 3, b)}, profile},
		{"with more behind it", [][]byte{part(1, 1, append(slices.Clip(profile), 0, 0, 0))}, profile},
		{"a part missing", [][]byte{part(1, 3, a), part(3, 3, c)}, nil},
		{"a part twice", [][]byte{part(1, 3, a), part(2, 3, b), part(2, 3, b)}, nil},
		{"number 0", [][]byte{part(0, 1, profile)}, nil},
		{"number too high", [][]byte{part(2, 1, profile)}, nil},
		{"numbers cut off", [][]byte{pictest.JPEGSegment(markerAPP2, pictest.ICCHeader, []byte{1})}, nil},
		{"cut off", [][]byte{part(1, 1, profile[:len(profile)-1])}, nil},
		{"not a profile", [][]byte{part(1, 1, make([]byte, 500))}, nil},
		{"of gray", [][]byte{part(1, 1, pictest.Profile(icc.Gray))}, nil},
		{"of CMYK", [][]byte{part(1, 1, pictest.Profile(icc.CMYK))}, nil},
	} {
		for _, adobe := range []int{-1, 0} { // YCbCr, RGB
			p := picture{width: 9, height: 9, components: sampling444, adobe: adobe}
			data := p.encode(testSampler)
			data = slices.Concat(data[:2], bytes.Join(tt.segments, nil), data[2:])
			want := pic.Colour{Profile: tt.want}
			if got := rastered(t, data, filled(9, 9, 5, 5)).Colour; got.Gray || !bytes.Equal(got.Profile, want.Profile) {
				t.Errorf("%s: gray %v, profile of %d bytes, want %d", tt.name, got.Gray, len(got.Profile), len(tt.want))
			}
		}
	}
	for _, space := range []string{icc.Gray, icc.RGB} {
		own := pictest.Profile(space)
		data := pictest.JPEG(t, image.NewGray(image.Rect(0, 0, 9, 9)), part(1, 1, own))
		got := rastered(t, data, filled(9, 9, 5, 5)).Colour
		if !got.Gray || (got.Profile != nil) != (space == icc.Gray) {
			t.Errorf("gray with a profile of %q: gray %v, profile of %d bytes", space, got.Gray, len(got.Profile))
		}
	}
}

// TestErrors checks that the error for a bad file has the type that the rooms
// share, and says what is wrong.
func TestErrors(t *testing.T) {
	p := picture{width: 40, height: 30, components: sampling420, adobe: -1}
	good := p.encode(testSampler)
	sof := bytes.Index(good, []byte{0xff, markerSOF0})
	edited := func(at int, with ...byte) []byte {
		data := bytes.Clone(good)
		copy(data[at:], with)
		return data
	}
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"lossless", edited(sof+1, 0xc3), "JPEG with lossless, hierarchical or arithmetic coding is not resized"},
		{"arithmetic", edited(sof+1, 0xc9), "JPEG with lossless, hierarchical or arithmetic coding is not resized"},
		{"12 bits", edited(sof+4, 12), "JPEG with 12 bits per sample is not resized"},
		{"height later", edited(sof+5, 0, 0), "JPEG with height given after the first scan is not resized"},
		{"width 0", edited(sof+7, 0, 0), "resize: bad jpeg: jpeg: invalid: the width is 0"},
		{"no scan", append(bytes.Clone(good[:sof]), 0xff, markerEOI), "resize: bad jpeg: jpeg: invalid: no scan"},
		{"empty", nil, "resize: bad jpeg: jpeg: invalid: no SOI marker"},
		{"header cut off", good[:sof+5], "resize: bad jpeg: jpeg: invalid: truncated"},
		{"scan cut off", good[:len(good)-20], "resize: bad jpeg: jpeg: invalid: truncated"},
		{"end marker early", append(bytes.Clone(good[:len(good)*2/3]), 0xff, markerEOI), "resize: bad jpeg: jpeg: invalid: truncated"},
	} {
		opened, err := Open(t.Context(), pic.Bytes(tt.data))
		if err == nil {
			_, err = framed(t.Context(), new(pic.Buffers), opened, filled(40, 30, 20, 15))
		}
		var unsupported pic.UnsupportedError
		var format *pic.FormatError
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
		switch {
		case errors.As(err, &unsupported) && unsupported.Format == pic.JPEG:
		case errors.As(err, &format) && format.Format == pic.JPEG:
		default:
			t.Errorf("%s: error of type %T", tt.name, err)
		}
	}
}

// TestCutOff cuts files off everywhere before their last bytes.
func TestCutOff(t *testing.T) {
	six := pictest.ExifSegment(pictest.OrientationTIFF(binary.BigEndian, 6))
	ycck := picture{width: 30, height: 20, components: components("22 11 11 22"), adobe: 2, progressive: true}
	for name, good := range map[string][]byte{
		"baseline": pictest.JPEG(t, pictest.Scene(40, 30), six),
		"CMYK":     fixture(t, "testdata/cmyk.jpg"),
		"YCCK":     ycck.encode(testSampler),
	} {
		h := open(t, good).Header()
		v := filled(h.Width, h.Height, h.Width, h.Height-1)
		kept := new(pic.Buffers)
		for n := 0; n < len(good)-3; n++ {
			opened, err := Open(t.Context(), pic.Bytes(good[:n]))
			if err == nil {
				_, err = framed(t.Context(), kept, opened, v)
			}
			var format *pic.FormatError
			if !errors.As(err, &format) {
				t.Fatalf("%s cut off at %d of %d: %v", name, n, len(good), err)
			}
		}
		rastered(t, append(bytes.Clone(good), "\xff\xd8\xff\xe1garbage"...), v)
	}
}

// TestSegments puts as many segments before the first scan as allowed, and one
// more.
func TestSegments(t *testing.T) {
	p := picture{width: 8, height: 8, components: samplingGray, adobe: -1}
	data := p.encode(testSampler)
	own := 0 // segments up to the scan
	for pos := 2; ; own++ {
		s, err := nextSegment(data, pos)
		if err != nil {
			t.Fatal(err)
		}
		if pos = s.end; s.marker == markerSOS {
			own++
			break
		}
	}
	for _, n := range []int{maxSegments, maxSegments + 1} {
		comments := bytes.Repeat(pictest.JPEGSegment(markerCOM), n-own)
		_, err := Open(t.Context(), pic.Bytes(slices.Concat(data[:2], comments, data[2:])))
		var unsupported pic.UnsupportedError
		if refused := errors.As(err, &unsupported); refused != (n > maxSegments) || !refused && err != nil {
			t.Errorf("%d segments: %v", n, err)
		}
	}
}

// TestOpenNeeded checks that the bytes of a header are not asked for again piece
// by piece, and that a scan is waited for only once it is decoded.
func TestOpenNeeded(t *testing.T) {
	p := picture{width: 150, height: 130, components: sampling420, adobe: -1, progressive: true}
	data := p.encode(testSampler)
	source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
	opened, err := Open(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	sos, err := nextSegment(data, opened.(*original).header.SOS)
	if err != nil || source.Asked != sos.end {
		t.Errorf("Open asks for %d bytes, want %d; %v", source.Asked, sos.end, err)
	}
	decoding, err := opened.Plan(filled(150, 130, 9, 8))
	if err != nil || source.Asked != sos.end {
		t.Errorf("Plan asks for %d bytes; %v", source.Asked, err)
	}
	for range 2 { // it can be decoded again
		for f, err := range decoding.Frames(t.Context(), new(pic.Buffers)) {
			if err != nil || len(f.Planes.Planes) != 3 {
				t.Fatal(err)
			}
		}
	}
	if most := len(data) / 2; source.Asked <= sos.end || source.Asked > most {
		t.Errorf("decoding asks for %d bytes, want at most %d", source.Asked, most)
	}
}

// TestExpected checks that all bytes are expected at once if most are needed.
func TestExpected(t *testing.T) {
	for _, tt := range []struct {
		p    picture
		view pic.View
		want bool
	}{
		{picture{components: sampling420, adobe: -1}, filled(150, 130, 9, 8), true},
		{picture{components: sampling420, adobe: -1, progressive: true}, filled(150, 130, 9, 8), false},
		{picture{components: sampling420, adobe: -1, progressive: true}, filled(150, 130, 140, 120), true},
		{picture{components: components("11 11 11 11"), adobe: 2}, filled(150, 130, 9, 8), true},
	} {
		tt.p.width, tt.p.height = 150, 130
		data := tt.p.encode(testSampler)
		source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
		opened, err := Open(t.Context(), source)
		if err != nil {
			t.Fatal(err)
		}
		asked := source.Asked
		if _, err := framed(t.Context(), new(pic.Buffers), opened, tt.view); err != nil {
			t.Fatal(err)
		}
		if got := source.Expected == len(data) && source.When == asked; got != tt.want {
			t.Errorf("progressive %v to %d: %d of %d bytes expected after %d", tt.p.progressive, tt.view.Width, source.Expected, len(data), source.When)
		}
	}
}
