package pack

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"testing"
)

// TestInterrupted wants context.Canceled, not a failure of Go's, when Ctrl-C comes
// while the go command runs.
func TestInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	// This go interrupts its caller and sleeps until it is killed.
	script := "#!/bin/sh\nkill -INT $PPID\nexec sleep 60\n"
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	for name, do := range map[string]func(context.Context) error{
		"go list":  func(ctx context.Context) error { _, err := Checkout(ctx, "."); return err },
		"go build": func(ctx context.Context) error { _, err := build(ctx, "../..", []byte("{}")); return err },
	} {
		ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
		if err := do(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v", name, err)
		}
		stop()
	}
}
