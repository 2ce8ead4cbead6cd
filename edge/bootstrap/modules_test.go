package main

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// TestModules checks that every module in the binary is pinned by go.sum, and
// that golang.org/x/image is v0.47.0 or later: in earlier ones a crafted TIFF
// or BMP can panic in a goroutine that does not recover.
func TestModules(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{with .Replace}} replaced{{end}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	const own, image = "github.com/edgeresize/edgeresize", "golang.org/x/image"
	versions := map[string]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == own {
			continue
		}
		versions[fields[0]] = fields[1]
		if len(fields) > 2 {
			t.Errorf("%s is replaced", fields[0])
		}
		if !strings.Contains(string(sums), fields[0]+" "+fields[1]+" h1:") {
			t.Errorf("%s %s has no checksum in go.sum", fields[0], fields[1])
		}
	}
	if !atLeast(versions[image], 0, 47) {
		t.Errorf("%s is %q, want v0.47.0 or later", image, versions[image])
	}
}

// atLeast reports whether a version such as "v1.2.3" is at least major.minor.
func atLeast(version string, major, minor int) bool {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	if len(parts) < 3 {
		return false
	}
	a, errA := strconv.Atoi(parts[0])
	b, errB := strconv.Atoi(parts[1])
	return errA == nil && errB == nil && (a > major || a == major && b >= minor)
}

func TestAtLeast(t *testing.T) {
	for version, want := range map[string]bool{"v0.47.0": true, "v0.46.9": false, "v0.100.0": true, "v1.0.0": true, "": false, "v0.47": false, "(devel)": false} {
		if atLeast(version, 0, 47) != want {
			t.Errorf("%q: %v", version, !want)
		}
	}
}
