package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const testdata = "../metric/testdata/"

func TestRun(t *testing.T) {
	var got bytes.Buffer
	if err := run(&got, testdata+"original.png", []string{testdata + "original.png", testdata + "jpeg-50.png"}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(got.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("got %q", &got)
	}
	for i, want := range [][]string{
		{"100.000", "0.0000", "36252", testdata + "original.png"},
		{"66.1", "1.72", "35150", testdata + "jpeg-50.png"},
	} {
		fields := strings.Fields(lines[i])
		if len(fields) != len(want) {
			t.Fatalf("got %q", lines[i])
		}
		for k := range want {
			if !strings.HasPrefix(fields[k], want[k]) {
				t.Errorf("got %q, want %q", lines[i], want)
			}
		}
	}
}

// TestRunJPEG: a JPEG, decoded by djpeg or without, scores 100 against itself.
func TestRunJPEG(t *testing.T) {
	var got bytes.Buffer
	photo := "../../../testdata/originals/jpeg-444.jpg"
	if err := run(&got, photo, []string{photo}); err != nil {
		t.Fatal(err)
	}
	if fields := strings.Fields(got.String()); len(fields) != 4 || fields[0] != "100.000" {
		t.Errorf("got %q", &got)
	}
}

func TestRunErrors(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.jpg")
	if err := os.WriteFile(broken, []byte("\xff\xd8\xff\xe0 no more"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"none.png", broken, "../../../testdata/originals/jpeg-444.jpg"} {
		if err := run(&bytes.Buffer{}, testdata+"original.png", []string{other}); err == nil || !strings.Contains(err.Error(), other) {
			t.Errorf("%s: got %v", other, err)
		}
	}
}
