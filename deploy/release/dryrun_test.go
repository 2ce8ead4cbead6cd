package release

import (
	"slices"
	"strings"
	"testing"
)

// said runs a command, perhaps as a dry run, and returns the lines that it writes.
func (b *bench) said(t *testing.T, dry bool, do func() error) []string {
	t.Helper()
	b.Difference = &b.progress
	b.progress.Reset()
	b.DryRun = dry
	must(t, do())
	b.DryRun = false
	return slices.Collect(strings.Lines(b.progress.String()))
}

// A dry run changes nothing. It writes what the real run writes until that waits for the
// change to be deployed, then what would follow, and what would differ.
func TestDryRun(t *testing.T) {
	b := newBench(t).withSite(t)
	ctx := t.Context()
	b.published(t, "one")
	b.published(t, "two")
	attach := func(version, canary string) func() error {
		return func() error {
			return b.Attach(ctx, AttachOptions{Place: defaultPlace, Version: version, Canary: canary})
		}
	}
	rollback := func() error { return b.Rollback(ctx, defaultPlace, "") }
	detach := func() error { return b.Detach(ctx, defaultPlace) }
	const place, tag = "distribution E1, default behaviour: ", "function edgeresize: tag edgeresize:E1:default: "
	canary := "dry run: canary: " + b.siteURL + ": once that is deployed, asking for it at several sizes, and undoing the change if an answer is wrong"
	invalidating := []string{
		"dry run: distribution E1: invalidating /*",
		"+distribution E1: invalidation of /*, unless there was one since it was last changed",
	}
	for _, tt := range []struct {
		name  string
		do    func() error
		words int // lines of the real run before it waits for the change to be deployed
		then  []string
	}{
		{"attach", attach("1", b.siteURL), 3, []string{canary,
			"-" + place + noFunctions, "+" + place + functions("1"), "+" + tag + "former=none attached=1"}},
		{"attach again", attach("1", b.siteURL), 1, append(slices.Clone(invalidating), canary)},
		{"attach the newest", attach("", ""), 2, []string{
			"-" + place + functions("1"), "+" + place + functions("2"),
			"-" + tag + "former=none attached=1", "+" + tag + "former=1 attached=2"}},
		{"roll back", rollback, 2, []string{"-" + place + functions("2"), "+" + place + functions("1")}},
		{"roll back again", rollback, 1, invalidating},
		{"roll back to", func() error { return b.Rollback(ctx, defaultPlace, "2") }, 2, []string{
			"-" + place + functions("1"), "+" + place + functions("2"),
			"-" + tag + "former=1 attached=2", "+" + tag + "former=1 attached=2"}},
		{"detach", detach, 2, []string{
			"-" + place + functions("2"), "+" + place + noFunctions,
			"-" + tag + "former=1 attached=2", "+" + tag + "former=2 attached=none"}},
		{"detach again", detach, 1, invalidating},
	} {
		before := len(b.aws.Writes())
		dry := b.said(t, true, tt.do)
		if writes := b.aws.Writes(); len(writes) != before {
			t.Errorf("%s: wrote %v", tt.name, operations(writes[before:]))
		}
		want := b.said(t, false, tt.do)
		asked := slices.IndexFunc(want, func(line string) bool { return strings.HasPrefix(line, "distribution E1: ") })
		if asked != tt.words {
			t.Errorf("%s: says\n%s", tt.name, strings.Join(want, ""))
			continue
		}
		want = want[:asked]
		for i, line := range want {
			if !strings.HasPrefix(line, "canary: ") { // a dry run asks for the original, too
				want[i] = "dry run: " + line
			}
		}
		for _, line := range tt.then {
			want = append(want, line+"\n")
		}
		if !slices.Equal(dry, want) {
			t.Errorf("%s: the dry run says\n%s\nwant\n%s", tt.name, strings.Join(dry, ""), strings.Join(want, ""))
		}
	}
}

// With the cache kept, a dry run names no invalidation.
func TestDryRunKeepsCache(t *testing.T) {
	b := newBench(t).withSite(t)
	b.KeepCache = true
	b.published(t, "one")
	attach := func() error { return b.Attach(t.Context(), AttachOptions{Place: defaultPlace}) }
	for range 2 {
		if got := strings.Join(b.said(t, true, attach), ""); strings.Contains(got, "invalidat") || !strings.HasPrefix(got, "dry run: ") {
			t.Errorf("got %s", got)
		}
		must(t, attach())
	}
}

// Invalidate and Teardown change nothing in a dry run either.
func TestDryRunOfOthers(t *testing.T) {
	b := newBench(t).withSite(t)
	b.published(t, "one")
	b.published(t, "two")
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace}))
	wrote := len(b.aws.Writes())
	invalidate := func() error { return b.Invalidate(t.Context(), "E1") }
	want := "distribution E1: Deployed\ndry run: distribution E1: invalidating /*\n" +
		"+distribution E1: invalidation of /*, unless there was one since it was last changed\n"
	if got := strings.Join(b.said(t, true, invalidate), ""); got != want {
		t.Errorf("invalidate: got\n%swant\n%s", got, want)
	}
	if writes := b.aws.Writes(); len(writes) != wrote {
		t.Errorf("invalidate: wrote %v", operations(writes[wrote:]))
	}
	must(t, b.Detach(t.Context(), defaultPlace))
	wrote = len(b.aws.Writes())
	teardown := func() error { return b.Teardown(t.Context()) }
	want = "-function edgeresize, version 1\n-function edgeresize, version 2\n-function edgeresize\n"
	if got := strings.Join(b.said(t, true, teardown), ""); got != want {
		t.Errorf("teardown: got\n%swant\n%s", got, want)
	}
	if writes := b.aws.Writes(); len(writes) != wrote {
		t.Errorf("teardown: wrote %v", operations(writes[wrote:]))
	}
}
