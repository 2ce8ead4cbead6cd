package purge_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/purge/changes"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// fakeLedger is a ledger in memory.
type fakeLedger struct {
	mu       sync.Mutex
	purged   map[string]time.Time
	reserved map[string]paths.Size
	budget   int
	fails    func(call string) error
}

func newFakeLedger() *fakeLedger {
	return &fakeLedger{purged: map[string]time.Time{}, reserved: map[string]paths.Size{}, budget: 1000, fails: func(string) error { return nil }}
}

func (b *fakeLedger) Purged(_ context.Context, _ []string) (map[string]time.Time, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.purged), b.fails("Purged")
}

func (b *fakeLedger) Reserve(_ context.Context, id string, n paths.Size) (places paths.Size, left int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	free := paths.Size{Wild: fakecloudfront.MaxWildcards, Single: fakecloudfront.MaxPaths}
	for _, n := range b.reserved {
		free.Wild, free.Single = free.Wild-n.Wild, free.Single-n.Single
	}
	places = paths.Size{Wild: min(n.Wild, free.Wild), Single: min(n.Single, free.Single)}
	b.reserved[id] = places
	return places, max(0, b.budget), b.fails("Reserve")
}

func (b *fakeLedger) Release(_ context.Context, id string, places, keep paths.Size) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reserved[id] != places || keep.Wild > places.Wild || keep.Single > places.Single {
		return fmt.Errorf("%+v of %+v places kept of %+v", keep, places, b.reserved[id])
	}
	b.reserved[id] = keep
	return b.fails("Release")
}

func (b *fakeLedger) Record(_ context.Context, items []string, at time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, item := range items {
		b.purged[item] = at
	}
	b.budget -= len(items)
	return b.fails("Record")
}

// complete frees the places of all reservations.
func (b *fakeLedger) complete() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.reserved)
}

func newLedgerWorld(t *testing.T) (*world, *fakeLedger) {
	w, b := newWorld(t), newFakeLedger()
	w.Ledger, w.Window = b, time.Minute
	return w, b
}

func TestCovered(t *testing.T) {
	w, _ := newLedgerWorld(t)
	w.check(w.Purge(t.Context(), queued(w.clock.Now(), "a/1.jpg")), "/a/1.jpg*")
	changed := w.clock.Now().Add(-3 * time.Second) // before the invalidation, in a late event
	r := w.Purge(t.Context(), queued(changed, "a/1.jpg", "a/2.jpg"))
	w.check(r, "/a/1.jpg*\n/a/2.jpg*")
	if r.Covered != 1 || r.Ledger != "ok" {
		t.Errorf("got %+v", r)
	}
	// S3's clock and ours may differ.
	r = w.Purge(t.Context(), changes.Batch{Changes: queued(w.clock.Now().Add(-1500*time.Millisecond), "a/1.jpg").Changes})
	if r.Covered != 0 || r.Invalidations != 1 {
		t.Errorf("got %+v", r)
	}
	// A folder covers what is in it.
	w.clock.Add(time.Hour)
	w.Purge(t.Context(), queued(w.clock.Now(), numbered("b/c", 16)...))
	r = w.Purge(t.Context(), queued(w.clock.Now().Add(-3*time.Second), "b/c/99.jpg", "b/é 1.jpg"))
	if r.Covered != 1 || r.Paths != 2 || !strings.HasSuffix(w.made(), "/b/c/*\n/b/%C3%A9%201.jpg*\n/b/%C3%A9+1.jpg*") {
		t.Errorf("got %+v and\n%s", r, w.made())
	}
}

// A path that was invalidated rests for a while. Changes in that time are redelivered
// and then invalidated once for all.
func TestWindow(t *testing.T) {
	w, _ := newLedgerWorld(t)
	for second := range 60 {
		r := w.Purge(t.Context(), queued(w.clock.Now(), "webcam.jpg"))
		if second == 0 {
			w.check(r, "/webcam.jpg*")
		} else {
			w.check(r, "/webcam.jpg*", "m0")
		}
		w.clock.Add(time.Second)
	}
	if strings.Contains(w.log.String(), "WARN") {
		t.Errorf("logged %s", &w.log)
	}
	again := func(changed time.Time) purge.Report {
		b := queued(changed, "webcam.jpg")
		b.Changes[0].Redelivered = true
		return w.Purge(t.Context(), b)
	}
	w.check(again(start.Add(time.Second)), "/webcam.jpg*\n/webcam.jpg*")
	for second := 2; second < 57; second++ {
		if r := again(start.Add(time.Duration(second) * time.Second)); r.Covered != 1 {
			t.Fatalf("%d: got %+v", second, r)
		}
	}
	w.check(again(w.clock.Now()), "/webcam.jpg*\n/webcam.jpg*\n/webcam.jpg*") // not deferred again
}

// A change that nobody would redeliver is not deferred.
func TestWindowOfEventsWithoutQueue(t *testing.T) {
	w, _ := newLedgerWorld(t)
	for range 2 {
		b := queued(w.clock.Now(), "a.jpg")
		b.Queued, b.Changes[0].Message = false, ""
		if r := w.Purge(t.Context(), b); r.Err != nil || r.Invalidations != 1 {
			t.Errorf("got %+v", r)
		}
		w.clock.Add(time.Second)
	}
}

// If CloudFront answers with an older invalidation of the same reference, that covers
// no change since.
func TestRedeliveryCoversNothing(t *testing.T) {
	w, b := newLedgerWorld(t)
	first := queued(w.clock.Now(), "a.jpg")
	w.Purge(t.Context(), first)
	clear(b.purged) // an hour later, or another ledger
	w.clock.Add(10 * time.Second)
	changed := w.clock.Now()
	w.clock.Add(10 * time.Second)
	if r := w.Purge(t.Context(), first); r.Invalidations != 0 || len(b.purged) != 0 || b.budget != 999 {
		t.Errorf("got %+v and %v", r, b.purged)
	}
	w.check(w.Purge(t.Context(), queued(changed, "a.jpg")), "/a.jpg*\n/a.jpg*")
}

func TestPlacesOfTheLedger(t *testing.T) {
	w, b := newLedgerWorld(t)
	b.reserved["other"] = paths.Size{Wild: 13}
	w.check(w.Purge(t.Context(), queued(start, "a/1.jpg", "a/2.jpg", "b.jpg")), "/a/*\n/b.jpg*")
	r := w.Purge(t.Context(), queued(start, "c.jpg"))
	w.check(r, "/a/*\n/b.jpg*", "m0")
	if len(w.aws.Calls()) != 2 || !strings.Contains(r.Err.Error(), "says the ledger") {
		t.Errorf("%d calls, %v", len(w.aws.Calls()), r.Err)
	}
	w.waits = nil
	w.Client.Wait = func(context.Context, time.Duration) error {
		b.complete()
		w.cloudfront.Complete(distribution)
		return nil
	}
	w.check(w.Purge(t.Context(), queued(start, "c.jpg", "d.jpg")), "/a/*\n/b.jpg*\n/c.jpg*\n/d.jpg*")
	w.Mode = purge.Each
	if r := w.Purge(t.Context(), queued(start, numbered("e", 40)...)); r.Err != nil || r.Invalidations != 40 {
		t.Errorf("got %+v", r)
	}
}

// Unused places of a reservation are given back.
func TestPlacesAreGivenBack(t *testing.T) {
	w, b := newLedgerWorld(t)
	w.refuse(100, 403, "AccessDenied")
	w.Purge(t.Context(), queued(start, numbered("a", 10)...))
	for id, n := range b.reserved {
		if n != (paths.Size{}) {
			t.Errorf("%s keeps %+v places", id, n)
		}
	}
}

func TestBudget(t *testing.T) {
	w, b := newLedgerWorld(t)
	b.budget = 4
	w.check(w.Purge(t.Context(), queued(start, "a/1.jpg", "a/2.jpg", "b/1.jpg")), "/a/1.jpg*\n/a/2.jpg*\n/b/1.jpg*")
	w.check(w.Purge(t.Context(), queued(start, "c/d/1.jpg", "c/d/2.jpg")), "/a/1.jpg*\n/a/2.jpg*\n/b/1.jpg*\n/c/d/*")
	if b.budget != 0 {
		t.Errorf("%d paths are left", b.budget)
	}
	// Nothing is left, but changes must be purged.
	r := w.Purge(t.Context(), queued(start, "e/1.jpg", "f/1.jpg", "f/2.jpg"))
	w.check(r, "/a/1.jpg*\n/a/2.jpg*\n/b/1.jpg*\n/c/d/*\n/*")
}

// Whichever call of the ledger fails, changes are invalidated.
func TestLedgerDown(t *testing.T) {
	for _, broken := range []string{"Purged", "Reserve", "Record", "Release"} {
		w, b := newLedgerWorld(t)
		b.fails = func(call string) error {
			if call == broken {
				return errors.New("connection refused")
			}
			return nil
		}
		r := w.Purge(t.Context(), queued(start, "a.jpg", "b.jpg"))
		w.check(r, "/a.jpg*\n/b.jpg*")
		if r.Ledger != "down" || strings.Count(w.log.String(), "the ledger is down") != 1 || !strings.Contains(w.log.String(), "connection refused") {
			t.Errorf("%s: got %+v and logged %s", broken, r, &w.log)
		}
	}
}

func sizeOf(wild, single int) paths.Size { return paths.Size{Wild: wild, Single: single} }
