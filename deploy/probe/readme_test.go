package probe

import (
	"fmt"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// TestReadme checks that the README's table is that of the questions.
func TestReadme(t *testing.T) {
	want := []string{"| fact | question | how it is measured | what depends on it |", "|---|---|---|---|"}
	for _, q := range Questions() {
		want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s |", q[0], q[1], q[2], q[3]))
	}
	if got := readme.Lines(t, "probe-questions"); !slices.Equal(got, want) {
		for i, line := range want {
			if i >= len(got) || got[i] != line {
				t.Fatalf("want the line\n%s", line)
			}
		}
		t.Errorf("%d lines too many", len(got)-len(want))
	}
}
