package launcher

import (
	"bytes"
	"testing"
)

// The size of the binary is all that differs from the source in this folder.
func TestSource(t *testing.T) {
	for _, name := range Names() {
		got, err := Source(name, 12345)
		if err != nil {
			t.Fatal(err)
		}
		want := bytes.Replace(sources[name], []byte("SIZE = 0"), []byte("SIZE = 12345"), 1)
		if !bytes.Equal(got, want) || bytes.Equal(got, sources[name]) {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
	if got, err := Source("fork", 1); err == nil {
		t.Errorf("no such launcher: got %s", got)
	}
}
