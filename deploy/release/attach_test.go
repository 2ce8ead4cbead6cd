package release

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
)

// The default behaviour of E1, and its other one.
var (
	defaultPlace = Place{Distribution: "E1"}
	imgPlace     = Place{Distribution: "E1", Behavior: "/img/*"}
)

// noFunctions is the example's list of functions at each of its two behaviours.
const noFunctions = "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>"

func functions(number string) string {
	return "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation><LambdaFunctionARN>" +
		functionARN + ":" + number + "</LambdaFunctionARN><EventType>origin-response</EventType>" +
		"<IncludeBody>false</IncludeBody></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>"
}

// attached returns the example with versions at its two behaviours, "" for none.
func attached(atDefault, atImg string) string {
	parts := strings.Split(string(fakecloudfront.Example), noFunctions)
	for i, number := range []string{atDefault, atImg} {
		parts[i] += noFunctions
		if number != "" {
			parts[i] = strings.Replace(parts[i], noFunctions, functions(number), 1)
		}
	}
	return strings.Join(parts, "")
}

// wantConfig checks E1's config, byte for byte.
func (b *bench) wantConfig(t *testing.T, want string) {
	t.Helper()
	got := string(b.distributions.Config("E1"))
	if got == want {
		return
	}
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	t.Errorf("the config, from byte %d on, is\n%.400s\nwant\n%.400s", i, got[i:], want[i:])
}

// wantTag checks the tag of a behaviour.
func (b *bench) wantTag(t *testing.T, at Place, want string) {
	t.Helper()
	if got := b.functions.String(); !strings.Contains(got, " tag "+tagKey(at)+"="+want+"\n") {
		t.Errorf("got\n%s\nwant the tag %s=%s", got, tagKey(at), want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A behaviour goes from no function to the first, the second, back, and to none.
func TestThereAndBack(t *testing.T) {
	b := newBench(t).withSite(t)
	ctx := t.Context()
	for _, text := range []string{"one", "two", "three"} {
		b.published(t, text)
	}
	steps := []struct {
		name string
		do   func() error
		want string // at the default behaviour
		tag  string
	}{
		{"attach", func() error {
			return b.Attach(ctx, AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL})
		}, "1", "former=none attached=1"},
		{"attach again", func() error {
			return b.Attach(ctx, AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL})
		}, "1", "former=none attached=1"},
		{"attach the newest", func() error { return b.Attach(ctx, AttachOptions{Place: defaultPlace}) }, "3", "former=1 attached=3"},
		{"roll back", func() error { return b.Rollback(ctx, defaultPlace, "") }, "1", "former=1 attached=3"},
		{"roll back again", func() error { return b.Rollback(ctx, defaultPlace, "") }, "1", "former=1 attached=3"},
		{"roll back to", func() error { return b.Rollback(ctx, defaultPlace, "2") }, "2", "former=1 attached=2"},
		{"undo that", func() error { return b.Rollback(ctx, defaultPlace, "") }, "1", "former=1 attached=2"},
		{"detach", func() error { return b.Detach(ctx, defaultPlace) }, "", "former=1 attached=none"},
		{"detach again", func() error { return b.Detach(ctx, defaultPlace) }, "", "former=1 attached=none"},
		{"undo that", func() error { return b.Rollback(ctx, defaultPlace, "") }, "1", "former=1 attached=none"},
		{"attach over it", func() error { return b.Attach(ctx, AttachOptions{Place: defaultPlace, Version: "2"}) }, "2", "former=1 attached=2"},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		b.wantConfig(t, attached(step.want, ""))
		b.wantTag(t, defaultPlace, step.tag)
		live := ""
		if step.want != "" {
			live = functionARN + ":" + step.want
		}
		if got := b.distributions.Live("E1", "", "origin-response"); got != live {
			t.Errorf("%s: it returned while %q was live", step.name, got)
		}
	}
	must(t, b.Attach(ctx, AttachOptions{Place: imgPlace, Version: "1"}))
	b.wantConfig(t, attached("2", "1"))
	b.wantTag(t, defaultPlace, "former=1 attached=2")
	must(t, b.Rollback(ctx, imgPlace, ""))
	b.wantConfig(t, attached("2", ""))
}

// Attach and Detach keep every byte that the SDK does not know.
func TestAttachLeavesEverythingElse(t *testing.T) {
	b := newBench(t)
	b.published(t, "one")
	config := strings.NewReplacer(
		"<Comment>", "\n\t<!-- by hand --><Quantum xmlns:q=\"urn:q\" q:spin='up'><Items/>&#x1F4F7;</Quantum> <Comment>",
		"<TargetOriginId>", "<Entangled>1</Entangled><TargetOriginId>",
		"<Comment>photos", "<Comment><![CDATA[photos & more]]>",
	).Replace(string(fakecloudfront.Example))
	must(t, b.distributions.Add("E1", "d.cloudfront.net", []byte(config)))
	must(t, b.Attach(t.Context(), AttachOptions{Place: imgPlace}))
	i := strings.LastIndex(config, noFunctions)
	b.wantConfig(t, config[:i]+strings.Replace(config[i:], noFunctions, functions("1"), 1))
	must(t, b.Detach(t.Context(), imgPlace))
	b.wantConfig(t, config)
}

// The newest version is the one with the highest number, wherever it is listed.
func TestAttachTheNewest(t *testing.T) {
	b := newBench(t).withDistribution(t)
	for i := range 10 {
		b.published(t, strconv.Itoa(i))
	}
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace}))
	b.wantConfig(t, attached("10", ""))
	status, err := b.Status(t.Context(), StatusOptions{})
	must(t, err)
	var numbers []string
	for _, v := range status.Versions {
		numbers = append(numbers, v.Number)
	}
	if got := strings.Join(numbers, " "); got != "10 9 8 7 6 5 4 3 2 1" {
		t.Errorf("got the versions %s", got)
	}
}

// Somebody else changes the distribution between our reading and our update.
func TestAttachBesideOthers(t *testing.T) {
	meddle := func(b *bench, operation string, times int, change func(string) string) *bench {
		b.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
			if c.Operation == operation && times > 0 {
				times--
				b.distributions.Meddle("E1", change)
			}
			return fakeaws.Fault{}
		}
		return b
	}
	fresh := func(t *testing.T) *bench {
		b := newBench(t).withSite(t)
		b.published(t, "one")
		b.published(t, "two")
		return b
	}
	other := func(config string) string { return strings.Replace(config, "photos", "photos, renamed", 1) }
	function := func(number string) func(string) string {
		return func(config string) string { return strings.Replace(config, noFunctions, functions(number), 1) }
	}
	o := AttachOptions{Place: defaultPlace, Version: "1"}
	conflict := (*ConflictError)(nil)

	t.Run("elsewhere", func(t *testing.T) {
		b := meddle(fresh(t), "UpdateDistribution", 2, other)
		must(t, b.Attach(t.Context(), o))
		b.wantConfig(t, strings.Replace(attached("1", ""), "photos", "photos, renamed, renamed", 1))
	})
	t.Run("for ever", func(t *testing.T) {
		b := meddle(fresh(t), "UpdateDistribution", 1000, other)
		if err := b.Attach(t.Context(), o); err == nil || !strings.Contains(err.Error(), "keeps changing it") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the same behaviour", func(t *testing.T) {
		b := meddle(fresh(t), "UpdateDistribution", 1, function("2"))
		err := b.Attach(t.Context(), o)
		if !errors.As(err, &conflict) || conflict.Found != functionARN+":2" || *conflict.Was != "" {
			t.Errorf("got %v", err)
		}
		for _, want := range []string{functionARN + ":1", functionARN + ":2", "a moment ago it was none"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s in it", err, want)
			}
		}
		b.wantConfig(t, attached("2", ""))
	})
	t.Run("while it is deployed", func(t *testing.T) {
		b := meddle(fresh(t), "GetDistribution", 1, func(string) string { return attached("2", "") })
		if err := b.Attach(t.Context(), o); !errors.As(err, &conflict) || conflict.Want != functionARN+":1" || conflict.Found != functionARN+":2" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the same change", func(t *testing.T) {
		b := meddle(fresh(t), "UpdateDistribution", 1, function("1"))
		must(t, b.Attach(t.Context(), o))
		b.wantConfig(t, attached("1", ""))
	})
}

// Every command leaves somebody else's function alone.
func TestForeignFunction(t *testing.T) {
	b := newBench(t)
	b.published(t, "one")
	b.Function = "login"
	login := b.published(t, "login")
	b.Function = "edgeresize"
	config := strings.ReplaceAll(attached("1", ""), functionARN+":1", login)
	must(t, b.distributions.Add("E1", "d.cloudfront.net", []byte(config)))
	before := len(b.aws.Writes())
	for name, command := range map[string]func() error{
		"attach":      func() error { return b.Attach(t.Context(), AttachOptions{Place: defaultPlace}) },
		"detach":      func() error { return b.Detach(t.Context(), defaultPlace) },
		"rollback to": func() error { return b.Rollback(t.Context(), defaultPlace, "1") },
	} {
		for _, b.DryRun = range []bool{false, true} {
			err := command()
			if conflict := (*ConflictError)(nil); !errors.As(err, &conflict) || conflict.Found != login || !strings.Contains(err.Error(), "-function") {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
	if writes := b.aws.Writes(); len(writes) != before {
		t.Errorf("wrote %v", writes[before:])
	}
}

// A refused command says what to do, before anything changes.
func TestRefusals(t *testing.T) {
	b := newBench(t).withSite(t)
	ctx := t.Context()
	attach := func(o AttachOptions) func() error { return func() error { return b.Attach(ctx, o) } }
	for _, tt := range []struct {
		name    string
		prepare func()
		do      func() error
		want    string
	}{
		{"nothing published", nil, attach(AttachOptions{Place: defaultPlace}), "-function"},
		{"nothing to roll back to", nil, func() error { return b.Rollback(ctx, defaultPlace, "") }, "-function"},
		{"nothing to detach", nil, func() error { return b.Detach(ctx, defaultPlace) }, "-function"},
		{"no such version", func() { b.published(t, "one") }, attach(AttachOptions{Place: defaultPlace, Version: "7"}), "no version 7"},
		{"no such distribution", nil, attach(AttachOptions{Place: Place{Distribution: "E2"}}), "list-distributions"},
		{"no such behaviour", nil, attach(AttachOptions{Place: Place{"E1", "/pics/*"}}), `["/img/*"]`},
		{"a canary that is no URL", nil, attach(AttachOptions{Place: defaultPlace, Canary: "photo.jpg"}), "want a URL"},
		{"a canary that has a size", nil, attach(AttachOptions{Place: defaultPlace, Canary: b.siteURL + "?width=1"}), "a size already"},
		{"a canary that does not exist", nil, attach(AttachOptions{Place: defaultPlace, Canary: b.siteURL + "x"}), "403"},
		{"a canary that is no picture", nil, attach(AttachOptions{Place: defaultPlace, Canary: strings.Replace(b.siteURL, "jpeg-420", "html-called", 1)}), "-url"},
		{"nothing remembered", nil, func() error { return b.Rollback(ctx, defaultPlace, "") }, "-to N"},
	} {
		if tt.prepare != nil {
			tt.prepare()
		}
		before := len(b.aws.Writes())
		err := Explain(tt.do())
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %q in it", tt.name, err, tt.want)
		}
		if writes := b.aws.Writes(); len(writes) != before {
			t.Errorf("%s: wrote %v", tt.name, operations(writes[before:]))
		}
	}
	b.wantConfig(t, string(fakecloudfront.Example))
}

// Rollback refuses if these commands did not attach the version that is there.
func TestRollbackAfterOthers(t *testing.T) {
	b := newBench(t).withSite(t)
	for _, text := range []string{"one", "two", "three"} {
		b.published(t, text)
	}
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1"}))
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "2"}))
	b.aws.Lock()
	b.distributions.Meddle("E1", func(string) string { return attached("3", "") })
	b.aws.Unlock()
	if err := b.Rollback(t.Context(), defaultPlace, ""); err == nil || !strings.Contains(err.Error(), "-to N") {
		t.Errorf("got %v", err)
	}
	b.wantConfig(t, attached("3", ""))
}
