package release

import (
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
)

// TestDefaults: a new function has what CloudFront takes.
func TestDefaults(t *testing.T) {
	if !slices.Contains(edgelimits.Runtimes, string(Runtime)) || DefaultTimeoutS > edgelimits.Origin.MaxTimeoutS ||
		DefaultMemoryMB < edgelimits.MinMemoryMB || DefaultMemoryMB > edgelimits.Origin.MaxMemoryMB {
		t.Errorf("CloudFront refuses %s, %d MB, %d s", Runtime, DefaultMemoryMB, DefaultTimeoutS)
	}
}
