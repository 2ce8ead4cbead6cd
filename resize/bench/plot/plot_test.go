package plot

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

// TestSVG checks that the SVG is XML with a circle for each point, a line for each joined
// curve and every text, escaped.
func TestSVG(t *testing.T) {
	p := Plot{
		Title: "a < b", Note: "a note", X: []Tick{{0, "x0"}, {1, "x1"}}, Y: []Tick{{0.5, "y"}}, Grid: true,
		Curves: []Curve{
			{Name: "<ours>", Colour: Colours[0], Joined: true, Points: []Point{{0, 0, "$1"}, {1, 1, "$2"}}},
			{Colour: Colours[1], Points: []Point{{0.5, 0.5, ""}}},
		},
	}
	svg, err := p.SVG()
	if err != nil {
		t.Fatal(err)
	}
	elements, text := map[string]int{}, "|"
	for d := xml.NewDecoder(strings.NewReader(string(svg))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			elements[token.Name.Local]++
		case xml.CharData:
			text += string(token) + "|"
		}
	}
	if elements["circle"] != 3 || elements["polyline"] != 1 || elements["line"] != 3 {
		t.Errorf("got %v", elements)
	}
	for _, want := range []string{"|a < b|", "|a note|", "|x0|", "|x1|", "|y|", "|<ours>|", "|$1|", "|$2|"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

// TestPlace checks that labels of neighbours do not overlap, and that none leaves the frame.
func TestPlace(t *testing.T) {
	labels := []*label{{X: 300, Y: 100, Text: "one"}, {X: 305, Y: 102, Text: "two"}, {X: left, Y: 200, Text: "left"}, {X: right, Y: 200, Text: "right"}}
	place(labels)
	if labels[0].LabelY >= labels[0].Y || labels[1].LabelY <= labels[1].Y {
		t.Errorf("got %v and %v", *labels[0], *labels[1])
	}
	if labels[2].Anchor != "start" || labels[3].Anchor != "end" {
		t.Errorf("got %v and %v", *labels[2], *labels[3])
	}
}

// TestNiceStep checks that a step is rounded up to 1, 2 or 5 times a power of ten.
func TestNiceStep(t *testing.T) {
	for step, want := range map[float64]float64{0.7: 1, 1: 1, 1.1: 2, 4.9: 5, 5.1: 10, 30: 50} {
		if got := NiceStep(step); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: got %v, want %v", step, got, want)
		}
	}
}
