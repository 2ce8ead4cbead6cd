package release

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// kindOf returns the kind of an error of attach or canary, in a word.
func kindOf(err error) string {
	failed, uncertain, unusable := (*CanaryError)(nil), (*UncertainError)(nil), (*UnusableError)(nil)
	switch {
	case err == nil:
		return "works"
	case errors.As(err, &failed):
		return "fails"
	case errors.As(err, &uncertain):
		return "uncertain"
	case errors.As(err, &unusable):
		return "unusable"
	}
	return err.Error()
}

// With all pairs of options, a version that works stays attached, one that does not is
// detached again, and nothing is undone if the canary cannot tell.
func TestAttachCrossesOptions(t *testing.T) {
	all := everyOption()
	if len(all) < 42 {
		t.Fatalf("%d sites", len(all))
	}
	for _, o := range all {
		t.Run(o.String(), func(t *testing.T) {
			t.Parallel()
			b := newOptionsBench(t, o)
			at := Place{"E1", o.behavior}
			attach := func(version, kind, live string) {
				t.Helper()
				err := b.Attach(t.Context(), AttachOptions{Place: at, Version: version, Canary: b.siteURL})
				if got := kindOf(err); got != kind {
					t.Fatalf("attach version %s: %s: %v, want %s\n%s", version, got, err, kind, &b.progress)
				}
				if got := numberIn(b.distributions.Live("E1", o.behavior, "origin-response")); got != live {
					t.Errorf("attach version %s: %v: %s is there, want %s", version, err, got, live)
				}
				if text := fmt.Sprint(err); kind == "uncertain" && (!strings.HasPrefix(text, "version "+version+" stays; canary: cannot tell whether") || strings.Contains(text, "\n")) {
					t.Errorf("got %v", err)
				}
			}
			if !o.letsSizesThrough() {
				attach("1", "unusable", "none")
				return
			}
			right := "works"
			if o.asks != "only trimmed" && (o.front == sizingFront || o.front == deniedFront && (o.sizes != "" || o.config().OnlyPresets)) {
				right = "uncertain"
			}
			attach("1", right, "1")
			if got := kindOf(b.Canary(t.Context(), "E1", b.siteURL)); got != right {
				t.Errorf("canary: %s, want %s\n%s", got, right, &b.progress)
			}
			attach("3", "fails", "1")
			there := "1"
			if o.asks == "only trimmed" {
				there = "2"
				attach("2", right, there) // the original may be right
			} else if o.doubtful() {
				there = "2"
				attach("2", "uncertain", there)
			} else {
				attach("2", "fails", there)
			}
			b.otherCommands(t, o, at, there)
		})
	}
}

// otherCommands checks that status names the version at a behaviour, its config and what is
// in front, and that the other commands detach and delete the function.
func (b *bench) otherCommands(t *testing.T, o siteOptions, at Place, there string) {
	t.Helper()
	status, err := b.Status(t.Context(), StatusOptions{})
	must(t, err)
	for _, v := range status.Versions {
		if (v.Number == there) != slices.Equal(v.Attached, []Place{at}) {
			t.Errorf("version %s is at %v, and %s is there", v.Number, v.Attached, there)
		}
		if v.Number != there {
			continue
		}
		if cfg, whole, ok := ReadDescription(v.Config); !ok || !whole || cfg.Missing != o.missing || !strings.Contains(v.Baked(), "missing="+o.missing+" ") {
			t.Errorf("the config is %s", v.Baked())
		}
		want := map[string]string{
			noFront: "no viewer-request function", ourFront: "viewer-request function in-front: sizes=" + orAll(o.sizes) + " formats=",
			olderFront: "by another checkout", lambdaFront: ":login:1, whose settings are not known",
		}[o.front]
		if o.front == ourFront && o.asks == "only presets" {
			want = "max=" + fmt.Sprint(o.maxWidth) + "x4096 parameters=w,preset (presets card,thumb only)"
		}
		if len(v.Fronts) != 1 || !strings.Contains(v.Fronts[0], want) {
			t.Errorf("in front is %q, want %q", v.Fronts, want)
		}
	}
	live := func() string { return numberIn(b.distributions.Live("E1", o.behavior, "origin-response")) }
	must(t, b.Invalidate(t.Context(), "E1"))
	must(t, b.Rollback(t.Context(), at, "3"))
	must(t, b.Rollback(t.Context(), at, ""))
	if live() != there {
		t.Errorf("after a rollback %s is there, want %s", live(), there)
	}
	if err := b.Teardown(t.Context()); err == nil {
		t.Error("torn down while it is attached")
	}
	must(t, b.Detach(t.Context(), at))
	if live() != "none" {
		t.Errorf("%s is there", live())
	}
	must(t, b.Teardown(t.Context()))
	if left := b.functions.String(); strings.Contains(left, ":edgeresize ") || strings.Contains(left, ":login ") != (o.front == lambdaFront) {
		t.Errorf("left is\n%s", left)
	}
}

// A stack's version does not record its config: the canary knows enough by the settings of
// the function in front, which lack larger.
func TestCanaryOfAStack(t *testing.T) {
	for _, o := range []siteOptions{
		{sizes: "640x,120x", missing: edge.MissingKeepRatio, maxWidth: 130},
		{missing: edge.MissingOriginal, maxWidth: 4096, asks: "only presets"},
		{missing: edge.MissingOriginal, maxWidth: 4096, asks: "presets"},
		{missing: edge.MissingOriginal, maxWidth: 4096, asks: "largest"},
		{sizes: "301x227", missing: edge.MissingOriginal, maxWidth: 4096, asks: "largest"}, // the picture's size
		{sizes: "301x227", missing: edge.MissingOriginal, maxWidth: 4096},
	} {
		o.front = ourFront
		b := newOptionsBench(t, o)
		arn, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "right too"), Description: "python3.13, 512 MB, edgeresize/0123.zip"})
		must(t, err)
		right := b.site.Handler(o.config())
		b.site.Function = func(string) cloudfront.Function { return right }
		must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: numberIn(arn), Canary: b.siteURL}))
		must(t, b.Canary(t.Context(), "E1", b.siteURL))
		b.site.Function = func(string) cloudfront.Function { return changed(func(edge.Request, *edge.Response) {}) }
		if err := b.Canary(t.Context(), "E1", b.siteURL); kindOf(err) != "fails" && o.sizes == "" { // allowed sizes are cached
			t.Errorf("%s: a function that does nothing: got %v", o, err)
		}
	}
}

// A HEAD that fails is an error even where the original may be right.
func TestCanaryOfALooseHead(t *testing.T) {
	b := newOptionsBench(t, siteOptions{missing: edge.MissingOriginal, maxWidth: 4096, front: ourFront, asks: "only trimmed"})
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL}))
	usual := b.Viewer.Transport
	b.Viewer = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		got, err := usual.RoundTrip(r)
		if err == nil && r.Method == http.MethodHead {
			got.StatusCode = http.StatusBadGateway
		}
		return got, err
	})}
	if err := b.Canary(t.Context(), "E1", b.siteURL); kindOf(err) != "fails" || !strings.Contains(err.Error(), "HEAD got 502") {
		t.Errorf("got %v", err)
	}
}

// A URL that asks for a preset asks for a size already.
func TestCanaryOfAPreset(t *testing.T) {
	b := newOptionsBench(t, siteOptions{missing: edge.MissingOriginal, maxWidth: 4096, front: ourFront, asks: "presets"})
	err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL + "?preset=card"})
	if kindOf(err) != "unusable" || !strings.Contains(err.Error(), asksAlready) {
		t.Errorf("got %v", err)
	}
}

// The canary cannot sign URLs. It says so, and asks for originals.
func TestCanaryOfSignedURLs(t *testing.T) {
	for _, sizes := range []string{"", "120x90"} {
		b := newOptionsBench(t, siteOptions{sizes: sizes, missing: edge.MissingOriginal, maxWidth: 4096, front: ourFront, asks: "signature"})
		must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL}))
		if said := b.progress.String(); !strings.Contains(said, "variants are not tried, as only signed URLs get them") {
			t.Errorf("it says\n%s", said)
		}
		if err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "3", Canary: b.siteURL}); kindOf(err) != "fails" {
			t.Errorf("a version that fails: got %v", err)
		}
	}
}

// A function on viewers' responses explains wrong headers, and nothing else.
func TestCanaryBehindAResponder(t *testing.T) {
	b := newOptionsBench(t, siteOptions{missing: edge.MissingOriginal, maxWidth: 4096, front: ourFront})
	arn := b.distributions.AddFunction("headers", "function handler(event) { return event.response; }")
	b.aws.Lock()
	b.distributions.Meddle("E1", func(config string) string {
		before, after, _ := strings.Cut(config, "<FunctionAssociations><Quantity>1</Quantity><Items>")
		return before + "<FunctionAssociations><Quantity>2</Quantity><Items><FunctionAssociation><FunctionARN>" + arn +
			"</FunctionARN><EventType>viewer-response</EventType></FunctionAssociation>" + after
	})
	b.aws.Unlock()
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL}))
	right := b.site.Function(functionARN + ":1")
	for name, want := range map[string]string{"no ETag": "uncertain", "the original's time": "uncertain", "the wrong type": "uncertain",
		"it does nothing": "fails", "a size of its own": "fails", "garbage": "fails"} {
		b.site.Function = func(string) cloudfront.Function { return broken[name].function(right) }
		if err := b.Canary(t.Context(), "E1", b.siteURL); kindOf(err) != want {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// If the cache is kept, its old answers are not held against the function.
func TestAttachKeepsTheCache(t *testing.T) {
	b := newOptionsBench(t, siteOptions{sizes: "120x90", missing: edge.MissingOriginal, maxWidth: 4096, front: ourFront})
	for _, format := range []string{"", "&format=jpeg", "&format=png", "&format=webp"} {
		got, err := http.Get(b.siteURL + "?width=120&height=90" + format)
		must(t, err)
		got.Body.Close()
	}
	b.KeepCache = true
	err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL})
	if kindOf(err) != "uncertain" || !strings.Contains(err.Error(), "-keep-cache") {
		t.Errorf("got %v", err)
	}
	if got := numberIn(b.distributions.Live("E1", "", "origin-response")); got != "1" {
		t.Errorf("%s is there", got)
	}
	b.KeepCache = false
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL}))
}
