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
		planned, _, _ := strings.Cut(progress, "distribution "+distribution+": ")
		want := ""
		for line := range strings.Lines(planned) {
			want += "dry run: " + line
		}
		if status != 0 || !strings.Contains(want, " -> ") || !strings.HasPrefix(stdout, want+"-distribution ") {
			t.Errorf("%q: got %d, dry\n%s\nreal\n%s", args, status, stdout, progress)
		}
	}
}
