// Package cdk checks what README.md says of the package for npm. The tests of the
// constructs themselves are in TypeScript: see README.md.
package cdk

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// TestReadmePack checks the line that packs, and that the zips in the examples are those
// that the lines above it make.
func TestReadmePack(t *testing.T) {
	data, err := os.ReadFile("package.json")
	if err != nil {
		t.Fatal(err)
	}
	var described struct{ Name, Version string }
	if err := json.Unmarshal(data, &described); err != nil {
		t.Fatal(err)
	}
	lines := strings.Join(readme.Lines(t, "cdk"), "\n")
	if want := fmt.Sprintf("%s-%s.tgz", described.Name, described.Version); !strings.Contains(lines, "npm pack ./deploy/cdk ") || !strings.Contains(lines, "# "+want) {
		t.Errorf("npm pack makes %s: got %s", want, lines)
	}
	for zip, command := range map[string]string{
		"edgeresize": "go run ./deploy package ",
		"purge":      "go run ./deploy package -function purge ",
		"invoker":    "go run ./deploy package -function invoker ",
	} {
		if !strings.Contains(lines, command) || !strings.Contains(lines, "dist/"+zip+".zip") {
			t.Errorf("no line makes dist/%s.zip: got %s", zip, lines)
		}
	}
}
