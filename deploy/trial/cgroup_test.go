package trial

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMain runs the tests, or, as a process of TestGroupMemory, takes 128 MiB of memory:
// several times as much with the race detector.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "take" {
		taken := make([]byte, 128<<20)
		for i := 0; i < len(taken); i += 4096 {
			taken[i] = 1
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// newGroup makes a group for a test, which is skipped where none can be made.
func newGroup(t *testing.T, l Limits) *Group {
	t.Helper()
	g, err := NewGroup(l)
	if errors.Is(err, ErrNoGroups) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// run runs command in the group.
func (g *Group) run(command ...string) error {
	line := g.Command(command...)
	return exec.Command(line[0], line[1:]...).Run()
}

func TestGroupMemory(t *testing.T) {
	for _, tt := range []struct {
		limit int64
		kills bool
	}{{64 << 20, true}, {1 << 30, false}} {
		g := newGroup(t, Limits{Memory: tt.limit})
		err := g.run(os.Args[0], "take")
		killed, err2 := g.Killed()
		if err2 != nil {
			t.Fatal(err2)
		}
		if (err != nil) != tt.kills || (killed > 0) != tt.kills {
			t.Errorf("limit %d: got %v, %d killed; want killed %v", tt.limit, err, killed, tt.kills)
		}
		// The kernel may charge some pages beyond the limit before it kills.
		if peak, err := g.Peak(); err != nil || peak < 60<<20 || peak > tt.limit+1<<20 {
			t.Errorf("limit %d: got a peak of %d, %v", tt.limit, peak, err)
		}
	}
}

func TestGroupCPU(t *testing.T) {
	g := newGroup(t, Limits{CPUs: 0.25})
	if err := g.run("sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"); err != nil {
		t.Fatal(err)
	}
	if cpu, err := g.CPU(); err != nil || cpu <= 0 {
		t.Errorf("got %v, %v", cpu, err)
	}
	content, err := os.ReadFile(g.throttled())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), "nr_throttled ") || strings.Contains(string(content), "nr_throttled 0\n") {
		t.Errorf("the group was not held back: %s", content)
	}
}

// throttled returns the file that counts how often the group was held back.
func (g *Group) throttled() string {
	if g.layout.cpuField != "" {
		return g.file("cpu.stat")
	}
	return g.file("cpu/cpu.stat")
}
