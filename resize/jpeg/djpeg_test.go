package jpeg

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// djpeg decodes a JPEG with libjpeg-turbo's command line and returns what that
// writes: with no other args a PGM or a PPM, 8 bits a sample. The test is
// skipped where there is no djpeg, unless DJPEG=required; it fails where djpeg
// has so much as a warning.
func djpeg(t testing.TB, file []byte, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath("djpeg")
	if err != nil {
		if os.Getenv("DJPEG") == "required" {
			t.Fatal(err)
		}
		t.Skip("no djpeg (of libjpeg-turbo-progs):", err)
	}
	var out, said bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(file), &out, &said
	if err := cmd.Run(); err != nil || said.Len() > 0 {
		t.Fatalf("djpeg %q: %v: %s", args, err, said.Bytes())
	}
	return out.Bytes()
}
