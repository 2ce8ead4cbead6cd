package release

import (
	"slices"
	"strings"
	"testing"
)

// A dry run prints the difference and changes nothing.
func TestDryRun(t *testing.T) {
	b := newBench(t).withSite(t)
	ctx := t.Context()
	b.published(t, "one")
	b.published(t, "two")
	check := func(name string, do func() error, want ...string) {
		t.Helper()
		b.DryRun = true
		b.difference.Reset()
		before := len(b.aws.Writes())
		must(t, do())
		b.DryRun = false
		got := strings.FieldsFunc(b.difference.String(), func(r rune) bool { return r == '\n' })
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if writes := b.aws.Writes(); len(writes) != before {
			t.Errorf("%s: wrote %v", name, operations(writes[before:]))
		}
	}
	const invalidation = "+distribution E1: invalidation of /*"
	const place, tag = "distribution E1, default behaviour: ", "function edgeresize: tag edgeresize:E1:default: "
	attach := func() error {
		return b.Attach(ctx, AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL})
	}
	check("attach", attach, "-"+place+noFunctions, "+"+place+functions("1"), invalidation, "+"+tag+"former=none attached=1")
	must(t, attach())
	check("attach again", attach)
	check("attach another", func() error { return b.Attach(ctx, AttachOptions{Place: defaultPlace}) },
		"-"+place+functions("1"), "+"+place+functions("2"), invalidation, "-"+tag+"former=none attached=1", "+"+tag+"former=1 attached=2")
	check("roll back", func() error { return b.Rollback(ctx, defaultPlace, "") }, "-"+place+functions("1"), "+"+place+noFunctions, invalidation)
	check("detach", func() error { return b.Detach(ctx, defaultPlace) },
		"-"+place+functions("1"), "+"+place+noFunctions, invalidation, "-"+tag+"former=none attached=1", "+"+tag+"former=1 attached=none")
	check("invalidate", func() error { return b.Invalidate(ctx, "E1") }, invalidation+", unless there was one since it was last changed")
	b.KeepCache = true
	check("keep the cache", func() error { return b.Rollback(ctx, defaultPlace, "") }, "-"+place+functions("1"), "+"+place+noFunctions)
	b.KeepCache = false
	must(t, b.Detach(ctx, defaultPlace))
	check("tear down", func() error { return b.Teardown(ctx) },
		"-function edgeresize, version 1", "-function edgeresize, version 2", "-function edgeresize")
}
