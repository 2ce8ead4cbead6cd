package main

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

// TestMatchingAligned: libjpeg-turbo comes first, then the formats that match.
func TestMatchingAligned(t *testing.T) {
	all, formats, err := matchingAligned("WebP|AVIF")
	if err != nil || len(all) != 3 || len(formats) != 2 || all[0].own() || !all[1].own() {
		t.Errorf("%+v, %+v, %v", all, formats, err)
	}
	one, formats, err := matchingAligned("WebP")
	if err != nil || len(one) != 2 || len(formats) != 1 || one[1].format != "webp" || formats[0].name != "WebP" {
		t.Errorf("%+v, %+v, %v", one, formats, err)
	}
	for _, bad := range []string{"JPEG", "("} {
		if _, _, err := matchingAligned(bad); err == nil {
			t.Errorf("%q is no error", bad)
		}
	}
}

// TestQuantiserOf: between qualities and beyond them, the quantiser follows the score.
func TestQuantiserOf(t *testing.T) {
	quantiser := func(quality int) int { return 200 - 2*quality }
	var means []float64
	for _, quality := range calibrated {
		means = append(means, float64(quality)/2)
	}
	for _, want := range []float64{2, 5, 22.5, 41, 49, 50, 51} {
		if got := quantiserOf(quantiser, means, want); math.Abs(got-(200-4*want)) > 1e-9 {
			t.Errorf("%v for a score of %v", got, want)
		}
	}
}

// TestPrintAligned checks the printed means and quantisers.
func TestPrintAligned(t *testing.T) {
	all := make([][][]float64, 2)
	for i := range all {
		all[i] = make([][]float64, 2)
		for _, quality := range calibrated {
			all[i][0] = append(all[i][0], float64(quality+2*i))
			all[i][1] = append(all[i][1], float64(quality-1))
		}
	}
	var out bytes.Buffer
	printAligned(&out, []alignedFormat{{"WebP", "webp", func(quality, pixels int) int { return pixels - quality }}}, 120, meansOf(all))
	lines := strings.Split(out.String(), "\n")
	if want := "     60    61.00   59.00   -2.00         60       58.0"; len(lines) != len(calibrated)+2 || lines[6] != want {
		t.Errorf("%q\n%q", lines, want)
	}
}
