package release

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// invalidated returns the paths of E1's invalidations, the oldest first.
func (b *bench) invalidated() (paths []string) {
	for _, i := range b.distributions.Invalidations("E1") {
		paths = append(paths, strings.Join(i.Paths, " "))
	}
	return paths
}

// A change is followed by one invalidation of the behaviour's path, after it is deployed
// and before the site is tried. A command that changes nothing makes none.
func TestInvalidations(t *testing.T) {
	b := newBench(t).withSite(t)
	ctx := t.Context()
	for _, text := range []string{"one", "two"} {
		b.published(t, text)
	}
	b.distributions.InvalidationPolls = 1
	asked := 0
	b.onVisit = func(int) {
		for _, i := range b.distributions.Invalidations("E1") {
			if !i.Completed {
				asked++
			}
		}
	}
	attach := func(version string, at Place) func() error {
		return func() error { return b.Attach(ctx, AttachOptions{Place: at, Version: version}) }
	}
	for _, step := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"attach", func() error {
			return b.Attach(ctx, AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL})
		}, []string{"/*"}},
		{"attach again", attach("1", defaultPlace), nil},
		{"attach another", attach("2", defaultPlace), []string{"/*"}},
		{"attach the first once more", attach("1", defaultPlace), []string{"/*"}},
		{"attach elsewhere", attach("1", imgPlace), []string{"/img/*"}},
		{"invalidate", func() error { return b.Invalidate(ctx, "E1") }, []string{"/*"}},
		{"invalidate again", func() error { return b.Invalidate(ctx, "E1") }, nil},
		{"roll back", func() error { return b.Rollback(ctx, imgPlace, "") }, []string{"/img/*"}},
		{"roll back again", func() error { return b.Rollback(ctx, imgPlace, "") }, nil},
		{"detach", func() error { return b.Detach(ctx, defaultPlace) }, []string{"/*"}},
		{"detach again", func() error { return b.Detach(ctx, defaultPlace) }, nil},
	} {
		before := len(b.invalidated())
		must(t, step.do())
		if got := b.invalidated()[before:]; !slices.Equal(got, step.want) {
			t.Errorf("%s: invalidated %q, want %q\n%s", step.name, got, step.want, &b.progress)
		}
	}
	if asked > 0 || b.visits == 0 {
		t.Errorf("the site was asked %d times while an invalidation was in progress", asked)
	}
	if err := b.Invalidate(ctx, "E1"); err == nil || !strings.Contains(err.Error(), "-function") {
		t.Errorf("without a behaviour that calls it: got %v", err)
	}
}

// A change that is undone is invalidated too: it has answered viewers.
func TestUndoneIsInvalidated(t *testing.T) {
	b := newBench(t)
	secondBroken(t, b)
	before := len(b.invalidated())
	err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "2", Canary: b.siteURL})
	if failed := (*CanaryError)(nil); !errors.As(err, &failed) {
		t.Errorf("got %v", err)
	}
	if got := b.invalidated()[before:]; !slices.Equal(got, []string{"/*", "/*"}) {
		t.Errorf("invalidated %q", got)
	}
}

func TestKeepCache(t *testing.T) {
	b := newBench(t).withDistribution(t)
	b.KeepCache = true
	oneAttached(t, b)
	must(t, b.Rollback(t.Context(), defaultPlace, ""))
	if got := b.invalidated(); got != nil {
		t.Errorf("invalidated %q", got)
	}
}

// The paths that a user names replace the behaviour's, with one "*" each at a time. Paths
// that others cover are left out.
func TestCachePaths(t *testing.T) {
	b := newBench(t).withDistribution(t)
	b.published(t, "one")
	b.CachePaths = []string{"/media/*", "/media/a/*", "/wp-content/*", "/a.jpg", "/media/*"}
	must(t, b.Attach(t.Context(), AttachOptions{Place: imgPlace}))
	if got := b.invalidated(); !slices.Equal(got, []string{"/media/*", "/wp-content/*", "/a.jpg"}) {
		t.Errorf("invalidated %q", got)
	}
}

// Before anything changes, the command says whether more than the behaviour's is
// invalidated, and why.
func TestWiderPathIsSaidBefore(t *testing.T) {
	const rewrites = "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation><EventType>viewer-request</EventType>" +
		"<FunctionARN>arn:aws:cloudfront::123456789012:function/f</FunctionARN></FunctionAssociation></Items></FunctionAssociations>"
	site := viewerrequest.SettingsOf(edge.DefaultConfig())
	ours := site.Script()
	site.URLPrefix, site.KeyPrefix = "/img", "/media"
	rewriting := site.Script()
	for _, tt := range []struct {
		pattern, functions, code string
		want                     string
	}{
		{"/img/*.jpg", "", "", "/img/* (an invalidation cannot name /img/*.jpg exactly)"},
		{"/img/*", rewrites, ours, "/img/*"},
		{"/img/*", rewrites, ours + "//", "/* (its viewer-request function may rewrite the URLs of /img/*)"},
		{"/img/*", rewrites, rewriting, "/* (its viewer-request function may rewrite the URLs of /img/*)"},
		{"/img/*", rewrites, "", "/* (its viewer-request function may rewrite the URLs of /img/*)"},
	} {
		b := newBench(t)
		b.distributions.AddFunction("f", tt.code)
		config := strings.Replace(string(fakecloudfront.Example), "/img/*", tt.pattern, 1)
		if tt.functions != "" {
			i := strings.LastIndex(config, "<FunctionAssociations>")
			config = config[:i] + strings.Replace(config[i:], "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>", tt.functions, 1)
		}
		must(t, b.distributions.Add("E1", "d.cloudfront.net", []byte(config)))
		b.published(t, "one")
		o := AttachOptions{Place: Place{"E1", tt.pattern}}
		b.DryRun = true
		must(t, b.Attach(t.Context(), o))
		if want := "invalidating " + tt.want + "\n"; !strings.Contains(b.difference.String(), want) {
			t.Errorf("the dry run does not say %q:\n%s", want, &b.difference)
		}
		b.DryRun = false
		b.progress.Reset()
		var said string
		b.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
			if c.Operation == "UpdateDistribution" {
				said = b.progress.String()
			}
			return fakeaws.Fault{}
		}
		must(t, b.Attach(t.Context(), o))
		if !strings.Contains(said, "invalidating "+tt.want+"\n") {
			t.Errorf("it is not said before: %s", said)
		}
		if path, _, _ := strings.Cut(tt.want, " "); !slices.Equal(b.invalidated(), []string{path}) {
			t.Errorf("invalidated %q", b.invalidated())
		}
	}
}

// Others may use up the invalidations that CloudFront allows at a time.
func TestInvalidationAwaitsRoom(t *testing.T) {
	b := newBench(t).withDistribution(t)
	b.published(t, "one")
	refusals := 3
	b.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation != "CreateInvalidation" || refusals == 0 {
			return fakeaws.Fault{}
		}
		refusals--
		return fakeaws.Fault{Error: &fakeaws.Error{Status: 400, Code: "TooManyInvalidationsInProgress", Message: "Too many."}}
	}
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace}))
	if got := b.invalidated(); !slices.Equal(got, []string{"/*"}) {
		t.Errorf("invalidated %q\n%s", got, &b.progress)
	}
	refusals = 1 << 20
	var waited time.Duration
	b.Wait = func(_ context.Context, d time.Duration) error { waited += d; return nil }
	err := b.Detach(t.Context(), defaultPlace)
	if slow := (*SlowError)(nil); !errors.As(err, &slow) || waited < roomPatience.limit || !strings.Contains(err.Error(), "room") {
		t.Errorf("got %v after %v", err, waited)
	}
}

// Credentials that may change the distribution but not invalidate are told both ways out.
func TestInvalidationDenied(t *testing.T) {
	b := newBench(t).withDistribution(t)
	b.published(t, "one")
	b.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation != "CreateInvalidation" {
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: 403, Code: "AccessDenied", Message: "no"}}
	}
	err := Explain(b.Attach(t.Context(), AttachOptions{Place: defaultPlace}))
	if err == nil || !strings.Contains(err.Error(), "cloudfront:CreateInvalidation") || !strings.Contains(err.Error(), "-keep-cache") {
		t.Errorf("got %v", err)
	}
}
