// Package peer finds the programs that tests run, most of them to compare with.
package peer

import (
	"os"
	"os/exec"
	"testing"
)

// Program returns the path of the program name from a Debian package. If it is not
// installed, the test is skipped, or fails if the environment has variable=required, as
// in CI.
func Program(t testing.TB, variable, name, debian string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
	case os.Getenv(variable) == "required":
		t.Fatal(err)
	default:
		t.Skipf("no %s (apt-get install %s): %v", name, debian, err)
	}
	return path
}
