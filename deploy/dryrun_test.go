package main

import (
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/release"
)

// A dry run writes nothing to AWS, and prints on standard output what the real run prints
// before it changes the distribution.
func TestDryRunCommands(t *testing.T) {
	c := newCloud(t)
	c.addDistribution(t)
	publish(t, release.PublishOptions{Zip: zipOf(t, "one"), Role: role})
	for _, args := range [][]string{{"attach", "-canary=false"}, {"rollback"}, {"detach"}} {
		if args[0] == "detach" {
			deploy(t, "attach", "-canary=false", "-distribution", distribution)
		}
		args = append(args, "-distribution", distribution)
		before := len(c.Writes())
		status, stdout, stderr := deploy(t, append(args, "-dry-run")...)
		if status != 0 || stderr != "" || len(c.Writes()) != before {
			t.Errorf("%q: got %d, %q and wrote %v", args, status, stderr, c.Writes()[before:])
		}
		status, _, progress := deploy(t, args...)
		// A real run may find its own change, if the answer to it got lost, and look again.
		rest := progress
		words, difference, _ := strings.Cut(stdout, "-distribution ")
		for line := range strings.Lines(words) {
			line, planned := strings.CutPrefix(line, "dry run: ")
			before, after, done := strings.Cut(rest, line)
			if !planned || !done || before != "" && !strings.Contains(before, "looking again") {
				t.Errorf("%q: the dry run says %q, the real one %q", args, line, progress)
			}
			rest = after
		}
		if status != 0 || !strings.Contains(words, " -> ") || difference == "" {
			t.Errorf("%q: got %d, dry\n%s\nreal\n%s", args, status, stdout, progress)
		}
	}
}
