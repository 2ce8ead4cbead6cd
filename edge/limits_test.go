package edge

import (
	"testing"
	"time"
)

func TestFunctionMemory(t *testing.T) {
	for mb, want := range map[int64]struct {
		memory int64
		margin time.Duration
	}{
		0:     {0, 520 * time.Millisecond},
		1:     {1, 35880 * time.Millisecond},
		128:   {128<<20 - processMemory, 776 * time.Millisecond},
		512:   {512<<20 - processMemory, 569 * time.Millisecond},
		1769:  {1769<<20 - processMemory, 520 * time.Millisecond},
		10240: {10240<<20 - processMemory, 520 * time.Millisecond},
	} {
		if got := resizeMemory(mb << 20); got != want.memory {
			t.Errorf("%d MB: a resize may take %d bytes, want %d", mb, got, want.memory)
		}
		if kept := keptMemory(mb << 20); kept < 0 || kept > want.memory/8 || mb > 1024 && kept < 64<<20 {
			t.Errorf("%d MB: %d bytes are kept", mb, kept)
		}
		if got := deadlineMargin(mb << 20).Truncate(time.Millisecond); got != want.margin {
			t.Errorf("%d MB: margin %v, want %v", mb, got, want.margin)
		}
	}
}
