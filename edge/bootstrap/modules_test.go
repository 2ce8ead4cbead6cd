package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/mod/semver"
)

// safeImage is the first version of golang.org/x/image in which no crafted TIFF or BMP
// panics in a goroutine that does not recover.
const safeImage = "v0.47.0"

// TestModules checks that go.sum pins every module in the binary, and that
// golang.org/x/image is safeImage or later.
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
	if !decodesSafely(versions[image]) {
		t.Errorf("%s is %q, want %s or later", image, versions[image], safeImage)
	}
}

// decodesSafely reports whether a version of golang.org/x/image is safeImage or later.
// What is no version is earlier than any.
func decodesSafely(version string) bool { return semver.Compare(version, safeImage) >= 0 }

// TestDecodesSafely checks versions next to safeImage, and texts that are no versions.
func TestDecodesSafely(t *testing.T) {
	for version, want := range map[string]bool{
		"v0.47.0": true, "v0.46.9": false, "v0.100.0": true, "v1.0.0": true, "": false, "(devel)": false,
		"v0.47.0-0.20260101000000-0123456789ab": false, "v0.47.1-0.20260101000000-0123456789ab": true,
	} {
		if decodesSafely(version) != want {
			t.Errorf("%q: %v", version, !want)
		}
	}
}
