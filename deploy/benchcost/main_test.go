package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

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

func TestCheapest(t *testing.T) {
	rows := []row{{function: "a", memory: 256, ms: 50}, {function: "b", memory: 256, ms: 1}, {function: "a", memory: 512, ms: 20},
		{function: "a", memory: 128, killed: "a.jpg"}}
	if got := cheapest(rows, "a"); got != rows[2] {
		t.Errorf("got %+v", got)
	}
}

func TestNiceStep(t *testing.T) {
	for step, want := range map[float64]float64{0.7: 1, 1: 1, 1.1: 2, 4.9: 5, 5.1: 10, 30: 50} {
		if got := niceStep(step); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: got %v, want %v", step, got, want)
		}
	}
}

func TestPlot(t *testing.T) {
	rows := []row{
		{function: "ours", memory: 256, ms: 100}, {function: "<theirs>", memory: 256, ms: 200},
		{function: "ours", memory: 512, ms: 50}, {function: "<theirs>", memory: 512, ms: 100},
		{function: "ours", memory: 1024, ms: 50}, {function: "<theirs>", memory: 1024, killed: "a.jpg"},
	}
	svg, err := plot(rows)
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
