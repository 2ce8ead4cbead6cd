package resize

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImports: bytes in, bytes out. Nothing here knows of AWS or of what is
// built upon it.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/edgeresize/edgeresize/"
	for path := range strings.FieldsSeq(string(out)) {
		ours := strings.HasPrefix(path, module)
		if strings.Contains(path, "/aws") || ours && !strings.HasPrefix(path, module+"resize") {
			t.Errorf("imports %s", path)
		}
	}
}
