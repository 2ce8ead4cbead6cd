package gif

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// decoded opens a GIF and returns each frame as a viewer sees it, and the delays.
func decoded(ctx context.Context, data []byte) (seen []*image.NRGBA, delays []int, err error) {
	p, err := Open(ctx, pic.Bytes(data))
	if err != nil {
		return nil, nil, err
	}
	d, err := p.Plan(sized(p.Header(), 1, 1))
	if err != nil {
		return nil, nil, err
	}
	for f, err := range d.Frames(ctx, new(pic.Buffers)) {
		if err != nil {
			return seen, delays, err
		}
		img, err := pixelsOf(f.Rows)
		if err != nil {
			return seen, delays, err
		}
		seen, delays = append(seen, img), append(delays, f.Delay/10)
	}
	return seen, delays, nil
}

// pixelsOf reads all rows, which have four samples a pixel.
func pixelsOf(rows *pic.Rows) (*image.NRGBA, error) {
	img := image.NewNRGBA(image.Rect(0, 0, rows.Width, rows.Height))
	for y := 0; ; y++ {
		row, err := rows.Next()
		if err == io.EOF && y == rows.Height {
			return img, nil
		}
		if err != nil {
			return nil, err
		}
		copy(img.Pix[y*img.Stride:][:img.Stride], row)
	}
}

// compareSeen compares the frames of a GIF with those that the standard library
// decodes.
func compareSeen(t *testing.T, data []byte) {
	t.Helper()
	got, delays, err := decoded(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	want, g := pictest.SeenFrames(t, data)
	if fmt.Sprint(delays) != fmt.Sprint(g.Delay) {
		t.Fatalf("delays %v, want %v", delays, g.Delay)
	}
	for i := range want {
		if !bytes.Equal(got[i].Pix, want[i].Pix) {
			t.Errorf("frame %d differs", i)
		}
	}
}

func TestSeen(t *testing.T) {
	for name, g := range pictest.GIFs() {
		t.Run(name, func(t *testing.T) { compareSeen(t, g.Bytes(t)) })
	}
	for seed := range uint64(300) {
		data, _ := chosen(t, rand.New(rand.NewPCG(seed, 1)))
		compareSeen(t, data)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// TestSeenAgain: ranging over the frames again gives the same frames, wherever the
// first range ended.
func TestSeenAgain(t *testing.T) {
	data := pictest.GIFs()["cleared, then restored"].Bytes(t)
	want, _ := pictest.SeenFrames(t, data)
	p, err := Open(t.Context(), pic.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Plan(sized(p.Header(), 1, 1))
	if err != nil {
		t.Fatal(err)
	}
	frames := d.Frames(t.Context(), new(pic.Buffers))
	for n := range len(want) + 1 {
		i := 0
		for f, err := range frames {
			if err != nil {
				t.Fatal(err)
			}
			if img, err := pixelsOf(f.Rows); err != nil || !bytes.Equal(img.Pix, want[i].Pix) {
				t.Errorf("frame %d differs after %d, %v", i, n-1, err)
			}
			if i++; i == n {
				break
			}
		}
	}
}
