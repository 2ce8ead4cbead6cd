package plot

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCheckWritable checks that a file is left as it was, and that a folder is refused.
func TestCheckWritable(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "plot.svg")
	if err := os.WriteFile(file, []byte("<svg/>"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, ok := range map[string]bool{"": true, file: true, filepath.Join(dir, "new.svg"): true, dir: false, filepath.Join(dir, "none/plot.svg"): false} {
		if err := CheckWritable(name); (err == nil) != ok {
			t.Errorf("%q: got %v", name, err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "<svg/>" {
		t.Errorf("got %q, %v", got, err)
	}
}
