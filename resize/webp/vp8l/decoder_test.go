package vp8l

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math/rand/v2"
	"testing"
)

// decode decodes a whole stream.
func decode(d *Decoder, stream []byte) (*image.NRGBA, error) {
	h, err := d.Open(stream)
	if err != nil {
		return nil, err
	}
	img := image.NewNRGBA(image.Rect(0, 0, h.Width, h.Height))
	for y := 0; ; y++ {
		row, err := d.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return img, nil
		}
		if err != nil {
			return nil, err
		}
		copy(img.Pix[y*img.Stride:], row)
	}
}

// same checks that two pictures are equal.
func same(t *testing.T, name string, got, want *image.NRGBA) {
	t.Helper()
	if got.Rect != want.Rect {
		t.Fatalf("%s: %v, want %v", name, got.Rect, want.Rect)
	}
	for i := range want.Pix {
		if got.Pix[i] != want.Pix[i] {
			at := i / 4
			t.Fatalf("%s: pixel %d, %d is %v, want %v", name, at%want.Rect.Dx(), at/want.Rect.Dx(), got.Pix[4*at:][:4], want.Pix[4*at:][:4])
		}
	}
}

var sizes = []image.Point{{1, 1}, {1, 40}, {50, 1}, {3, 2}, {33, 70}, {130, 95}, {257, 60}}

// TestPeers decodes what libwebp encodes, and compares with dwebp and
// golang.org/x/image.
func TestPeers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var d Decoder // one for all pictures
	for _, p := range pictures {
		for range 4 {
			size := sizes[r.IntN(len(sizes))]
			args := []string{"-z", fmt.Sprint(r.IntN(10))}
			if r.IntN(2) == 0 {
				args = append(args, "-exact")
			}
			if r.IntN(3) == 0 {
				args = append(args, "-near_lossless", fmt.Sprint(r.IntN(100)))
			}
			name := fmt.Sprint(p.name, size, args)
			stream := cwebp(t, p.make(r, size.X, size.Y), args...)
			got, err := decode(&d, stream)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want, err := xImage(stream)
			if err != nil {
				t.Fatal(err)
			}
			same(t, name, got, want)
			same(t, name, got, dwebp(t, stream))
			if at := r.IntN(len(stream)); at > 0 {
				decode(&d, stream[:at]) // must leave nothing behind for the next
				bad := bytes.Clone(stream)
				bad[at] ^= byte(1 + r.IntN(255))
				decode(&d, bad)
			}
		}
	}
}
