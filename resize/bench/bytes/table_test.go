package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image/color"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

var update = flag.Bool("update", false, "write the golden files")

// made returns a run over three pictures. The others' bytes are multiples of the first
// encoder's, and one of them cannot reach a score with one picture.
func made() *bench {
	b := &bench{encoders: []encoder{
		{"sharp JPEG", "JPEG", "jpeg", map[string]any{}},
		{"edgeresize JPEG", "<ours>", "jpeg", nil},
		{"sharp AVIF", "AVIF", "avif", map[string]any{"effort": 4}},
	}}
	for i, size := range []int{0, 1, 1} {
		b.pictures = append(b.pictures, resized{name: "picture", size: sizes[size]})
		var outcomes []outcome
		for k, factor := range []float64{1, 0.8, 0.5} {
			o := outcome{looks: looks{75 + float64(i) + factor, -1}, cpu: []float64{8, 10, 2000}[k] * float64(i+1)}
			for n := range scores {
				bytes := 1000 * float64(n+1) * factor
				o.at = append(o.at, &sample{bytes: bytes, quality: 80})
				o.alike = append(o.alike, &sample{bytes: bytes * (1 + 0.1*float64(k)), quality: 80})
			}
			outcomes = append(outcomes, o)
		}
		b.outcomes = append(b.outcomes, outcomes)
	}
	b.outcomes[1][1].at[2] = nil
	for i := range b.pictures {
		b.outcomes[i][2].alike[0] = nil
	}
	return b
}

func TestTable(t *testing.T) {
	var got bytes.Buffer
	tabulate(made()).print(&got)
	const golden = "testdata/table.txt"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("got\n%s\nwant\n%s", &got, want)
	}
}

// TestTableOfOneSize: no part repeats another.
func TestTableOfOneSize(t *testing.T) {
	b := made()
	b.pictures, b.outcomes = b.pictures[1:], b.outcomes[1:]
	if parts := tabulate(b).parts; len(parts) != 1 || parts[0].size != sizes[1] || parts[0].pictures != 2 {
		t.Errorf("got %+v", parts)
	}
}

// TestTableOfDrawings: drawings are reported separately, and the plot shows
// photographs.
func TestTableOfDrawings(t *testing.T) {
	b := made()
	b.pictures[0].drawing = true
	parts := tabulate(b).parts
	if len(parts) != 2 || !parts[0].drawings || parts[0].pictures != 1 || parts[1].drawings || parts[1].pictures != 2 {
		t.Errorf("got %+v", parts)
	}
	b.pictures[1].drawing, b.pictures[2].drawing = true, true
	if parts := tabulate(b).parts; len(parts) != 1 || !parts[0].drawings || parts[0].pictures != 3 {
		t.Errorf("got %+v", parts)
	}
}

func TestIsDrawing(t *testing.T) {
	photo := pictest.Scene(40, 30)
	drawing := pictest.Drawn(40, 30, func(x, y int) color.NRGBA { return color.NRGBA{uint8(x / 10 * 60), uint8(y), 0, 255} })
	if isDrawing(photo) || !isDrawing(drawing) {
		t.Errorf("a photo is one: %v, a drawing: %v", isDrawing(photo), isDrawing(drawing))
	}
}

func TestPlot(t *testing.T) {
	svg, err := tabulate(made()).plot()
	if err != nil {
		t.Fatal(err)
	}
	circles, text := 0, "|"
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
	if circles != 3 {
		t.Errorf("got %d points, want 3", circles)
	}
	for _, want := range []string{"|JPEG 1.00|", "|<ours> 0.80|", "|AVIF 0.50|", "|10|", "|10000|", "|0.6|"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

func TestMatching(t *testing.T) {
	got, err := matching("mozjpeg")
	if err != nil || len(got) != 2 || got[0].name != encoders[0].name || got[1].short != "mozjpeg" {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"(", "no such encoder"} {
		if got, err := matching(bad); err == nil {
			t.Errorf("%q: got %v", bad, got)
		}
	}
}
