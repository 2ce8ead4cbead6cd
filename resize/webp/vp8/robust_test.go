package vp8

import (
	"bytes"
	"image"
	"math/rand/v2"
	"testing"
)

// agrees decodes a key frame and compares with golang.org/x/image: both must
// fail, or give the same samples. It returns the picture, or nil.
func agrees(t *testing.T, d *Decoder, frame []byte, label string) *image.YCbCr {
	t.Helper()
	got, err := decodeWhole(d, frame)
	want, wantErr := decodeOther(frame)
	switch {
	case beyond(frame):
		// golang.org/x/image reads on; its result means nothing.
	case wantErr == nil && want.Rect.Empty():
		if err == nil {
			t.Fatalf("%s: nothing is a picture", label)
		}
	case (err == nil) != (wantErr == nil):
		t.Fatalf("%s: error %v, of x/image %v", label, err, wantErr)
	case err == nil:
		if s := difference(got, want); s != "" {
			t.Fatalf("%s: ours and x/image's differ %s", label, s)
		}
	}
	return got
}

// beyond reports whether a partition of a frame begins with 255, which is beyond
// the interval of the arithmetic coder and so stands for no data.
func beyond(frame []byte) bool {
	var d Decoder
	if len(frame) > HeaderSize && frame[HeaderSize] == 255 {
		return true
	}
	if d.Start(frame) != nil {
		return false
	}
	for i := range d.partitions {
		if len(d.tokens[i].data) == 0 {
			return true
		}
	}
	return false
}

// small returns a few small key frames.
func small(t testing.TB) [][]byte {
	r := rand.New(rand.NewPCG(5, 6))
	var frames [][]byte
	for _, args := range [][]string{
		{"-q", "70", "-m", "4"},
		{"-q", "20", "-m", "6", "-segments", "4", "-sns", "100", "-af"},
		{"-q", "95", "-m", "2", "-f", "0"},
		{"-q", "50", "-nostrong", "-f", "80", "-sharpness", "5"},
	} {
		webp := tool(t, scene(r, 20+r.IntN(40), 20+r.IntN(40)), "cwebp", append(args, "-quiet", "-o", "-", "--", "-")...)
		frames = append(frames, frameOf(t, webp))
	}
	return frames
}

func TestCutOff(t *testing.T) {
	var d Decoder
	for i, frame := range small(t) {
		for n := range len(frame) {
			if agrees(t, &d, frame[:n], "cut off") != nil && n < len(frame)-4 {
				t.Errorf("frame %d of %d bytes is whole without all but %d", i, len(frame), n)
			}
		}
	}
}

// TestFlippedBits checks that corrupt frames give the same result as in x/image,
// and leave nothing behind for the next.
func TestFlippedBits(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var d Decoder
	for _, frame := range small(t) {
		good := agrees(t, &d, frame, "good")
		for range 400 {
			bad := bytes.Clone(frame)
			for range 1 + r.IntN(4) {
				bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
			}
			if w, h, err := Size(bad); err == nil && w*h > 1<<16 {
				continue
			}
			agrees(t, &d, bad, "flipped")
			again, err := decodeWhole(&d, frame)
			if err != nil || difference(again, good) != "" {
				t.Fatalf("after a corrupt frame: %v, %s", err, difference(again, good))
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, frame := range small(f) {
		f.Add(frame)
	}
	var d Decoder
	f.Fuzz(func(t *testing.T, frame []byte) {
		if w, h, err := Size(frame); err == nil && w*h > 1<<16 {
			return
		}
		agrees(t, &d, frame, "fuzzed")
	})
}
