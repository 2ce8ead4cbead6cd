package jpeg

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
)

func TestReadHeader(t *testing.T) {
	p := picture{width: 301, height: 227, components: sampling420, adobe: -1, restart: 7, progressive: true, jfif: true}
	data := p.encode(testSampler)
	h, err := readHeader(context.Background(), whole(data))
	if err != nil {
		t.Fatal(err)
	}
	if h.Width != 301 || h.Height != 227 || !h.Progressive || h.RestartInterval != 7 || h.Model != modelYCbCr {
		t.Errorf("%+v", h)
	}
	want := []frameComponent{{1, 2, 2, 0}, {2, 1, 1, 1}, {3, 1, 1, 1}}
	if !slices.Equal(h.Components, want) {
		t.Errorf("components %v, want %v", h.Components, want)
	}
	if !bytes.Equal(data[h.SOS:h.SOS+2], []byte{0xff, markerSOS}) {
		t.Errorf("no SOS marker at %d", h.SOS)
	}
}

func TestColorModel(t *testing.T) {
	rgb := []frameComponent{{ID: 'R', H: 1, V: 1}, {ID: 'G', H: 1, V: 1}, {ID: 'B', H: 1, V: 1}}
	four := components("11 11 11 11")
	for _, test := range []struct {
		name       string
		components []frameComponent
		adobe      int
		jfif       bool
		want       colorModel
	}{
		{"one component", samplingGray, -1, true, modelGray},
		{"three components", sampling444, -1, false, modelYCbCr},
		{"JFIF", sampling444, -1, true, modelYCbCr},
		{"Adobe transform 1", sampling444, 1, false, modelYCbCr},
		{"Adobe transform 0", sampling444, 0, false, modelRGB},
		{"Adobe transform 0 and JFIF", sampling444, 0, true, modelYCbCr},
		{"identifiers R, G, B", rgb, -1, false, modelRGB},
		{"identifiers R, G, B and JFIF", rgb, -1, true, modelYCbCr},
		{"four components", four, -1, false, modelCMYK},
		{"four components, Adobe transform 0", four, 0, false, modelCMYK},
		{"four components, Adobe transform 2", four, 2, false, modelYCCK},
	} {
		p := picture{width: 9, height: 9, components: test.components, adobe: test.adobe, jfif: test.jfif}
		var d decoder
		m, err := d.Decode(context.Background(), whole(p.encode(testSampler)), options{})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if m.Model != test.want {
			t.Errorf("%s: %v, want %v", test.name, m.Model, test.want)
		}
	}
}

// TestRefused changes a byte or two of a picture's segments.
func TestRefused(t *testing.T) {
	p := picture{width: 20, height: 20, components: sampling420, adobe: -1}
	baseline := p.encode(testSampler)
	p.progressive = true
	progressive := p.encode(testSampler)
	p = picture{width: 20, height: 20, components: sampling420, adobe: -1, scans: separate(2)}
	missing := p.encode(testSampler)

	edit := func(data []byte, old, with string) []byte {
		t.Helper()
		if n := bytes.Count(data, []byte(old)); n == 0 {
			t.Fatalf("no %q in the picture", old)
		}
		return bytes.Replace(data, []byte(old), []byte(with), 1)
	}
	const (
		format = iota
		unsupported
	)
	for _, test := range []struct {
		name string
		data []byte
		kind int
	}{
		{"empty", nil, format},
		{"not a JPEG", []byte("GIF89a"), format},
		{"only SOI and EOI", []byte("\xff\xd8\xff\xd9"), format},
		{"arithmetic", edit(baseline, "\xff\xc0", "\xff\xc9"), unsupported},
		{"lossless", edit(baseline, "\xff\xc0", "\xff\xc3"), unsupported},
		{"hierarchical", edit(baseline, "\xff\xc0", "\xff\xc5"), unsupported},
		{"12 bits", edit(baseline, "\x08\x00\x14\x00\x14\x03", "\x0c\x00\x14\x00\x14\x03"), unsupported},
		{"height 0", edit(baseline, "\x08\x00\x14\x00\x14\x03", "\x08\x00\x00\x00\x14\x03"), unsupported},
		{"width 0", edit(baseline, "\x08\x00\x14\x00\x14\x03", "\x08\x00\x14\x00\x00\x03"), format},
		{"two components", edit(baseline, "\x00\x11\x08\x00\x14\x00\x14\x03\x01\x22\x00", "\x00\x0e\x08\x00\x14\x00\x14\x02"), unsupported},
		{"DNL", edit(missing, "\xff\xd9", "\xff\xdc\x00\x04\x00\x14\xff\xd9"), unsupported},
		{"sampling factor 0", edit(baseline, "\x01\x22\x00", "\x01\x02\x00"), format},
		{"sampling factor 5", edit(baseline, "\x01\x22\x00", "\x01\x25\x00"), format},
		{"11 blocks in an MCU", edit(baseline, "\x01\x22\x00", "\x01\x33\x00"), format},
		{"quantisation table 4", edit(baseline, "\x01\x22\x00", "\x01\x22\x04"), format},
		{"quantisation table 3, which is missing", edit(baseline, "\x01\x22\x00", "\x01\x22\x03"), format},
		{"same identifier twice", edit(baseline, "\x02\x11\x01", "\x01\x11\x01"), format},
		{"two frames", edit(baseline, "\xff\xc0", "\xff\xc0\x00\x0b\x08\x00\x14\x00\x14\x01\x01\x11\x00\xff\xc0"), format},
		{"scan of unknown component", edit(baseline, "\x03\x01\x00\x02\x11\x03\x11", "\x03\x01\x00\x02\x11\x04\x11"), format},
		{"scan of a component twice", edit(baseline, "\x03\x01\x00\x02\x11\x03\x11", "\x03\x01\x00\x02\x11\x02\x11"), format},
		{"Huffman table 1, 2 missing", edit(baseline, "\x03\x01\x00\x02\x11\x03\x11", "\x03\x01\x00\x02\x11\x03\x22"), format},
		{"Huffman table 1, 3 missing in an extended picture", edit(edit(baseline, "\xff\xc0", "\xff\xc1"), "\x03\x01\x00\x02\x11\x03\x11", "\x03\x01\x00\x02\x11\x03\x33"), format},
		{"component without a scan", missing, format},
		{"AC and DC in one progressive scan", edit(progressive, "\x03\x11\x00\x00\x01", "\x03\x11\x00\x3f\x01"), format},
		{"AC of three components", edit(progressive, "\x03\x11\x00\x00\x01", "\x03\x11\x01\x3f\x01"), format},
		{"Al of 14", edit(progressive, "\x03\x11\x00\x00\x01", "\x03\x11\x00\x00\x0e"), format},
		{"Ah not Al+1", edit(progressive, "\x03\x11\x00\x00\x10", "\x03\x11\x00\x00\x31"), format},
		{"segment of length 1", edit(baseline, "\xff\xc0", "\xff\xe0\x00\x01\xff\xc0"), format},
		{"reserved marker", edit(baseline, "\xff\xc0", "\xff\x02\x00\x02\xff\xc0"), format},
		{"DRI of 3 bytes", edit(baseline, "\xff\xc0", "\xff\xdd\x00\x05\x00\x00\x00\xff\xc0"), format},
		{"Huffman code of too many words", edit(baseline, "\xff\xc0", "\xff\xc4\x00\x16\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x02\x03\xff\xc0"), format},
		{"Huffman code of no words", edit(baseline, "\xff\xc0", "\xff\xc4\x00\x13\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xc0"), format},
		{"no end", bytes.TrimSuffix(missing, []byte("\xff\xd9")), format},
		{"first scan twice", edit(progressive, "\x03\x11\x00\x00\x10", "\x03\x11\x00\x00\x01"), unsupported},
		{"refinement before the first scan", edit(progressive, "\x01\x01\x00\x01\x05\x02", "\x01\x01\x00\x01\x05\x21"), unsupported},
		{"refinement of a bit too low", edit(progressive, "\x01\x01\x00\x01\x3f\x21", "\x01\x01\x00\x01\x3f\x10"), unsupported},
	} {
		var d decoder
		_, err := d.Decode(context.Background(), whole(test.data), options{})
		var bad formatError
		var not unsupportedError
		switch {
		case err == nil:
			t.Errorf("%s: no error", test.name)
		case test.kind == format && !errors.As(err, &bad), test.kind == unsupported && !errors.As(err, &not):
			t.Errorf("%s: error %v is of the wrong type", test.name, err)
		}
	}
}

func TestTooManyScans(t *testing.T) {
	// The most scans that a progressive picture can have give one bit of one
	// coefficient of one component each; other pictures repeat a component.
	fine := []scanSpec{{components: []int{0, 1, 2}}}
	for i := range 3 {
		for k := 1; k < 64; k++ {
			fine = append(fine, scanSpec{[]int{i}, k, k, 0, 13})
			for low := 12; low >= 0; low-- {
				fine = append(fine, scanSpec{[]int{i}, k, k, low + 1, low})
			}
		}
	}
	repeated := slices.Repeat([]scanSpec{{components: []int{0}, last: 63}}, maxScans)
	for name, scans := range map[string][][]scanSpec{
		"progressive": {fine[:maxScans], fine[:maxScans+1]},
		"baseline":    {append(repeated[:maxScans-2:maxScans-2], separate(3)[1:]...), append(repeated[:maxScans-1:maxScans-1], separate(3)[1:]...)},
	} {
		p := picture{width: 8, height: 8, components: sampling444, adobe: -1, progressive: name == "progressive", scans: scans[0]}
		var d decoder
		if _, err := d.Decode(context.Background(), whole(p.encode(testSampler)), options{}); err != nil {
			t.Errorf("%s, %d scans: %v", name, maxScans, err)
		}
		p.scans = scans[1]
		var not unsupportedError
		if _, err := d.Decode(context.Background(), whole(p.encode(testSampler)), options{}); !errors.As(err, &not) {
			t.Errorf("%s, one more: error %v", name, err)
		}
	}
}

// TestTooManyBlocks decodes a few bytes that stand for many blocks without
// content.
func TestTooManyBlocks(t *testing.T) {
	const side = 2048
	blocks := side / 8 * side / 8
	segment := func(marker byte, body ...byte) []byte {
		return append([]byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
	}
	counts := func(n ...byte) []byte { return append(n, make([]byte, 16-len(n))...) }
	scan := func(k, approximation byte, data []byte) []byte {
		return append(segment(markerSOS, 1, 1, 0, k, k, approximation), data...)
	}
	nothing := bytes.Repeat([]byte{0x80, 0}, blocks>>14) // end-of-band runs of 1 << 14 each
	scans := [][]byte{scan(0, 0, make([]byte, blocks/8))}
	for k := byte(1); k < 64; k++ {
		scans = append(scans, scan(k, 13, nothing))
		for low := byte(12); low < 13; low-- {
			scans = append(scans, scan(k, (low+1)<<4|low, nothing))
		}
	}
	most := maxScanned(blocks) / blocks
	for n, fine := range map[int]bool{most: true, most + 1: false} {
		data := slices.Concat([]byte{0xff, markerSOI},
			segment(markerDQT, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...),
			segment(markerSOF2, 8, side>>8, 0, side>>8, 0, 1, 1, 0x11, 0),
			segment(markerDHT, append(append([]byte{0x00}, counts(1)...), 0)...),
			segment(markerDHT, append(append([]byte{0x10}, counts(1, 1)...), 0x00, 0xe0)...),
			bytes.Join(scans[:n], nil), []byte{0xff, markerEOI})
		var d decoder
		_, err := d.Decode(context.Background(), whole(data), options{})
		var unsupported unsupportedError
		if fine != (err == nil) || fine == errors.As(err, &unsupported) {
			t.Errorf("%d scans: error %v", n, err)
		}
	}
}

func TestScaleOutOfRange(t *testing.T) {
	p := picture{width: 8, height: 8, components: samplingGray, adobe: -1}
	var d decoder
	if _, err := d.Decode(context.Background(), whole(p.encode(testSampler)), options{Luma: 3}); err == nil {
		t.Error("no error for a scale of 1/3")
	}
}
