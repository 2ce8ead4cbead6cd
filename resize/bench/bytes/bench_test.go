package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMain runs the tests, or acts as this project's peer or as one in sharp's place.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == "self":
		exitOn(self(os.Stdin, os.Stdout))
	case len(os.Args) > 1 && os.Args[1] == "standard":
		standard()
	default:
		os.Exit(m.Run())
	}
}

// standard encodes and decodes JPEGs as peer_sharp.mjs does, with image/jpeg. It
// supports no other format.
func standard() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var r request
		exitOn(json.Unmarshal(lines.Bytes(), &r))
		a, err := standardAnswer(r)
		if err != nil {
			a.Error = err.Error()
		}
		exitOn(json.NewEncoder(os.Stdout).Encode(a))
	}
}

func standardAnswer(r request) (peerReply, error) {
	var out bytes.Buffer
	switch r.Format {
	case "jpeg":
		pixels, err := readPNG(r.In)
		if err != nil {
			return peerReply{}, err
		}
		quality := int(r.Options["quality"].(float64))
		if err := jpeg.Encode(&out, pixels, &jpeg.Options{Quality: quality}); err != nil {
			return peerReply{}, err
		}
	case "":
		data, err := os.ReadFile(r.In)
		if err != nil {
			return peerReply{}, err
		}
		img, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			return peerReply{}, err
		}
		pixels := onWhite(img)
		for i := 0; i < len(pixels.Pix); i += 4 {
			out.Write(pixels.Pix[i:][:3])
		}
	default:
		return peerReply{}, fmt.Errorf("no encoder for %q", r.Format)
	}
	cpu := make([]float64, r.Times)
	for i := range cpu {
		cpu[i] = 7
	}
	return peerReply{Bytes: out.Len(), CPU: cpu}, os.WriteFile(r.Out, out.Bytes(), 0o644)
}

// small returns a run over one small picture, given twice.
func small(t *testing.T, all ...encoder) *bench {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r := smallPicture(t)
	b := &bench{encoders: all, pictures: []resized{r, r}, scratch: t.TempDir(),
		peers: peers{t.TempDir(), []string{program, "standard"}, []string{program, "self"}}}
	return b
}

// smallPicture returns the original of the metrics' tests.
func smallPicture(t *testing.T) resized {
	t.Helper()
	path, err := filepath.Abs("../metric/testdata/original.png")
	if err != nil {
		t.Fatal(err)
	}
	return resized{name: "original.png", size: image.Pt(150, 117), path: path}
}

func TestBench(t *testing.T) {
	b := small(t, encoders[:2]...)
	if err := b.measure(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	for i, outcomes := range b.outcomes {
		for k, o := range outcomes {
			for n, score := range scores {
				if o.at[n] == nil || o.alike[n] == nil {
					t.Fatalf("picture %d, encoder %d, score %v: got %+v", i, k, score, o)
				}
				// All write the same format, in about as many bytes.
				if ratio := o.at[n].bytes / outcomes[0].at[n].bytes; ratio < 0.75 || ratio > 1.2 {
					t.Errorf("picture %d, encoder %d, score %v: got %.3f of the bytes", i, k, score, ratio)
				}
			}
			if o.cpu <= 0 || o.looks[byScore] < 60 || o.looks[byScore] > 95 || o.looks[bySecond] >= 0 {
				t.Errorf("picture %d, encoder %d: got %v ms a megapixel, %v", i, k, o.cpu, o.looks)
			}
		}
	}
	if got, want := b.outcomes[0][0].cpu, 7/(150*117/1e6); got != want {
		t.Errorf("got %v ms a megapixel, want %v", got, want)
	}
	if first, last := b.outcomes[0][1], b.outcomes[len(b.outcomes)-1][1]; first.looks != last.looks {
		t.Errorf("the same picture looks like %v and %v", first.looks, last.looks)
	}
}

func TestBenchFails(t *testing.T) {
	b := small(t, encoder{"strange", "", "strange", map[string]any{}})
	err := b.measure(t.Context(), 2)
	if err == nil || !strings.Contains(err.Error(), `original.png: strange: sharp: no encoder for "strange"`) {
		t.Errorf("got %v", err)
	}
}

func TestBenchInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := small(t, encoders[:2]...).measure(ctx, 1); !errors.Is(err, errInterrupted) {
		t.Errorf("got %v", err)
	}
}
