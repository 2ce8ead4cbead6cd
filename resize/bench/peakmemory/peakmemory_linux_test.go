package peakmemory

import (
	"os"
	"testing"
)

// TestOf: memory that a process has taken counts.
func TestOf(t *testing.T) {
	before, err := Of(os.Getpid())
	if err != nil || before <= 0 {
		t.Fatalf("got %d, %v", before, err)
	}
	taken := make([]byte, before+64<<20)
	for i := 0; i < len(taken); i += 4096 {
		taken[i] = 1
	}
	if after, err := Of(os.Getpid()); err != nil || after < int64(len(taken)) {
		t.Errorf("%d bytes after %d were taken, %v", after, len(taken), err)
	}
	if _, err := Of(-1); err == nil {
		t.Error("a process that is none has memory")
	}
}
