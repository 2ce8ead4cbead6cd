package jpeg

import (
	"bytes"
	"context"
	"fmt"
	"image/color"
	"slices"
	"strings"
	"testing"
)

// TestColorModelAsLibjpeg decodes pictures of one colour, with all combinations
// of component identifiers, JFIF and Adobe segments: the colour is that of djpeg.
// Taken for another model each would be another one.
func TestColorModelAsLibjpeg(t *testing.T) {
	jfif := appSegment(markerAPP0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
	jfxx := appSegment(markerAPP0, "JFXX\x00\x13\x01\x01abc")
	adobe := func(transform byte) []byte {
		return appSegment(markerAPP14, "Adobe\x00\x64\x00\x00\x00\x00"+string(rune(transform)))
	}
	other := append(bytes.Clone(adobe(0)[:len(adobe(0))-1]), 255)
	jfifs := map[string][][]byte{
		"none": nil, "whole": {jfif}, "extension": {jfxx}, "whole, extension": {jfif, jfxx},
		"cut short": {appSegment(markerAPP0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00")}, "name alone": {appSegment(markerAPP0, "JFIF\x00")},
		"thumbnail": {appSegment(markerAPP0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01abc")}, "no zero": {appSegment(markerAPP0, "JFIF \x01\x01\x00\x00\x01\x00\x01\x00\x00")},
	}
	adobes := map[string][][]byte{
		"none": nil, "0": {adobe(0)}, "1": {adobe(1)}, "2": {adobe(2)}, "255": {other}, "0, 1": {adobe(0), adobe(1)}, "1, 0": {adobe(1), adobe(0)},
		"cut short": {appSegment(markerAPP14, "Adobe\x00\x64\x00\x00\x00\x00")}, "longer": {appSegment(markerAPP14, "Adobe\x00\x64\x00\x00\x00\x00\x00\x07")},
		"other name": {appSegment(markerAPP14, "adobe\x00\x64\x00\x00\x00\x00\x00")},
	}
	for _, ids := range []string{"\x01", "R", "\x01\x02\x03", "\x00\x01\x02", "RGB", "rgb", "RG\x03", "BGR", "YCc", "\x03\x02\x01", "\x01\x02\x03\x04", "CMYK", "RGBA"} {
		p := picture{width: 8, height: 8, adobe: -1, quality: 100}
		for _, id := range []byte(ids) {
			p.components = append(p.components, Component{ID: max(id, 1), H: 1, V: 1})
		}
		if ids[0] == 0 { // which the writer takes for none
			p.components[0].ID = 200
		}
		plain := p.encode(func(c, _, _ int) uint8 { return [...]uint8{90, 160, 210, 120}[c] })
		if ids[0] == 0 {
			plain[bytes.Index(plain, []byte{0xff, markerSOF0})+10] = 0
			plain[bytes.Index(plain, []byte{0xff, markerSOS})+5] = 0
		}
		t.Run(fmt.Sprintf("%q", ids), func(t *testing.T) {
			t.Parallel()
			for jfifName, j := range jfifs {
				for adobeName, a := range adobes {
					before := slices.Concat(bytes.Join(j, nil), bytes.Join(a, nil))
					data := slices.Concat(plain[:2], before, plain[2:])
					if len(jfifName)%2 == 0 { // it may stand anywhere before the scan
						sos := bytes.Index(plain, []byte{0xff, markerSOS})
						data = slices.Concat(plain[:2], bytes.Join(a, nil), plain[2:sos], bytes.Join(j, nil), plain[sos:])
					}
					checkColour(t, "JFIF "+jfifName+", Adobe "+adobeName, data)
				}
			}
		})
	}
}

func appSegment(marker byte, body string) []byte {
	return append([]byte{0xff, marker, 0, byte(len(body) + 2)}, body...)
}

// checkColour compares the first pixel of a picture with djpeg's.
func checkColour(t *testing.T, name string, data []byte) {
	t.Helper()
	var d Decoder
	m, err := d.Decode(context.Background(), whole(data), Options{})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	var s [4]uint8
	for i, p := range m.Planes {
		s[i] = p.Pix[0]
	}
	got := s[:3]
	switch m.Model {
	case Gray:
		got = s[:1]
	case YCbCr:
		s[0], s[1], s[2] = color.YCbCrToRGB(s[0], s[1], s[2])
	case YCCK, CMYK:
		if m.Model == YCCK { // CMY as YCbCr of its inverse
			s[0], s[1], s[2] = color.YCbCrToRGB(s[0], s[1], s[2])
			s[0], s[1], s[2] = 255-s[0], 255-s[1], 255-s[2]
		}
		for i := range 3 { // of djpeg's inverted inks
			s[i] = uint8(int(s[i]) * int(s[3]) / 255)
		}
	}
	pnm, warnings := djpegWarning(t, data)
	if warnings != "" && !strings.Contains(warnings, "Adobe color transform code") {
		t.Errorf("%s: djpeg: %s", name, warnings)
	}
	want := pnm[bytes.Index(pnm, []byte("\n255\n"))+5:][:len(got)]
	for i := range got {
		if diff := int(got[i]) - int(want[i]); diff < -3 || diff > 3 {
			t.Errorf("%s: %v, of colour %v; djpeg's is %v", name, m.Model, got, want)
			return
		}
	}
}
