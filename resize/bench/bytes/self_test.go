package main

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/jpeg"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/bench/metric"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// original is a photograph of 1600x1200.
const original = "../../../testdata/originals/PHOTO.jpg"

func TestPrepare(t *testing.T) {
	made, err := prepare(t.Context(), original, t.TempDir(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != len(sizes) {
		t.Fatalf("got %+v", made)
	}
	for i, r := range made {
		pixels, err := readPNG(r.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := pixels.Rect.Size(); got != sizes[i] || r.size != sizes[i] || r.name != "PHOTO.jpg" {
			t.Errorf("got %v, %+v", got, r)
		}
		if !pixels.Opaque() {
			t.Error("pixels are transparent")
		}
	}
	small, err := prepare(t.Context(), "../../../testdata/originals/jpeg-444.jpg", t.TempDir(), 0)
	if err != nil || len(small) != 0 {
		t.Errorf("got %+v, %v of a small picture", small, err)
	}
	if got, err := prepare(t.Context(), "../../../testdata/originals/html-called.jpg", t.TempDir(), 0); err == nil {
		t.Errorf("got %+v of no picture", got)
	}
}

// TestSelf encodes with each of our encoders through the protocol. It expects more
// bytes at a higher quality, and a look that fits the quality.
func TestSelf(t *testing.T) {
	picture := smallPicture(t)
	pixels, err := readPNG(picture.path)
	if err != nil {
		t.Fatal(err)
	}
	want := metric.NewSSIMULACRA2(pixels)
	for format := range ours {
		last := peerReply{}
		for _, quality := range []int{40, 90} {
			r := request{In: picture.path, Out: filepath.Join(t.TempDir(), "out"), Format: format,
				Options: map[string]any{"quality": quality}, Times: 2}
			got := asked(t, r)
			if got.Error != "" || len(got.CPU) != 2 || got.Bytes <= last.Bytes {
				t.Fatalf("%s at quality %d: got %+v, after %+v", format, quality, got, last)
			}
			last = got
			file, err := os.ReadFile(r.Out)
			if err != nil || len(file) != got.Bytes {
				t.Fatalf("%d bytes, %v", len(file), err)
			}
			if strings.HasPrefix(format, "avif") { // avifdec decodes these in the avif package's tests
				if parsed, err := pictest.ParseAVIF(file); err != nil || parsed.Width != picture.size.X {
					t.Errorf("%s: %d pixels wide, %v", format, parsed.Width, err)
				}
				continue
			}
			img, _, err := image.Decode(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(format, "webp") {
				fullRange(img.(*image.YCbCr))
			}
			score, err := want.Score(img)
			if err != nil || quality == 90 && score < 75 || score > 99 {
				t.Errorf("%s at quality %d: got a score of %v, %v", format, quality, score, err)
			}
		}
	}
}

// fullRange stretches samples of BT.601's limited range, which golang.org/x/image/webp
// does not convert.
func fullRange(img *image.YCbCr) {
	for i, p := range [][]uint8{img.Y, img.Cb, img.Cr} {
		span, middle, zero := 219.0, 16.0, 0.0
		if i > 0 {
			span, middle, zero = 224, 128, 128
		}
		for j, v := range p {
			p[j] = uint8(min(255, max(0, math.Round((float64(v)-middle)*255/span+zero))))
		}
	}
}

func TestSelfErrors(t *testing.T) {
	quality := map[string]any{"quality": 80}
	for _, r := range []request{
		{In: original, Format: "jpeg", Options: quality, Times: 1}, // not a PNG
		{In: "none.png", Format: "jpeg", Options: quality, Times: 1},
		{In: "none.png", Format: "tiff", Options: quality, Times: 1},
		{In: "none.png", Format: "jpeg", Times: 1},
		{In: "none.png", Format: "jpeg", Options: quality},
	} {
		if got := asked(t, r); got.Error == "" {
			t.Errorf("%+v: got %+v", r, got)
		}
	}
}

// asked returns the only answer to a request.
func asked(t *testing.T, r request) peerReply {
	t.Helper()
	line, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := self(bytes.NewReader(line), &out); err != nil {
		t.Fatal(err)
	}
	var a peerReply
	d := json.NewDecoder(&out)
	if err := d.Decode(&a); err != nil {
		t.Fatal(err)
	}
	if err := d.Decode(&a); err != io.EOF {
		t.Errorf("a second answer: %v, %v", a, err)
	}
	return a
}

// TestPeer expects answers in order, and the error output of a peer that fails.
func TestPeer(t *testing.T) {
	p, err := startPeer(t.Context(), "echo", t.TempDir(), "sh", "-c",
		`read x; echo '{"bytes":3,"cpu_ms":[5,1,2]}'; read x; echo '{"error":"no"}'; read x; echo broken >&2; exit 3`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.ask(request{In: "a"})
	if err != nil || got.Bytes != 3 || median(got.CPU) != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, want := range []string{"echo: no", "broken"} {
		if got, err := p.ask(request{In: "a"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %+v, %v, want %q", got, err, want)
		}
	}
}
