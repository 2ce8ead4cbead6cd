package edge

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// Whatever the original and the format, a placeholder has at most 500 bytes.
func TestPlaceholderIsSmall(t *testing.T) {
	originals, err := filepath.Glob("../testdata/originals/*")
	if err != nil || len(originals) == 0 {
		t.Fatalf("%d originals, %v", len(originals), err)
	}
	cfg := everything()
	made := 0
	for _, file := range originals {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range append([]resize.Format{""}, askable...) {
			ask, err := Asked("preset=placeholder&format="+string(format), cfg)
			if err != nil {
				t.Fatal(err)
			}
			v, err := resize.Resize(t.Context(), resize.Bytes(data), ask.request(cfg))
			if err != nil {
				continue // broken, or no picture; resize tests which
			}
			made++
			if len(v.Data) > 500 {
				t.Errorf("%s as %s: %d bytes", filepath.Base(file), v.Format, len(v.Data))
			}
		}
	}
	if made < 3*len(originals) {
		t.Errorf("%d placeholders of %d originals", made, len(originals))
	}
}
