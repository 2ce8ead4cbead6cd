package jpeg

import (
	"bytes"
	"context"
	"errors"
	stdjpeg "image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// FuzzDecode decodes with this package, the reference and image/jpeg side by
// side. They must agree on whether data is valid, and on the picture, with the
// exceptions in stricter and in standardDiffers. The others do not see the data
// behind a complete picture, which this package does not read.
func FuzzDecode(f *testing.F) {
	for name, p := range testModes(3) {
		for _, sampling := range []string{"11 11 11", "22 11 11"} {
			p.components, p.adobe, p.width, p.height = components(sampling), -1, 19, 17
			if strings.HasSuffix(name, "restart") {
				p.adobe = 1
			}
			f.Add(p.encode(testSampler))
		}
	}
	for _, p := range []picture{
		{components: samplingGray, adobe: -1},
		{components: samplingGray, adobe: -1, progressive: true, restart: 2},
		{components: components("11 11 11 11"), adobe: 0},
		{components: components("22 11 11 22"), adobe: 2, progressive: true},
		{components: components("11 11 11"), adobe: 0},
	} {
		p.width, p.height = 20, 9
		f.Add(p.encode(testSampler))
	}
	files, _ := filepath.Glob("../../testdata/originals/jpeg-*.jpg")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil && len(data) < 20<<10 {
			f.Add(data)
		}
	}
	f.Fuzz(checkAgreement)
}

// checkAgreement runs the check of FuzzDecode.
func checkAgreement(t *testing.T, data []byte) {
	h, err := readHeader(context.Background(), whole(data))
	if err == nil && h.Width*h.Height > 1<<14 {
		return
	}
	var d decoder
	m, err := d.Decode(context.Background(), whole(data), options{})
	if err != nil && !isBad(err) {
		t.Fatalf("error %v is of another type", err)
	}
	checkArrival(t, data, m, err)
	if err != nil {
		if _, stdErr := stdjpeg.Decode(bytes.NewReader(data)); stdErr == nil && !stricter(err, data) {
			t.Fatalf("error %v, image/jpeg decodes it", err)
		}
		return
	}
	data = append(data[:d.bits.next:d.bits.next], 0xff, markerEOI)
	std, stdErr := stdjpeg.Decode(bytes.NewReader(data))
	var ref reference
	if err := ref.decode(data); err != nil {
		t.Fatalf("decoded, but %v", err)
	}
	checkReference(t, &ref, m, options{})
	for _, o := range testScales[1:] {
		m, err := d.Decode(context.Background(), whole(data), o)
		if err != nil {
			t.Fatalf("%+v: error %v, but none at full scale", o, err)
		}
		checkReference(t, &ref, m, o)
		if ref.largest() <= 16384 {
			checkOpen(t, "", data, o)
		}
	}
	if ref.runsOn || standardDiffers(&h, data) { // image/jpeg continues such runs in the next scan
		return
	}
	var unsupported stdjpeg.UnsupportedError
	if stdErr != nil && !errors.As(stdErr, &unsupported) {
		t.Fatalf("decoded, but image/jpeg says %v", stdErr)
	}
	// For larger coefficients image/jpeg has been seen to be wrong by 3 levels;
	// the reference is compared above.
	if stdErr == nil && ref.largest() <= 1024 {
		if m, err = d.Decode(context.Background(), whole(data), options{}); err != nil {
			t.Fatal(err)
		}
		compareStandard(t, std, m)
	}
}

// checkArrival decodes the same data arriving in pieces, and compares the result.
func checkArrival(t *testing.T, data []byte, want *decodedPart, wantErr error) {
	t.Helper()
	r := random(len(data))
	var d decoder
	m, err := d.Decode(context.Background(), &pictest.Pieces{Data: data, Size: func() int { return 1 + r.intn(300) }}, options{})
	if err != wantErr || err == nil && !slices.EqualFunc(clonePlanes(want), clonePlanes(m), slices.Equal) {
		t.Fatalf("in pieces: another picture, or error %v, want %v", err, wantErr)
	}
}

// largest returns the largest sum of the magnitudes of a block's coefficients.
func (r *reference) largest() (largest float64) {
	for i := range r.planes {
		_, _, _, n := r.samples(i, 1)
		largest = max(largest, n)
	}
	return largest
}

// stricter reports whether err is one that image/jpeg does not find, or that only
// this package has.
func stricter(err error, data []byte) bool {
	switch err {
	case errCorrupt:
		// More coefficients than there are, an end-of-band run in a sequential
		// picture, a DC difference of 16 bits: the reference finds them too.
		var ref reference
		return ref.decode(data) != nil
	case errTruncated:
		// image/jpeg continues an end-of-band run in the next scan.
		h, _ := readHeader(context.Background(), whole(data))
		var ref reference
		return h.Progressive && ref.decode(data) != nil
	case formatError("the width is 0"),
		formatError("missing quantisation table"),
		formatError("quantisation table cut short"), // after its first byte
		formatError("a component has no scan"),
		formatError("Huffman table with too many codes"),
		formatError("successive approximation out of range"),
		unsupportedError("more than 1000 scans"),
		unsupportedError("height given after the first scan"),
		errOrder:
		return true
	}
	return false
}

// standardDiffers reports whether image/jpeg may refuse valid data or decode it
// otherwise: it miscounts some scans (see standardMiscounts), uses the last
// quantisation tables for progressive pictures, refuses Huffman tables 2 and 3 in
// baseline ones even if no scan uses them, and does not skip stuffed zeros after
// fill bytes.
func standardDiffers(h *header, data []byte) bool {
	p := picture{components: h.Components, progressive: true, restart: 1}
	separate, dqt, dht, fill := false, false, false, false
	for pos := 2; ; {
		s, err := nextSegment(data, pos)
		if err != nil {
			break
		}
		fill = fill || bytes.Contains(data[pos:s.start], []byte{0xff, 0xff, 0})
		if s.marker == markerEOI {
			break
		}
		pos = s.end
		switch s.marker {
		case markerSOS:
			separate = separate || s.params[0] == 1
		case markerDQT:
			dqt = dqt || s.start > h.SOS
		case markerDHT:
			dht = dht || h.baseline && definesTable(s.params, 2)
		}
	}
	return separate && standardMiscounts(&p) || dqt || dht || fill
}

// definesTable reports whether a valid DHT segment defines a table of at least
// the given number.
func definesTable(p []byte, number byte) bool {
	for len(p) > 0 {
		if p[0]&15 >= number {
			return true
		}
		n := 17
		for _, count := range p[1:17] {
			n += int(count)
		}
		p = p[n:]
	}
	return false
}
