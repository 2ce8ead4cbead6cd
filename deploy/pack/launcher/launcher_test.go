package launcher

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// TestSource wants a module that differs from the source in this folder by the binary's
// size alone.
func TestSource(t *testing.T) {
	for _, name := range Names() {
		got, err := Source(name, 12345)
		if err != nil {
			t.Fatal(err)
		}
		want := bytes.Replace(sources[name], []byte("SIZE = 0"), []byte("SIZE = 12345"), 1)
		if !bytes.Equal(got, want) || bytes.Equal(got, sources[name]) {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
	if got, err := Source("fork", 1); err == nil {
		t.Errorf("no such launcher: got %s", got)
	}
}

// TestEnvironment lets the launcher start a script that prints its environment.
func TestEnvironment(t *testing.T) {
	python := peer.Program(t, "PYTHON", "python3", "python3")
	const script = "#!/bin/sh\nenv\n"
	source, err := Source(Exec, len(script))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, Module), source, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bootstrap"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	want := Environment(1234)
	cmd := exec.Command(python, filepath.Join(dir, Module))
	cmd.Env = []string{want[0], "PATH=" + os.Getenv("PATH")}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(string(out), "\n")
	for _, set := range want {
		if !slices.Contains(got, set) {
			t.Errorf("no %s in %q", set, got)
		}
	}
}
