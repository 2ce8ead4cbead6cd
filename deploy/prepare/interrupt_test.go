package prepare

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// interrupted are fixtures on which the test stops the command at every call.
var interrupted = map[string]func(*testing.T) *fixture{
	"a public bucket with older settings": func(t *testing.T) *fixture {
		b := newFixture(t, ownAccess, noAccess, managed, older)
		b.policy(`{"Version":"2012-10-17","Statement":[` + others + `]}`)
		return b
	},
	"an access control": func(t *testing.T) *fixture { return newFixture(t) },
	"changed since": func(t *testing.T) *fixture {
		b := newFixture(t)
		b.mustPrepare(b.options)
		b.iam.Role("edgeresize", "{}", "") // by hand
		b.iam.Role("edgeresize", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","edgelambda.amazonaws.com"]},"Action":"sts:AssumeRole"}]}`,
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
		b.options.Sizes, b.options.Config.Formats, b.options.Config.MaxWidth = aws.String("10x10"), nil, 10
		return b
	},
	"signed URLs": func(t *testing.T) *fixture {
		b := newFixture(t)
		b.cloudFront.StorePolls = 1
		b.asking("signature")
		return b
	},
	"signed URLs since": func(t *testing.T) *fixture {
		b := newFixture(t)
		b.mustPrepare(b.options)
		b.asking("signature")
		return b
	},
	"unsigned URLs since": func(t *testing.T) *fixture {
		b := newFixture(t)
		b.asking("signature")
		b.mustPrepare(b.options)
		b.asking()
		return b
	},
}

// faults are what may go wrong with a call.
var faults = map[string]fakeaws.Fault{
	"refused":    {Error: &fakeaws.Error{Status: 403, Code: "AccessDenied", Message: "no"}},
	"lost after": {Lost: fakeaws.AfterEffect},
}

// TestInterrupted stops a command at each of its calls, before or after its effect, and
// runs it again: the end must be the same. So for the command that undoes.
func TestInterrupted(t *testing.T) {
	for name, make := range interrupted {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			do := func(ctx context.Context, b *fixture) error { _, err := b.prepare(ctx, b.options); return err }
			undo := func(ctx context.Context, b *fixture) error { _, err := b.undo(ctx, false); return err }
			stopAnywhere(t, make, do)
			if strings.HasSuffix(name, " since") {
				return // the end is the same as before
			}
			stopAnywhere(t, func(t *testing.T) *fixture {
				b := make(t)
				b.mustPrepare(b.options)
				return b
			}, undo)
		})
	}
}

// stopAnywhere stops a command at every call, runs it again and compares the end.
func stopAnywhere(t *testing.T, make func(*testing.T) *fixture, do func(context.Context, *fixture) error) {
	t.Helper()
	b := make(t)
	from := len(b.server.Calls())
	if err := do(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	want, calls := b.state(), b.server.Calls()[from:]
	for n, call := range calls {
		for fault, what := range faults {
			if fault == "lost after" && !call.Writes || fault == "refused" && n%4 > 0 {
				continue // a refused call leaves what the lost write before it left: some of them suffice
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
			// If undo may not read its tags, the distribution counts as somebody
			// else's, and so does the key value store.
			if err == nil && call.Operation != "ListTagsForResource" && call.Operation != "DescribeKeyValueStore" {
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

// TestOvertaken wants the command to look again when somebody else makes or changes
// something meanwhile.
func TestOvertaken(t *testing.T) {
	want := func() string {
		b := newFixture(t)
		b.mustPrepare(b.options)
		return b.state()
	}()
	for n, code := range overtaken {
		b := newFixture(t)
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
		if said := b.mustPrepare(b.options); !strings.Contains(said, "changed meanwhile: planning again\n") {
			t.Errorf("%s: it said\n%s", code, said)
		}
		if got := b.state(); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", code, got, want)
		}
	}
	// A setting that somebody else changes at the last moment stays.
	b := newFixture(t)
	changed := false
	b.server.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation == "UpdateDistribution" && !changed {
			changed = true
			b.cloudFront.Meddle("E1", func(config string) string { return strings.ReplaceAll(config, "photos", "pictures") })
		}
		return fakeaws.Fault{}
	}
	b.mustPrepare(b.options)
	if got := b.cloudFront.String(); !changed || got != strings.Split(strings.ReplaceAll(want, "photos", "pictures"), "edgeresize (")[0] {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// The command gives up where that does not end.
	b = newFixture(t)
	b.server.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation == "UpdateDistribution" {
			return fakeaws.Fault{Error: &fakeaws.Error{Status: 412, Code: "PreconditionFailed", Message: "no"}}
		}
		return fakeaws.Fault{}
	}
	if _, err := b.prepare(t.Context(), b.options); err == nil || !strings.Contains(err.Error(), "keeps changing") {
		t.Errorf("got %v", err)
	}
}
