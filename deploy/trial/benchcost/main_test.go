package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// TestParseMemories: memory sizes are parsed, and refused unless Lambda has them.
func TestParseMemories(t *testing.T) {
	got, err := parseMemories("256, 10240")
	if err != nil || !slices.Equal(got, []int{256, 10240}) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "127", "10241", "512,", "512MB"} {
		if got, err := parseMemories(bad); err == nil {
			t.Errorf("%q: got %v, want an error", bad, got)
		}
	}
}

// TestDollars: a price is that of GB-seconds and requests.
func TestDollars(t *testing.T) {
	// 100 ms of 1 GB, a million times: 100,000 GB-seconds.
	r := row{memory: 1024, ms: 100}
	if got := r.gbSeconds(); got != 100_000 {
		t.Errorf("got %v GB-seconds", got)
	}
	if got, want := r.dollars(), 0.60+5.001; math.Abs(got-want) > 1e-9 {
		t.Errorf("got $%v, want $%v", got, want)
	}
}

// TestCheapest: a function's cheapest row is found, past one that was killed.
func TestCheapest(t *testing.T) {
	rows := []row{{function: "a", memory: 256, ms: 50}, {function: "b", memory: 256, ms: 1}, {function: "a", memory: 512, ms: 20},
		{function: "a", memory: 128, killed: "a.jpg"}}
	if got := cheapest(rows, "a"); got != rows[2] {
		t.Errorf("got %+v", got)
	}
}

// TestParseSizes: sizes are parsed, in one spelling.
func TestParseSizes(t *testing.T) {
	got, err := parseSizes("500x300, 1x2")
	if want := []size{{500, 300}, {1, 2}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "500", "500x", "0x300", "-5x300", "500x300x2", "500x300,", "05x300"} {
		if got, err := parseSizes(bad); err == nil {
			t.Errorf("%q: got %v, want an error", bad, got)
		}
	}
}

// TestPhotographs: JPEGs that are large enough are chosen evenly.
func TestPhotographs(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, encode func(io.Writer, image.Image) error, width int) string {
		var b bytes.Buffer
		if err := encode(&b, image.NewGray(image.Rect(0, 0, width, 10))); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	asJPEG := func(w io.Writer, img image.Image) error { return jpeg.Encode(w, img, nil) }
	names := []string{
		write("a.jpg", asJPEG, 21), write("b.png", png.Encode, 21), write("c.jpg", asJPEG, 20),
		write("d.jpg", asJPEG, 30), write("e.jpg", asJPEG, 40), write("f.jpg", asJPEG, 50),
	}
	sizes := []size{{20, 9}, {5, 5}}
	for n, want := range map[int][]string{2: {"a.jpg", "e.jpg"}, 9: {"a.jpg", "d.jpg", "e.jpg", "f.jpg"}} {
		if got, err := photographs(t.Context(), dir, names, sizes, n); err != nil || !slices.Equal(got, want) {
			t.Errorf("%d: got %v, %v, want %v", n, got, err, want)
		}
	}
	if got, err := photographs(t.Context(), dir, names, []size{{10, 10}}, 9); err == nil {
		t.Errorf("got %v where none is large enough", got)
	}
}

// TestPaysFrom: the number of views is found from which a format pays.
func TestPaysFrom(t *testing.T) {
	base := formatRow{memory: 1024, ms: 100, bytes: 20 << 10}
	for _, tt := range []struct {
		name      string
		ms, bytes float64
		saved     float64 // dollars, of a million views at a dollar for each GB
		from      int
	}{
		// 100 ms of a GB are 5.001e-6 dollars, 10 KiB are 9.5367e-6.
		{"half the bytes", 200, 10 << 10, 9.5367, 1},
		{"half the bytes at ten times that", 1100, 10 << 10, 9.5367, 6},
		{"no fewer bytes", 200, 20 << 10, 0, 0},
		{"cheaper at the same bytes", 50, 20 << 10, 0, 1},
		{"more bytes", 50, 30 << 10, -9.5367, 0},
		{"cheaper in all", 50, 10 << 10, 9.5367, 1},
	} {
		r := formatRow{memory: 1024, ms: tt.ms, bytes: tt.bytes}
		if got := r.saved(base, 1); math.Abs(got-tt.saved) > 1e-3 {
			t.Errorf("%s: saves $%v, want $%v", tt.name, got, tt.saved)
		}
		if got := r.paysFrom(base, 1); got != tt.from {
			t.Errorf("%s: pays from %d, want %d", tt.name, got, tt.from)
		}
	}
}

// TestPrintFormats: each row is compared with the first one of its size.
func TestPrintFormats(t *testing.T) {
	small, large := size{500, 300}, size{1200, 800}
	rows := []formatRow{
		{size: small, format: resize.JPEG, memory: 1024, ms: 100, bytes: 20 << 10, got: 4, pictures: 4},
		{size: small, format: resize.AVIF, memory: 1024, ms: 1100, bytes: 10 << 10, got: 4, pictures: 4},
		{size: large, format: resize.JPEG, memory: 1024, ms: 1100, bytes: 10 << 10, got: 4, pictures: 4},
		{size: large, format: resize.AVIF, memory: 1024, ms: 1200, bytes: 10 << 10, got: 3, pictures: 4},
	}
	var b strings.Builder
	if err := printFormats(&b, options{formatMemory: 1024, quality: 80, perGB: 1}, rows); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(b.String()) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	for _, want := range []string{
		"500x300 JPEG 100 20.5 5.60", "500x300 AVIF 1100 10.2 55.61 9.54 6",
		"1200x800 JPEG 1100 10.2 55.61", "1200x800 AVIF 1200 10.2 60.61 0.00 never 1 came as something else",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, &b)
		}
	}
}

// TestPlot: the plot has a point for each row, and the names and prices.
func TestPlot(t *testing.T) {
	rows := []row{
		{function: "ours", memory: 256, ms: 100}, {function: "<theirs>", memory: 256, ms: 200},
		{function: "ours", memory: 512, ms: 50}, {function: "<theirs>", memory: 512, ms: 100},
		{function: "ours", memory: 1024, ms: 50}, {function: "<theirs>", memory: 1024, killed: "a.jpg"},
	}
	svg, err := drawCosts(rows)
	if err != nil {
		t.Fatal(err)
	}
	circles, text := 0, ""
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "circle" {
				circles++
			}
		case xml.CharData:
			text += string(token) + "|"
		}
	}
	if want := len(rows) - 1; circles != want {
		t.Errorf("got %d points, want %d", circles, want)
	}
	for _, want := range []string{"|ours|", "|<theirs>|", "|256|", "|512|", "|$1.85|", "|$3.10|"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

// TestVariantList checks that a list has a line for each variant, and needs no file.
func TestVariantList(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.jpg"), make([]byte, 9), 0o644); err != nil {
		t.Fatal(err)
	}
	l := variantList{dir: dir}
	if err := l.add("a.jpg", size{50, 30}, resize.AVIF, variant{ms: 12, bytes: 34}); err != nil {
		t.Fatal(err)
	}
	if err := l.add("b.jpg", size{50, 30}, resize.AVIF, variant{}); err == nil {
		t.Error("got no error for a photograph that is missing")
	}
	name := filepath.Join(dir, "variants.csv")
	for _, file := range []string{"", name} {
		if err := l.write(file); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if want := "original bytes,format,width,height,ms,bytes\n9,avif,50,30,12,34\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
