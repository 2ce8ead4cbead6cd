package jpeg

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// djpeg decodes a JPEG with libjpeg-turbo's command line and returns what that
// writes: with no other args a PGM or a PPM, 8 bits a sample. The test is
// skipped where there is no djpeg, unless DJPEG=required; it fails where djpeg
// has so much as a warning.
func djpeg(t testing.TB, file []byte, args ...string) []byte {
	t.Helper()
	out, warnings := djpegWarning(t, file, args...)
	if warnings != "" {
		t.Fatalf("djpeg %q: %s", args, warnings)
	}
	return out
}

// djpegWarning is djpeg, and returns the warnings.
func djpegWarning(t testing.TB, file []byte, args ...string) (out []byte, warnings string) {
	t.Helper()
	path := peer.Program(t, "DJPEG", "djpeg", "libjpeg-turbo-progs")
	var pixels, said bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(file), &pixels, &said
	const warned = 2 // exit code
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != warned {
		t.Fatalf("djpeg %q: %v: %s", args, err, said.Bytes())
	}
	return pixels.Bytes(), said.String()
}
