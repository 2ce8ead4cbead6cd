package prepare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/distconfig"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// interrupted are benches on which the command is stopped at every call.
var interrupted = map[string]func(*testing.T) *bench{
	"a public bucket with older settings": func(t *testing.T) *bench {
		b := newBench(t, ownAccess, noAccess, managed, older)
		b.policy(`{"Version":"2012-10-17","Statement":[` + others + `]}`)
		return b
	},
	"an access control": func(t *testing.T) *bench { return newBench(t) },
	"changed since": func(t *testing.T) *bench {
		b := newBench(t)
		b.prepared(b.options)
		b.iam.Role("edgeresize", "{}", "") // by hand
		b.iam.Role("edgeresize", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","edgelambda.amazonaws.com"]},"Action":"sts:AssumeRole"}]}`,
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
		b.options.Sizes, b.options.Config.Formats, b.options.Config.MaxWidth = aws.String("10x10"), nil, 10
		return b
	},
}

// faults are what goes wrong with a call; the first are for writes too.
var faults = map[string]fakeaws.Fault{
	"refused":    {Error: &fakeaws.Error{Status: 403, Code: "AccessDenied", Message: "no"}},
	"lost after": {Lost: fakeaws.AfterEffect},
}

// TestInterrupted: a command that is stopped by any of its calls, which has had its
// effect or not, and is run again, comes to the same end; so does the one that undoes
// it.
func TestInterrupted(t *testing.T) {
	for name, make := range interrupted {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			do := func(ctx context.Context, b *bench) error { _, err := b.prepare(ctx, b.options); return err }
			undo := func(ctx context.Context, b *bench) error { _, err := b.undo(ctx, false); return err }
			stopAnywhere(t, make, do)
			if name == "changed since" {
				return // what is there in the end is the same
			}
			stopAnywhere(t, func(t *testing.T) *bench {
				b := make(t)
				b.prepared(b.options)
				return b
			}, undo)
		})
	}
}

// stopAnywhere stops a command at every call, runs it again, and compares the end.
func stopAnywhere(t *testing.T, make func(*testing.T) *bench, do func(context.Context, *bench) error) {
	t.Helper()
	b := make(t)
	from := len(b.server.Calls())
	if err := do(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	want, calls := b.state(), b.server.Calls()[from:]
	for n, call := range calls {
		for fault, what := range faults {
			if !call.Writes && (fault != "refused" || n%4 > 0) {
				continue // reads come before all else: some of them will do
			}
			b := make(t)
			at := len(b.server.Calls()) + n
			b.fail(func(c fakeaws.Call) fakeaws.Fault {
				if c.N == at {
					return what
				}
				return fakeaws.Fault{}
			})
			err := do(t.Context(), b)
			// Where undo may not read tags, the distribution is somebody else's.
			if err == nil && call.Operation != "ListTagsForResource" {
				t.Errorf("call %d, %s %s: it went on", n, call.Operation, fault)
			}
			b.fail(nil)
			if err := do(t.Context(), b); err != nil {
				t.Errorf("call %d, %s %s: again: %v", n, call.Operation, fault, err)
			}
			if got := b.state(); got != want {
				t.Errorf("call %d, %s %s: got\n%s\nwant\n%s", n, call.Operation, fault, got, want)
			}
		}
	}
}

// TestOvertaken: what somebody else makes or changes meanwhile is looked at again.
func TestOvertaken(t *testing.T) {
	want := func() string {
		b := newBench(t)
		b.prepared(b.options)
		return b.state()
	}()
	for n, code := range overtaken {
		b := newBench(t)
		writes := 0
		b.server.Fault = func(c fakeaws.Call) fakeaws.Fault {
			if c.Writes {
				writes++
			}
			if c.Writes && writes == n%5+1 {
				return fakeaws.Fault{Error: &fakeaws.Error{Status: 409, Code: code, Message: "no"}}
			}
			return fakeaws.Fault{}
		}
		if said := b.prepared(b.options); !strings.Contains(said, "changed meanwhile, looking again\n") {
			t.Errorf("%s: it said\n%s", code, said)
		}
		if got := b.state(); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", code, got, want)
		}
	}
	// A setting that somebody else changes at the last moment stays.
	b := newBench(t)
	changed := false
	b.server.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation == "UpdateDistribution" && !changed {
			changed = true
			b.cloudFront.Meddle("E1", func(config string) string { return strings.ReplaceAll(config, "photos", "pictures") })
		}
		return fakeaws.Fault{}
	}
	b.prepared(b.options)
	if got := b.cloudFront.String(); !changed || got != strings.Split(strings.ReplaceAll(want, "photos", "pictures"), "edgeresize (")[0] {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// And it is given up where that has no end.
	b = newBench(t)
	b.server.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation == "UpdateDistribution" {
			return fakeaws.Fault{Error: &fakeaws.Error{Status: 412, Code: "PreconditionFailed", Message: "no"}}
		}
		return fakeaws.Fault{}
	}
	if _, err := b.prepare(t.Context(), b.options); err == nil || !strings.Contains(err.Error(), "all the time") {
		t.Errorf("got %v", err)
	}
}

// TestRefusals: what somebody else has made is not changed, nothing is, and it is said
// what to do.
func TestRefusals(t *testing.T) {
	const noFunctions = "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>"
	function := func(name string) []string {
		return []string{noFunctions, "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation><FunctionARN>arn:aws:cloudfront::123456789012:function/" + name +
			"</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation></Items></FunctionAssociations>"}
	}
	lambda := func(name, event string) []string {
		const none = "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>"
		return []string{none, "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation><LambdaFunctionARN>" +
			"arn:aws:lambda:us-east-1:123456789012:function:" + name + ":1</LambdaFunctionARN><EventType>" + event + "</EventType></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>"}
	}
	site := viewerrequest.Site{Missing: "original", MaxWidth: 5, MaxHeight: 5}
	for _, tt := range []struct {
		name    string
		set     func(*bench)
		changes []string
		want    string
	}{
		{"another viewer-request function", func(b *bench) { b.cloudFront.AddFunction("mine", "function handler(e) { return e.request; }") },
			function("mine"), "merge the code that `go run ./deploy viewer-request` prints"},
		{"one of this project's with other settings", func(b *bench) { b.cloudFront.AddFunction("mine", site.Script()) },
			function("mine"), "merge the code that `go run ./deploy viewer-request` prints"},
		{"one of this name, made by hand", func(b *bench) { b.cloudFront.AddFunction("edgeresize-images", site.Script()) },
			nil, "edgeresize-images is not one that this command has made"},
		{"a viewer-response function of Lambda's", nil, lambda("mine", "viewer-response"), "choose another -behavior"},
		{"a viewer-request function of Lambda's", nil, lambda("mine", "viewer-request"), "choose another -behavior"},
		{"another origin-response function", nil, lambda("mine", "origin-response"), "take it away first"},
		{"a cache policy of this name", func(b *bench) { b.cloudFront.AddCachePolicy("edgeresize", "<MinTTL>9</MinTTL>") }, nil, "the cache policy edgeresize is not one"},
		{"a role of this name", func(b *bench) {
			b.iam.Role("edgeresize", `{"Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`, "")
		}, nil, "does not trust edgelambda.amazonaws.com: give it what is in deploy/policies/trust-policy.json"},
		{"a role of this name that denies it", func(b *bench) {
			b.iam.Role("edgeresize", `{"Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"},`+
				`{"Effect":"Deny","Principal":{"Service":"edgelambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`, "")
		}, nil, "does not trust edgelambda.amazonaws.com"},
		{"a role of this name without rights", func(b *bench) {
			b.iam.Role("edgeresize", `{"Statement":{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","edgelambda.amazonaws.com"]},"Action":"sts:AssumeRole"}}`, "")
		}, nil, "may not logs:PutLogEvents on arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/us-east-1.edgeresize:*: give it what is in deploy/policies/role-policy.json"},
		{"no bucket's domain", nil, []string{"originals.s3.us-east-1.amazonaws.com", "www.example.com"}, "set bucket in the config"},
		{"an access point", nil, []string{"originals.s3.us-east-1.amazonaws.com", "ap-x-s3alias.s3.us-east-1.amazonaws.com"}, "set bucket and region in the config"},
		{"an access control that does not sign", func(b *bench) { b.cloudFront.AddAccessControl("E9", "edgeresize", "never") },
			[]string{ownAccess, noAccess}, "does not sign every request"},
		{"no such behaviour", func(b *bench) { b.options.Behavior = "/none/*" }, nil, `no behaviour has the path pattern "/none/*": want one of ["/img/*"]`},
		{"no such distribution", func(b *bench) { b.options.Distribution = "E2" }, nil, "NoSuchDistribution"},
		{"a long name", func(b *bench) { b.options.Function = strings.Repeat("a", 58) }, nil, "want 1 to 57 letters"},
		{"a key prefix alone", func(b *bench) { b.options.KeyPrefix = aws.String("media") }, nil, "-key-prefix without -url-prefix"},
		{"no sizes", func(b *bench) { b.options.Sizes = aws.String("five") }, nil, `the sizes are "five": want WIDTHxHEIGHT`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			if tt.set != nil {
				tt.set(b)
			}
			if tt.changes != nil {
				b.lambdaFunction("mine")
				b.cloudFront.Meddle("E1", func(config string) string { return strings.NewReplacer(tt.changes...).Replace(config) })
			}
			before := b.state()
			said, err := b.prepare(t.Context(), b.options)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
			if b.state() != before {
				t.Errorf("it went on\n%s", said)
			}
		})
	}
}

// lambdaFunction makes a function of somebody else's.
func (b *bench) lambdaFunction(name string) {
	role := "arn:aws:iam::" + fakeaws.Account + ":role/" + name
	b.lambda.AddRole(role, 0)
	b.makeFunction(name, role)
}

// TestSecondPlaces: another behaviour and another distribution of the same bucket have
// statements and rights of their own, share the rest, and are undone together.
func TestSecondPlaces(t *testing.T) {
	b := newBench(t, ownAccess, noAccess)
	b.add("E2", ownAccess, noAccess, "<OriginPath></OriginPath>", "<OriginPath>/two</OriginPath>")
	b.options.Sizes = aws.String("10x10")
	b.prepared(b.options)
	img, second := b.options, b.options
	img.Behavior, img.Sizes, second.Distribution, second.Sizes = "/img/*", nil, "E2", nil
	for _, o := range []Options{img, second} {
		said := b.prepared(o)
		for _, word := range []string{"cache policy edgeresize: ", "edgeresize-images: ", "access control edgeresize: make"} {
			if strings.Contains(said, word) {
				t.Errorf("%s is changed again:\n%s", word, said)
			}
		}
	}
	b.publish(b.options)
	for _, o := range []Options{b.options, img, second} {
		if found := b.unexpected(o, "no function answers origin-response events"); len(found) > 0 {
			t.Errorf("doctor finds %q at %+v", found, o)
		}
	}
	policy := b.s3.Policy("originals")
	for _, sid := range []string{`"EdgeresizeE1default"`, `"EdgeresizeE2default"`} {
		if strings.Count(policy, sid) != 1 {
			t.Errorf("%s is not in %s", sid, policy)
		}
	}
	if strings.Count(policy, `"Sid"`) != 2 { // E1's other behaviour needs none of its own
		t.Errorf("got %s", policy)
	}
	// New sizes are for all of them, and it is said.
	img.Sizes = aws.String("20x20")
	said := b.prepared(img)
	if want := "for sizes 20x20 up to 4096x4096, formats avif,webp (which holds for distribution E1, default behaviour; distribution E2, default behaviour too)\n"; !strings.Contains(said, want) {
		t.Errorf("it said\n%s", said)
	}
	b.removeFunction("edgeresize")
	if _, err := b.undo(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"E1", "E2"} {
		if config := string(b.cloudFront.Config(id)); strings.Contains(config, "edgeresize") || !strings.Contains(config, managed) || len(b.cloudFront.Tags(id)) > 0 {
			t.Errorf("%s is left as %s with %v", id, config, b.cloudFront.Tags(id))
		}
	}
}

// TestSharedSettings: one distribution's host or prefix is not another's unless that is
// asked for, and does not take the place of another's; sizes are for all of them.
func TestSharedSettings(t *testing.T) {
	for name, c := range map[string]struct {
		first, second Options
		refused       string
	}{
		"a host":              {Options{Host: aws.String("a.example.com")}, Options{}, "repeat it with -host"},
		"the same host":       {Options{Host: aws.String("a.example.com")}, Options{Host: aws.String("a.example.com")}, ""},
		"another host":        {Options{Host: aws.String("a.example.com")}, Options{Host: aws.String("b.example.com")}, "a function of another name"},
		"any host":            {Options{Host: aws.String("a.example.com")}, Options{Host: aws.String("")}, ""},
		"a host of its own":   {Options{}, Options{Host: aws.String("b.example.com")}, "a function of another name"},
		"a prefix":            {Options{URLPrefix: aws.String("/a"), KeyPrefix: aws.String("b")}, Options{}, "repeat it with -host"},
		"the same prefix":     {Options{URLPrefix: aws.String("/a"), KeyPrefix: aws.String("b")}, Options{URLPrefix: aws.String("/a")}, ""},
		"another folder":      {Options{URLPrefix: aws.String("/a"), KeyPrefix: aws.String("b")}, Options{URLPrefix: aws.String("/a"), KeyPrefix: aws.String("c")}, "a function of another name"},
		"a prefix of its own": {Options{}, Options{URLPrefix: aws.String("/a")}, "a function of another name"},
		"sizes":               {Options{Sizes: aws.String("10x10")}, Options{}, ""},
		"sizes of its own":    {Options{Sizes: aws.String("10x10")}, Options{Sizes: aws.String("20x20")}, ""},
	} {
		b := newBench(t)
		b.add("E2")
		for i, o := range []*Options{&c.first, &c.second} {
			o.Function, o.Config, o.Distribution = b.options.Function, b.options.Config, []string{"E1", "E2"}[i]
		}
		b.prepared(c.first)
		before := b.state()
		_, err := b.prepare(t.Context(), c.second)
		if c.refused == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if foreign := (*ForeignError)(nil); !errors.As(err, &foreign) || !strings.Contains(err.Error(), c.refused) || !strings.Contains(err.Error(), "distribution E1, default behaviour") {
			t.Errorf("%s: got %v", name, err)
		}
		if b.state() != before {
			t.Errorf("%s: something was changed", name)
		}
		c.second.Function = "other"
		b.prepared(c.second)
		// What only one distribution has is its own to change.
		img := c.second
		img.Behavior, img.Host, img.URLPrefix, img.KeyPrefix = "/img/*", aws.String("c.example.com"), nil, nil
		b.prepared(img)
	}
}

// TestPrefixesOfURLs: the folder that takes the place of a URL's is all that may be
// read, and a smaller one takes the rights of before away.
func TestPrefixesOfURLs(t *testing.T) {
	b := newBench(t)
	b.prepared(b.options)
	if got := b.iam.String(); !strings.Contains(got, `"arn:aws:s3:::originals/*"`) {
		t.Errorf("got %s", got)
	}
	b.options.URLPrefix, b.options.KeyPrefix = aws.String("/wp-content/uploads"), aws.String("media/")
	b.prepared(b.options)
	if got := b.iam.String(); strings.Contains(got, `"arn:aws:s3:::originals/*"`) || strings.Count(got, `"arn:aws:s3:::originals/media/*"`) != 1 {
		t.Errorf("got %s", got)
	}
	if got := b.s3.Policy("originals"); strings.Contains(got, `originals/*"`) || !strings.Contains(got, `"arn:aws:s3:::originals/media/*"`) {
		t.Errorf("got %s", got)
	}
	b.options.URLPrefix, b.options.KeyPrefix = nil, nil
	if said := b.prepared(b.options); !strings.Contains(said, "nothing to do") {
		t.Errorf("it said\n%s", said)
	}
	if d, err := readDocument("role-policy.json", "b", []string{"a*b"}); err != nil || !strings.Contains(d.String(), "arn:aws:s3:::b/a${*}b/*") {
		t.Errorf("got %v, %v", d, err)
	}
}

// TestLeft: what is in use elsewhere, or cannot be put back, stays and is named.
func TestLeft(t *testing.T) {
	b := newBench(t)
	b.prepared(b.options)
	b.publish(b.options)
	// Somebody uses the cache policy by hand, whose ID nothing remembers there.
	b.cloudFront.Meddle("E1", func(config string) string {
		i := strings.LastIndex(config, managed)
		j := strings.Index(config, "<CachePolicyId>")
		ours, _, _ := strings.Cut(config[j:], "</CachePolicyId>")
		return config[:i] + ours + "</CachePolicyId>" + config[i+len(managed):]
	})
	said, err := b.undo(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"left: distribution E1, behaviour /img/* keeps its cache policy, as it is not known what was there before\n",
		"left: cache policy edgeresize is in use: `aws cloudfront list-distributions` says where\n",
		"left: role edgeresize, for as long as the function is there\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	b.removeFunction("edgeresize")
	if said, err := b.undo(t.Context(), false); err != nil || !strings.Contains(said, "role edgeresize: delete it\n") || b.iam.String() != "" {
		t.Errorf("later: %v\n%s", err, said)
	}
	if said, err := b.undo(t.Context(), false); err != nil || !strings.Contains(said, "keeps its cache policy") {
		t.Errorf("later still: %v\n%s", err, said)
	}
}

// TestNothingToUndo: what somebody else has made under these names stays.
func TestNothingToUndo(t *testing.T) {
	b := newBench(t)
	b.cloudFront.AddFunction("edgeresize-images", "function handler(e) { return e.request; }")
	b.cloudFront.AddCachePolicy("edgeresize", "<MinTTL>0</MinTTL>")
	b.cloudFront.AddAccessControl("E9", "edgeresize", "always")
	b.iam.Role("edgeresize", "{}", "")
	before := b.state()
	said, err := b.undo(t.Context(), false)
	if err != nil || said != "nothing of what `prepare` makes is there for edgeresize\n" || b.state() != before {
		t.Errorf("got %v, %q", err, said)
	}
}

// TestRoleForNew: the role of prepare is for a function that is to be, and no other.
func TestRoleForNew(t *testing.T) {
	b := newBench(t)
	role := func() string {
		t.Helper()
		arn, err := RoleForNew(t.Context(), b.config, "edgeresize")
		if err != nil {
			t.Fatal(err)
		}
		return arn
	}
	if got := role(); got != "" {
		t.Errorf("got %q before", got)
	}
	b.prepared(b.options)
	if got := role(); got != "arn:aws:iam::123456789012:role/edgeresize" {
		t.Errorf("got %q", got)
	}
	b.publish(b.options)
	if got := role(); got != "" {
		t.Errorf("got %q for a function that has one", got)
	}
	b.removeFunction("edgeresize")
	b.iam.Role("edgeresize", "{}", "")
	if got := role(); got != "" {
		t.Errorf("got %q, which is somebody else's", got)
	}
}

// TestRecords: a record is read as it was written, in tags that AWS takes, whatever
// stood in the place of a cache policy.
func TestRecords(t *testing.T) {
	at := place{id: "E1", behavior: "/img/*"}
	key := recordKey(strings.Repeat("a", 57), at)
	for n := range 400 {
		r := record{requestKey: none, headersKey: strings.Repeat("h", n%37), tagsKey: none}
		elements := older
		for i := range n {
			elements += fmt.Sprintf("<Name>X-%x</Name>", i*7919)
		}
		r.cache("", elements)
		tags := r.tags(key)
		if tags == nil {
			if n < 100 {
				t.Errorf("%d names are too many", n)
			}
			continue
		}
		for name, value := range tags {
			if len(name) > 128 || len(value) > maxTagValue || strings.TrimSpace(value) != value {
				t.Errorf("%d: %q=%q", n, name, value)
			}
		}
		policy, read, err := readRecord(tags, key).cached()
		if policy != "" || read != elements || err != nil {
			t.Fatalf("%d: got %q, %q, %v", n, policy, read, err)
		}
		for name := range tags {
			if !slices.Contains(recordKeys(key), name) {
				t.Errorf("%s is none of its tags", name)
			}
		}
	}
}

// TestTooLongToRemember: what cannot be remembered is said, and left.
func TestTooLongToRemember(t *testing.T) {
	long := "<ForwardedValues><QueryString>false</QueryString><Cookies><Forward>none</Forward></Cookies><Headers><Quantity>600</Quantity><Items>"
	for i := range 600 {
		long += fmt.Sprintf("<Name>X-%x</Name>", i*i*7919)
	}
	long += "</Items></Headers></ForwardedValues><MinTTL>0</MinTTL>"
	b := newBench(t, managed, long)
	if said := b.prepared(b.options); !strings.Contains(said, "note: what distribution E1, default behaviour has in the place of a cache policy is too long to be remembered") {
		t.Errorf("it said\n%s", said)
	}
	if said := b.prepared(b.options); !strings.Contains(said, "nothing to do") {
		t.Errorf("it said\n%s", said)
	}
	said, err := b.undo(t.Context(), false)
	if err != nil || !strings.Contains(said, "left: distribution E1, default behaviour keeps its cache policy") {
		t.Errorf("%v\n%s", err, said)
	}
}

// TestErrors: an error is the typed one.
func TestErrors(t *testing.T) {
	b := newBench(t, "originals.s3.us-east-1.amazonaws.com", "www.example.com")
	if _, err := b.prepare(t.Context(), b.options); !errors.As(err, new(*ForeignError)) {
		t.Errorf("got %v", err)
	}
	b.options.Behavior = "/none"
	if _, err := b.prepare(t.Context(), b.options); !errors.As(err, new(*distconfig.NoBehaviorError)) {
		t.Errorf("got %v", err)
	}
}
