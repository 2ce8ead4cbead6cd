package trial

import (
	"os"
	"strings"
	"testing"
)

// TestInterpreters wants the README of deploy/pack to name the interpreters that make
// try-package runs the package in.
func TestInterpreters(t *testing.T) {
	pins, err := os.ReadFile("interpreters.txt")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../pack/README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for line := range strings.Lines(string(pins)) {
		if !strings.HasPrefix(line, "v0.0.0-") {
			continue
		}
		found++
		version, _, _ := strings.Cut(strings.TrimPrefix(line, "v0.0.0-"), "-")
		if !strings.Contains(string(readme), "Python "+version) {
			t.Errorf("deploy/pack/README.md does not name Python %s", version)
		}
		if tools != "" && pythons(t)["Python "+version] == "" {
			t.Errorf("Python %s is missing", version)
		}
	}
	if found < 2 {
		t.Errorf("%d interpreters in interpreters.txt, want 3.13 and 3.14", found)
	}
}
