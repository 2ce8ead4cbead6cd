package jpeg

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// TestColorModelAsLibjpeg resizes pictures of one colour, with all combinations
// of component identifiers, JFIF and Adobe segments, and compares the colour with
// djpeg's. Any other colour model would give another colour.
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
			p.components = append(p.components, frameComponent{ID: max(id, 1), H: 1, V: 1})
		}
		if ids[0] == 0 { // the writer takes 0 for no identifier
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

// checkColour compares a pixel of a resized picture with djpeg's.
func checkColour(t *testing.T, name string, data []byte) {
	t.Helper()
	o := open(t, data)
	v := filled(8, 8, 4, 4)
	f, err := framed(t.Context(), new(pic.Buffers), o, v)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	got := resampled(t, f, v).NRGBA().Pix[:3]
	if o.header.Model == modelGray {
		got = got[:1]
	}
	pnm, warnings := djpegWarning(t, data)
	if warnings != "" && !strings.Contains(warnings, "Adobe color transform code") {
		t.Errorf("%s: djpeg: %s", name, warnings)
	}
	want := pnm[bytes.Index(pnm, []byte("\n255\n"))+5:][:len(got)]
	for i := range got {
		if diff := int(got[i]) - int(want[i]); diff < -3 || diff > 3 {
			t.Errorf("%s: %v, of colour %v; djpeg's is %v", name, o.header.Model, got, want)
			return
		}
	}
}
