package webp

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// tool runs a command of libwebp. Of args, "IN" stands for a file that holds
// data, and "OUT" for the file that it returns. It skips the test without the
// command, unless WEBP=required, and fails it if the command fails.
func tool(t testing.TB, data []byte, name string, args ...string) []byte {
	t.Helper()
	path := peer.Program(t, "WEBP", name, "webp")
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	if err := os.WriteFile(in, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, arg := range args {
		args[i] = map[string]string{"IN": in, "OUT": out}[arg]
		if args[i] == "" {
			args[i] = arg
		}
	}
	said, err := exec.Command(path, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, said)
	}
	written, err := os.ReadFile(out)
	if err != nil {
		return said
	}
	return written
}
