package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/jpeg"
)

// TestJPEGOrientation puts the Exif segment in different places.
func TestJPEGOrientation(t *testing.T) {
	six := exifSegment(orientationTIFF(binary.BigEndian, 6))
	eight := exifSegment(orientationTIFF(binary.LittleEndian, 8))
	jfif := jpegSegment(0xe0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))
	xmp := jpegSegment(markerAPP1, []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta tiff:Orientation='3'/>"))
	icc := jpegSegment(markerAPP2, iccHeader, []byte{1, 1}, profileOf(spaceRGB))
	comment := jpegSegment(0xfe, []byte("\xff\xd8 Exif\x00\x00"))
	empty := jpegSegment(markerAPP1)
	long := jpegSegment(0xed, bytes.Repeat([]byte("\xff\xe1"), 30_000))
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
		{"other padding", [][]byte{jpegSegment(markerAPP1, []byte("Exif\x00\xff"), orientationTIFF(binary.BigEndian, 6))}, 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := jpegOf(t, scene(20, 10), tt.segments...)
			info, err := Inspect(t.Context(), Bytes(data))
			want := uprightInfo(JPEG, 20, 10, tt.want)
			if err != nil || info != want {
				t.Errorf("Inspect: %+v, %v; want %+v", info, err, want)
			}
			s, err := decodeJPEG(t.Context(), data)
			if err != nil || s.orientation != tt.want {
				t.Errorf("decoded with orientation %d, %v; want %d", s.orientation, err, tt.want)
			}
		})
	}
}

func TestJPEGProfile(t *testing.T) {
	profile := profileOf(spaceRGB, bytes.Repeat([]byte("edge"), 50)...)
	part := func(n, of int, data []byte) []byte {
		return jpegSegment(markerAPP2, iccHeader, []byte{byte(n), byte(of)}, data)
	}
	a, b, c := profile[:100], profile[100:200], profile[200:]
	mpf := jpegSegment(markerAPP2, []byte("MPF\x00II*\x00"))
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
		{"numbers cut off", [][]byte{jpegSegment(markerAPP2, iccHeader, []byte{1})}, nil},
		{"cut off", [][]byte{part(1, 1, profile[:len(profile)-1])}, nil},
		{"not a profile", [][]byte{part(1, 1, make([]byte, 500))}, nil},
		{"of gray", [][]byte{part(1, 1, profileOf(spaceGray))}, nil},
		{"of CMYK", [][]byte{part(1, 1, profileOf(spaceCMYK))}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := decodeJPEG(t.Context(), jpegOf(t, scene(9, 9), tt.segments...))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(s.profile, tt.want) {
				t.Errorf("profile of %d bytes, want %d", len(s.profile), len(tt.want))
			}
		})
	}
	t.Run("gray", func(t *testing.T) {
		gray := profileOf(spaceGray)
		for _, p := range [][]byte{gray, profile} {
			s, err := decodeJPEG(t.Context(), jpegOf(t, image.NewGray(image.Rect(0, 0, 9, 9)), part(1, 1, p)))
			if err != nil || !s.gray || (s.profile != nil) != bytes.Equal(p, gray) {
				t.Errorf("%q: gray %v, profile of %d bytes, %v", p[16:20], s.gray, len(s.profile), err)
			}
		}
	})
}

// TestJPEGRefused edits a good JPEG into bad and unsupported ones.
func TestJPEGRefused(t *testing.T) {
	good := jpegOf(t, scene(40, 30))
	sof := bytes.Index(good, []byte{0xff, markerSOF0})
	sos := bytes.Index(good, []byte{0xff, markerSOS})
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
		{"sampling 3", edit(sof+11, 0x31), true},
		{"no frame", without(sof, sofEnd), false},
		{"two frames", append(append(bytes.Clone(good[:sofEnd]), good[sof:sofEnd]...), good[sofEnd:]...), false},
		{"no scan", append(bytes.Clone(good[:sos]), 0xff, markerEOI), false},
		{"segment of length 1", edit(sof+2, 0, 1), false},
		{"no end marker", good[:len(good)-2], false},
		{"end marker early", append(bytes.Clone(good[:len(good)*2/3]), 0xff, markerEOI), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decodeJPEG(t.Context(), tt.data)
			var unsupported UnsupportedError
			var format *FormatError
			if tt.unsupported != errors.As(err, &unsupported) || tt.unsupported == errors.As(err, &format) {
				t.Errorf("error %T %v", err, err)
			}
		})
	}
}

// TestJPEGTruncated cuts a JPEG off everywhere.
func TestJPEGTruncated(t *testing.T) {
	for name, good := range map[string][]byte{
		"baseline":    jpegOf(t, scene(40, 30), exifSegment(orientationTIFF(binary.BigEndian, 6))),
		"progressive": fixture(t, "progressive.jpg"),
	} {
		for n := 3; n < len(good); n++ {
			_, err := decodeJPEG(t.Context(), good[:n])
			var format *FormatError
			if !errors.As(err, &format) {
				t.Fatalf("%s cut off at %d of %d: %v", name, n, len(good), err)
			}
		}
		garbage := append(bytes.Clone(good), "\xff\xd8\xff\xe1garbage"...)
		if _, err := decodeJPEG(t.Context(), garbage); err != nil {
			t.Errorf("%s with trailing garbage: %v", name, err)
		}
	}
}

// TestJPEGMissingScans drops whole scans from a progressive JPEG, which leaves
// a file that image/jpeg decodes.
func TestJPEGMissingScans(t *testing.T) {
	data := fixture(t, "separate-scans.jpg") // a baseline scan for each component
	h, err := parseJPEGHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.checkScans(data); err != nil {
		t.Fatal(err)
	}
	var scans []segment
	for pos := h.scan; ; {
		seg, err := nextSegment(data, pos)
		if err != nil {
			t.Fatal(err)
		}
		if seg.marker == markerEOI {
			break
		}
		if seg.marker == markerSOS {
			scans = append(scans, seg)
		}
		pos = seg.end
	}
	if len(scans) != 3 {
		t.Fatalf("%d scans", len(scans))
	}
	for _, n := range []int{1, 2} {
		_, err := decodeJPEG(t.Context(), append(bytes.Clone(data[:scans[n].start]), 0xff, markerEOI))
		var format *FormatError
		if !errors.As(err, &format) {
			t.Errorf("with %d scans of 3: %v", n, err)
		}
	}
}

// TestJPEGSegments: as many segments before the first scan as allowed, and one
// more.
func TestJPEGSegments(t *testing.T) {
	data := jpegOf(t, scene(8, 8))
	own := 0 // up to the scan
	for pos, marker := 2, byte(0); marker != markerSOS; own++ {
		seg, err := nextSegment(data, pos)
		if err != nil {
			t.Fatal(err)
		}
		pos, marker = seg.end, seg.marker
	}
	for _, n := range []int{maxSegments, maxSegments + 1} {
		comments := bytes.Repeat(jpegSegment(0xfe), n-own)
		_, err := Inspect(t.Context(), Bytes(slices.Concat(data[:2], comments, data[2:])))
		var unsupported UnsupportedError
		if refused := errors.As(err, &unsupported); refused != (n > maxSegments) || !refused && err != nil {
			t.Errorf("%d segments: %v", n, err)
		}
	}
}

// TestJPEGMiscountedScans are what image/jpeg reads as something else.
func TestJPEGMiscountedScans(t *testing.T) {
	for name, want := range map[string]string{
		"progressive-restart.jpg": "JPEG with restart markers in scans of one component",
	} {
		_, err := decodeJPEG(t.Context(), fixture(t, name))
		var unsupported UnsupportedError
		if !errors.As(err, &unsupported) || string(unsupported) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	h := &jpegHeader{components: []jpegComponent{{1, 4, 1}, {2, 2, 1}, {3, 2, 1}}}
	for i, unusual := range []bool{false, true, true} {
		if err := h.checkScan([]byte{1, byte(i + 1), 0, 0, 63, 0}, i, 0); (err != nil) != unusual {
			t.Errorf("component %d: %v", i, err)
		}
	}
}

// TestJPEGTooManyScans: scans take time, whatever they hold.
func TestJPEGTooManyScans(t *testing.T) {
	h := &jpegHeader{width: 6400, height: 6400, progressive: true, components: []jpegComponent{{1, 2, 2}, {2, 1, 1}, {3, 1, 1}}}
	most := jpeg.MaxScanned(800*800 + 2*400*400)
	first := jpegSegment(markerSOS, []byte{3, 1, 0, 2, 0, 3, 0, 0, 0, 0})
	again := jpegSegment(markerSOS, []byte{1, 2, 0, 1, 63, 0})
	n := (most - 800*800 - 2*400*400) / (400 * 400)
	for extra, fine := range map[int]bool{0: true, 1: false} {
		data := slices.Concat(first, bytes.Repeat(again, n+extra), []byte{0xff, markerEOI})
		err := h.checkScans(data)
		var unsupported UnsupportedError
		if fine != (err == nil) || fine == errors.As(err, &unsupported) {
			t.Errorf("%d scans: error %v", n+extra, err)
		}
	}
}

func FuzzJPEGHeader(f *testing.F) {
	f.Add(jpegOf(f, scene(8, 8), exifSegment(orientationTIFF(binary.BigEndian, 6))))
	f.Add(jpegOf(f, scene(8, 8), jpegSegment(markerAPP2, iccHeader, []byte{1, 1}, profileOf(spaceRGB))))
	f.Add(fixture(f, "progressive.jpg"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 2 || len(data) > 1<<16 {
			return
		}
		h, err := parseJPEGHeader(data)
		if err != nil {
			return
		}
		if h.width < 1 || h.height < 1 || h.orientation < 1 || h.orientation > 8 {
			t.Errorf("%+v", h)
		}
		h.profile()
		if err := h.checkScans(data); errors.Is(err, io.EOF) {
			t.Error("plain io.EOF")
		}
	})
}
