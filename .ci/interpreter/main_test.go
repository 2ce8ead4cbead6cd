package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
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

// TestDownload downloads a module from a proxy of its own, and refuses it if it has another
// checksum than the pin.
func TestDownload(t *testing.T) {
	const version = "v0.0.1"
	proxy := t.TempDir()
	folder := filepath.Join(proxy, module, "@v")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	mod := "module " + module + "\n"
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	f, err := w.Create(module + "@" + version + "/go.mod")
	if err == nil {
		_, err = f.Write([]byte(mod))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{".info": `{"Version": "` + version + `"}`, ".mod": mod, ".zip": packed.String()} {
		if err := os.WriteFile(filepath.Join(folder, version+name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{"GOPROXY": "file://" + proxy, "GONOSUMDB": module, "GOMODCACHE": t.TempDir(), "GOFLAGS": "-modcacherw"} {
		t.Setenv(name, value)
	}
	var sum string
	_, err = download(version, "h1:another")
	if _, scanErr := fmt.Sscanf(fmt.Sprint(err), `the checksum is %q, want "h1:another"`, &sum); scanErr != nil {
		t.Fatalf("got %v", err)
	}
	dir, err := download(version, sum)
	if got, readErr := os.ReadFile(filepath.Join(dir, "go.mod")); err != nil || string(got) != mod {
		t.Errorf("got %q, %v, %v", got, err, readErr)
	}
	if _, err := download("v0.0.2", sum); err == nil {
		t.Error("a version that does not exist was downloaded")
	}
}
