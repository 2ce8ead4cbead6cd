package main

import (
	"bytes"
	"image"
	"slices"
	"testing"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
)

// TestDetailed: a photograph has details of every size, so that samples further apart
// differ more.
func TestDetailed(t *testing.T) {
	img := detailed(1500, 40)
	last := 0.0
	for _, apart := range []int{1, 4, 16, 64, 512} {
		sum, n := 0, 0
		for y := range 40 {
			row := img.Y[y*img.YStride:][:1500]
			for x := range 1500 - apart {
				sum += max(int(row[x])-int(row[x+apart]), int(row[x+apart])-int(row[x]))
				n++
			}
		}
		mean := float64(sum) / float64(n)
		if mean < last+0.5 {
			t.Errorf("%d apart samples differ by %.1f, by %.1f nearer", apart, mean, last)
		}
		last = mean
	}
}

// TestKinds: every kind of picture decodes to its size, and is the same each time.
func TestKinds(t *testing.T) {
	for _, k := range append(slices.Clone(kinds), photograph) {
		var b bytes.Buffer
		if err := k.encode(&b, 45, 37); err != nil {
			t.Fatalf("%s: %v", k.name, err)
		}
		var again bytes.Buffer
		if err := k.encode(&again, 45, 37); err != nil || !bytes.Equal(again.Bytes(), b.Bytes()) {
			t.Errorf("%s: differs when it is made again, %v", k.name, err)
		}
		img, _, err := image.Decode(&b)
		if err != nil {
			t.Errorf("%s: %v", k.name, err)
			continue
		}
		want := image.Pt(45, 37)
		if k.name == "moving.gif" {
			want = image.Pt(45/5, 37/4) // of each frame
		}
		if img.Bounds().Size() != want {
			t.Errorf("%s: %v, want %v", k.name, img.Bounds().Size(), want)
		}
	}
}
