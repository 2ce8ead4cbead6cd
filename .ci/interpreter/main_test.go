package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

// TestUnpack unpacks a folder, a compressed program and a link to it, and refuses a list
// that leads out of the folder.
func TestUnpack(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "python")
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte("program")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	write := func(name string, content []byte) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(from, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(from, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("bin/python3.13.gz", packed.Bytes())
	write("files.json", []byte(`{"files": [{"name": "bin", "perm": 2147484141}, {"name": "bin/python3", "perm": 134217728, "symlink": "python3.13"},
		{"name": "bin/python3.13", "perm": 509, "compressed": true}]}`))
	if err := unpack(from, to); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(to, "bin/python3"))
	if err != nil || info.Mode()&0o111 == 0 || info.Size() != int64(len("program")) {
		t.Errorf("got %v, %v", info, err)
	}
	write("files.json", []byte(`{"files": [{"name": "../outside", "perm": 2147484141}]}`))
	if err := unpack(from, to); err == nil {
		t.Error("a folder outside was made")
	}
}
