package prepare

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// TestSigningKeys makes the key value store, waits for it, associates it, and deletes
// it again.
func TestSigningKeys(t *testing.T) {
	b := newFixture(t)
	b.cloudFront.StorePolls = 3
	before := b.state()
	o := b.options
	o.Config.Parameters = []string{"signature"}
	dry := o
	dry.DryRun = true
	if said := b.mustPrepare(dry); !strings.Contains(said, "\nkey value store edgeresize-keys: create it; `go run ./deploy signing-keys -file FILE -distribution E1`") || b.state() != before {
		t.Errorf("dry run: got %s", said)
	}
	waits := 0
	var said bytes.Buffer
	p := New(b.config, &said)
	p.wait = func(_ context.Context, d time.Duration) error { waits++; return nil }
	if err := p.Prepare(t.Context(), o); err != nil {
		t.Fatalf("%v\n%s", err, &said)
	}
	if waits == 0 || !strings.Contains(said.String(), "key value store edgeresize-keys: create it") || !strings.Contains(b.state(), "KeyValueStore edgeresize-keys (The keys that sign URLs. Made by deploy prepare.)") {
		t.Errorf("after %d waits: got %s and\n%s", waits, &said, b.state())
	}
	if said := b.mustPrepare(o); !strings.Contains(said, "nothing to do") {
		t.Errorf("again: got %s", said)
	}
	dry.Config.Parameters, dry.DryRun = nil, false
	if said := b.mustPrepare(dry); !strings.Contains(said, "viewer-request function edgeresize-images: update it") {
		t.Errorf("switched off: got %s", said)
	}
	if said := b.mustPrepare(o); strings.Contains(said, "create it") || !strings.Contains(said, "viewer-request function edgeresize-images: update it") {
		t.Errorf("switched on again: got %s", said)
	}
	undone, err := b.undo(t.Context(), false)
	if err != nil || !strings.Contains(undone, "key value store edgeresize-keys: delete it") || strings.Contains(b.state(), "KeyValueStore") {
		t.Errorf("undo: got %v, %s and\n%s", err, undone, b.state())
	}
}

// TestForeignStore keeps a store that somebody else associated with the function, and
// one of our store's name.
func TestForeignStore(t *testing.T) {
	b := newFixture(t)
	o := b.options
	o.Config.Parameters = []string{"signature"}
	b.cloudFront.AddKeyValueStore("edgeresize-keys", map[string]string{"keys": "k"})
	if said := b.mustPrepare(o); strings.Contains(said, "key value store") {
		t.Errorf("got %s", said)
	}
	undone, err := b.undo(t.Context(), false)
	if err != nil || strings.Contains(undone, "key value store") || b.cloudFront.Entry("edgeresize-keys", "keys") != "k" {
		t.Errorf("undo: got %v, %s", err, undone)
	}
}

// store returns the key value store of the viewer-request function that answers viewers.
func (b *fixture) store() string {
	b.t.Helper()
	store, err := viewerfunction.StoreOf(b.t.Context(), cloudfront.NewFromConfig(b.config), "edgeresize-images")
	if err != nil {
		b.t.Fatal(err)
	}
	return store
}

// TestSharedStore keeps our store while another function uses it.
func TestSharedStore(t *testing.T) {
	b := newFixture(t)
	b.asking("signature")
	b.mustPrepare(b.options)
	b.cloudFront.AddSigningFunction("other", "a function", b.store())
	undone, err := b.undo(t.Context(), false)
	if err != nil || !strings.Contains(undone, "left: key value store edgeresize-keys is in use: `aws cloudfront list-functions` shows where") || !strings.Contains(b.state(), "KeyValueStore edgeresize-keys") {
		t.Errorf("got %v, %s", err, undone)
	}
}

// TestDissociatedStore associates the store again, also if somebody stopped before
// publishing that.
func TestDissociatedStore(t *testing.T) {
	b := newFixture(t)
	b.asking("signature")
	b.mustPrepare(b.options)
	want, store := b.state(), b.store()
	for _, half := range []string{"", store} {
		b.cloudFront.Associate("edgeresize-images", half, "")
		if said := b.mustPrepare(b.options); b.state() != want || b.store() != store || strings.Contains(said, "update it") == (half != "") {
			t.Errorf("in the stage DEVELOPMENT %q: got %s and\n%s\nwant\n%s", half, said, b.state(), want)
		}
	}
}

// TestOtherStore keeps the store that somebody associated with our function, when the
// function changes.
func TestOtherStore(t *testing.T) {
	b := newFixture(t)
	b.asking("signature")
	b.mustPrepare(b.options)
	other := b.cloudFront.AddKeyValueStore("other", nil)
	b.cloudFront.Associate("edgeresize-images", other, other)
	b.asking("signature", "fit")
	if said := b.mustPrepare(b.options); !strings.Contains(said, "update it") || b.store() != other {
		t.Errorf("got the store %s and %s", b.store(), said)
	}
}

// TestForeignFunctionWithoutStore refuses to associate a store with a function that
// somebody else made.
func TestForeignFunctionWithoutStore(t *testing.T) {
	b := newFixture(t)
	b.asking("signature")
	b.cloudFront.AddFunction("edgeresize-images", viewerrequest.SettingsOf(b.options.Config).Script())
	var foreign *ForeignError
	if said, err := b.prepare(t.Context(), b.options); !errors.As(err, &foreign) {
		t.Errorf("got %v, %s", err, said)
	}
	if b.store() != "" {
		t.Errorf("it has the store %s", b.store())
	}
}

// TestUndoWithoutRightsToStores goes on: these credentials have made no store.
func TestUndoWithoutRightsToStores(t *testing.T) {
	b := newFixture(t)
	b.mustPrepare(b.options)
	b.fail(func(call fakeaws.Call) fakeaws.Fault {
		if call.Operation == "DescribeKeyValueStore" {
			return fakeaws.Fault{Error: &fakeaws.Error{Status: 403, Code: "AccessDenied", Message: "no"}}
		}
		return fakeaws.Fault{}
	})
	if undone, err := b.undo(t.Context(), false); err != nil || !strings.Contains(undone, "viewer-request function edgeresize-images: delete it") {
		t.Errorf("got %v, %s", err, undone)
	}
}

// TestStoreThatIsNeverReady ends, and goes on when the command is run again.
func TestStoreThatIsNeverReady(t *testing.T) {
	b := newFixture(t)
	b.cloudFront.StorePolls = maxLooks + 5
	o := b.options
	o.Config.Parameters = []string{"signature"}
	p := New(b.config, &bytes.Buffer{})
	p.wait = func(context.Context, time.Duration) error { return nil }
	if err := p.Prepare(t.Context(), o); err == nil || !strings.Contains(err.Error(), "run the same command again") {
		t.Fatalf("got %v", err)
	}
	if err := p.Prepare(t.Context(), o); err != nil {
		t.Errorf("again: got %v", err)
	}
	b.fail(func(call fakeaws.Call) fakeaws.Fault { return fakeaws.Fault{} })
	if said := b.mustPrepare(o); !strings.Contains(said, "nothing to do") {
		t.Errorf("at last: got %s", said)
	}
}
