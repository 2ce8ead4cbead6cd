package jpeg

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// djpeg decodes a JPEG with libjpeg-turbo's command line and returns the output:
// without args a PGM or a PPM, 8 bits a sample. Without djpeg it skips the test,
// unless DJPEG=required; it fails the test if djpeg warns.
func djpeg(t testing.TB, file []byte, args ...string) []byte {
	t.Helper()
	out, warnings := djpegWarning(t, file, args...)
	if warnings != "" {
		t.Fatalf("djpeg %q: %s", args, warnings)
	}
	return out
}

// djpegWarning does what djpeg does, and returns the warnings.
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
