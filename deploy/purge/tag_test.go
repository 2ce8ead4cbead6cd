package purge_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/purge/changes"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/edge/cachetag"
)

// tagsOf returns the items of keys, with spaces between.
func tagsOf(keys ...string) string {
	var items []string
	for _, key := range keys {
		items = append(items, cachetag.Item(cachetag.Of("originals", key)))
	}
	return strings.Join(items, " ")
}

// Many objects share one invalidation, in the order of their changes, each once.
func TestTagsShareInvalidations(t *testing.T) {
	w := newWorld(t)
	w.tag()
	keys := numbered("a", 400)
	r := w.Purge(t.Context(), queued(start, append(keys, keys[:10]...)...))
	w.check(r, strings.Join([]string{tagsOf(keys[:150]...), tagsOf(keys[150:300]...), tagsOf(keys[300:]...)}, "\n"))
	if r.Mode != purge.Tag || r.Warning != "" || r.Objects != 400 || r.Paths != 400 || r.Widened != 0 {
		t.Errorf("got %+v", r)
	}
	if strings.Contains(w.log.String(), "level=WARN") {
		t.Errorf("logged %s", &w.log)
	}
}

// A message is redelivered if one of its own objects failed, and then only that one is
// invalidated.
func TestTagsAreSettledOneByOne(t *testing.T) {
	w := newWorld(t)
	w.tag()
	keys := numbered("a", 301)
	b := queued(start, keys...)
	b.Changes[300].Message = "m0" // two objects in one message; the first is invalidated
	w.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.N < 3 { // the config, and two invalidations
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusBadRequest, Code: "TooManyInvalidationsInProgress"}}
	}
	r := w.Purge(t.Context(), b)
	made := tagsOf(keys[:150]...) + "\n" + tagsOf(keys[150:300]...)
	w.check(r, made, "m0")
	w.aws.Fault = nil
	// All again, in another order and batch.
	slices.Reverse(b.Changes)
	b.Changes = append(queued(start, "new.jpg").Changes, b.Changes...)
	r = w.Purge(t.Context(), b)
	w.check(r, made+"\n"+tagsOf("new.jpg", keys[300]))
	if r.Covered != 300 {
		t.Errorf("got %+v", r)
	}
	// It has changed since.
	b = queued(start.Add(time.Hour), keys[0])
	w.check(w.Purge(t.Context(), b), made+"\n"+tagsOf("new.jpg", keys[300])+"\n"+tagsOf(keys[0]))
}

// Neither a lost answer nor the same batch in another function makes a second
// invalidation.
func TestTagsAskedForAgain(t *testing.T) {
	w := newWorld(t)
	w.tag()
	w.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation == "CreateInvalidation" && c.N%2 == 0 {
			return fakeaws.Fault{Lost: fakeaws.AfterEffect}
		}
		return fakeaws.Fault{}
	}
	keys := numbered("a", 200)
	made := tagsOf(keys[:150]...) + "\n" + tagsOf(keys[150:]...)
	other := anotherFunction(w)
	w.check(w.Purge(t.Context(), queued(start, keys...)), made)
	w.aws.Fault = nil
	if r := other.Purge(t.Context(), queued(start, keys...)); r.Err != nil {
		t.Errorf("got %+v", r)
	}
	w.check(purge.Report{}, made)
}

// Without a CacheTagConfig an invalidation of a tag would do nothing. Paths are
// invalidated instead, as in mode each, and a warning says why.
func TestNoCacheTags(t *testing.T) {
	w := newWorld(t)
	w.Mode = purge.Tag
	r := w.Purge(t.Context(), queued(start, numbered("a", 3)...))
	w.check(r, "/a/0.jpg*\n/a/1.jpg*\n/a/2.jpg*")
	if r.Mode != purge.Each || !strings.Contains(w.log.String(), "level=WARN") || !strings.Contains(w.log.String(), "CacheTagConfig") {
		t.Errorf("got %+v and logged %s", r, &w.log)
	}
	// CloudFront is asked about tags once, and again after a while.
	w.clock.Add(time.Minute)
	w.Purge(t.Context(), queued(w.clock.Now(), "b.jpg"))
	w.tag()
	w.clock.Add(15 * time.Minute)
	if r := w.Purge(t.Context(), queued(w.clock.Now(), "c.jpg")); r.Mode != purge.Tag || r.Warning != "" || !strings.HasSuffix(w.made(), "/b.jpg*\n"+tagsOf("c.jpg")) {
		t.Errorf("got %+v and %s", r, w.made())
	}
	asked := 0
	for _, call := range w.aws.Calls() {
		if call.Operation == "GetDistributionConfig" {
			asked++
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}

// A batch with nothing to invalidate makes no call.
func TestNothingToTag(t *testing.T) {
	w := newWorld(t)
	w.tag()
	w.Purge(t.Context(), recorded(t, "s3-test-event"))
	if n := len(w.aws.Calls()); n > 0 {
		t.Errorf("%d calls", n)
	}
}

// If it is unknown whether there are tags, a transient error has the changes
// redelivered, and a missing permission has their paths invalidated.
func TestCacheTagsUnknown(t *testing.T) {
	w := newWorld(t)
	w.tag()
	w.refuse(2, http.StatusServiceUnavailable, "ServiceUnavailable")
	w.check(w.Purge(t.Context(), queued(start, "a.jpg")), tagsOf("a.jpg"))

	w = newWorld(t)
	w.tag()
	w.refuse(100, http.StatusServiceUnavailable, "ServiceUnavailable")
	r := w.Purge(t.Context(), queued(start, "a.jpg", "a~b"))
	w.check(r, "", "m0", "m1")
	if len(r.Unnamed) > 0 {
		t.Errorf("got %+v", r)
	}

	w = newWorld(t)
	w.tag()
	w.refuse(1, http.StatusForbidden, "AccessDenied")
	r = w.Purge(t.Context(), queued(start, "a.jpg"))
	w.check(r, "/a.jpg*")
	if !strings.Contains(r.Warning, "AccessDenied") {
		t.Errorf("got %+v", r)
	}
}

// TestBurstOfTags purges five thousand changed objects at once with two functions,
// under each reading of the quotas, with and without a ledger. The fake checks the
// quotas; the requests must be few.
func TestBurstOfTags(t *testing.T) {
	for name, quotas := range readings {
		for _, shared := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", ledger ", shared), func(t *testing.T) {
				w := newWorld(t)
				w.tag()
				w.cloudfront.Quotas = quotas
				if shared {
					w.Ledger = newFakeLedger()
				}
				functions := []*purge.Purger{anotherFunction(w), anotherFunction(w)}
				invalidated := map[string]int{}
				w.cloudfront.Invalidated = func(_ string, items []string) {
					if len(items) > invalidate.MaxItems {
						t.Errorf("%d items at once", len(items))
					}
					for _, item := range items {
						invalidated[item]++
					}
				}
				keys := numbered("a", 5000)
				q := &queue{waiting: queued(start, slices.Concat(keys, keys[:500])...).Changes}
				for i := range q.waiting {
					q.waiting[i].Sequencer = fmt.Sprintf("%X", i+1)
				}
				for round := 0; len(q.waiting) > 0 && round < 100; round++ {
					var both sync.WaitGroup
					for _, p := range functions {
						// Until Lambda's time-out.
						end := w.clock.Now().Add(25 * time.Second)
						p.Client.Wait = func(_ context.Context, d time.Duration) error {
							if w.clock.Add(d); w.clock.Now().After(end) {
								return context.DeadlineExceeded
							}
							return nil
						}
						p.Client.Rest = p.Client.Wait
						both.Go(func() {
							b := q.take(1000)
							q.back(b, p.Purge(t.Context(), b).Again)
						})
					}
					both.Wait()
					w.clock.Add(2 * time.Minute)
					w.cloudfront.Complete(distribution)
					if b, ok := w.Ledger.(*fakeLedger); ok {
						b.complete()
					}
				}
				if len(q.waiting) > 0 || len(invalidated) != len(keys) {
					t.Errorf("%d are in the queue and %d of %d invalidated", len(q.waiting), len(invalidated), len(keys))
				}
				made := len(w.cloudfront.Invalidations(distribution))
				t.Logf("%d invalidations", made)
				if made > 5500/invalidate.MaxItems+20 {
					t.Errorf("%d invalidations", made)
				}
			})
		}
	}
}

// Tags take the ledger's places for single paths: fifteen wildcards in progress stop no
// tag, three thousand tags do.
func TestPlacesOfTags(t *testing.T) {
	w, b := newLedgerWorld(t)
	w.tag()
	b.reserved["wild"] = sizeOf(fakecloudfront.MaxWildcards, 2900)
	keys := numbered("a", 100)
	w.check(w.Purge(t.Context(), queued(start, keys...)), tagsOf(keys...))
	r := w.Purge(t.Context(), queued(start, "b.jpg"))
	w.check(r, tagsOf(keys...), "m0")
	if !strings.Contains(r.Err.Error(), "says the ledger") {
		t.Errorf("got %v", r.Err)
	}
}

// A tag in the ledger, or everything in it, covers a change for another function.
func TestTagsInTheLedger(t *testing.T) {
	w, b := newLedgerWorld(t)
	w.tag()
	w.check(w.Purge(t.Context(), queued(start, "a.jpg")), tagsOf("a.jpg"))
	other := anotherFunction(w)
	late := changes.Batch{Queued: true, Changes: queued(start.Add(-3*time.Second), "a.jpg", "b.jpg").Changes}
	if r := other.Purge(t.Context(), late); r.Covered != 1 || r.Paths != 1 {
		t.Errorf("got %+v", r)
	}
	b.purged = map[string]time.Time{"/*": w.clock.Now()}
	if r := anotherFunction(w).Purge(t.Context(), late); r.Covered != 2 || r.Paths != 0 {
		t.Errorf("got %+v", r)
	}
}

// Paths takes tags too.
func TestTagsByHand(t *testing.T) {
	w, b := newLedgerWorld(t)
	w.tag()
	if _, err := w.Paths(t.Context(), "a", []string{"#Product:1", "/a*", "#product:1"}); err != nil {
		t.Fatal(err)
	}
	w.check(purge.Report{}, "/a* #product:1")
	if b.purged["#product:1"].IsZero() || b.budget != 998 {
		t.Errorf("got %v", b.purged)
	}
}
