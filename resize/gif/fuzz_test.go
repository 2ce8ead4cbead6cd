package gif

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// FuzzFrames opens and decodes any data. It expects as many frames as the header says,
// the same each time, or an error of the right type.
func FuzzFrames(f *testing.F) {
	const longest = 16 << 10 // of a seed, bytes
	for _, g := range pictest.GIFs() {
		f.Add(g.Bytes(f))
	}
	files, err := filepath.Glob("../../testdata/originals/*.gif")
	if err != nil || len(files) == 0 {
		f.Fatalf("no files, %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) <= longest {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Open(t.Context(), pic.Bytes(data))
		var unsupported pic.UnsupportedError
		if err != nil {
			if p != nil || !isInvalid(err) && !errors.As(err, &unsupported) {
				t.Errorf("%v, %v", p, err)
			}
			return
		}
		h := p.Header()
		if !Is(data) || h.Width < 1 || h.Height < 1 || h.Frames < 1 || h.Loops < -1 {
			t.Fatalf("%+v", h)
		}
		if h.Width*h.Height*h.Frames > 1<<18 {
			return
		}
		seen, delays, err := decoded(t.Context(), data)
		again, _, errAgain := decoded(t.Context(), data)
		if len(again) != len(seen) || (err == nil) != (errAgain == nil) {
			t.Fatalf("%d frames, %v; then %d, %v", len(seen), err, len(again), errAgain)
		}
		for i := range seen {
			if !bytes.Equal(seen[i].Pix, again[i].Pix) {
				t.Errorf("frame %d differs the second time", i)
			}
		}
		if err != nil {
			if !isInvalid(err) {
				t.Error(err)
			}
			return
		}
		if len(seen) != h.Frames || len(delays) != h.Frames {
			t.Errorf("%d frames, want %d", len(seen), h.Frames)
		}
	})
}
