// Package purge removes variants from CloudFront's cache when their originals have
// changed. From S3's events it makes as few invalidations as the quotas, a month's
// budget and a ledger that functions share require.
//
// Every change is either invalidated or redelivered. The exception is a URL that no
// path can name, where there are no cache tags: the report lists it. Times tell what
// was invalidated: once a change is finished, S3 hands out nothing but the latest
// version, so that a later invalidation covers the change.
package purge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/edgeresize/edgeresize/deploy/purge/changes"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// Ledger is the state that functions share. Its items are CloudFront's paths and tags.
type Ledger interface {
	// Purged returns when items were last invalidated. It leaves out items that were
	// not, or too long ago.
	Purged(ctx context.Context, items []string) (map[string]time.Time, error)
	// Reserve reserves up to n places in progress under an id of the caller's. left is
	// what remains of the month's budget.
	Reserve(ctx context.Context, id string, n paths.Size) (places paths.Size, left int, err error)
	// Release gives back the places of a reservation but the first keep.
	Release(ctx context.Context, id string, places, keep paths.Size) error
	// Record records that items were invalidated at a time.
	Record(ctx context.Context, items []string, at time.Time) error
}

// Purger purges batches, one at a time. Its fields are set before the first batch.
type Purger struct {
	Client  *invalidate.Client
	Mapping paths.Mapping
	Mode    Mode
	// Ledger is nil if there is none.
	Ledger Ledger
	// Budget is the number of paths and tags for a calendar month (UTC); 0 for any
	// number. A Ledger uses its own budget instead.
	Budget int
	// Window is how long a path rests after its invalidation, if there is a ledger. SQS
	// redelivers a change in that time, together with those that follow.
	Window time.Duration
	Log    *slog.Logger
	Now    func() time.Time

	done memory
}

// object is a changed object.
type object struct {
	change      changes.Change // the latest
	ids         []string       // of all changes
	time        time.Time      // of the latest
	items       []string       // that remove it from the cache
	messages    []string
	redelivered bool
	err         error // why its messages are to be redelivered
}

// errDeferred says that an object's path rests.
var errDeferred = errors.New("invalidated a moment ago")

// Purge invalidates what a batch requires.
func (p *Purger) Purge(ctx context.Context, b changes.Batch) Report {
	r := Report{Mode: p.Mode, Changes: len(b.Changes), Ledger: "none"}
	objects := p.objects(b.Changes)
	r.Objects = len(objects)
	todo := p.fresh(objects, &r)
	shared := &tolerantLedger{Ledger: p.Ledger, log: p.Log}
	if len(todo) > 0 {
		var err error
		if r.Mode, r.Warning, err = p.mode(ctx); err != nil {
			fail(todo, err)
			todo = nil
		}
	}
	p.setItems(todo, r.Mode, &r)
	todo = p.outstanding(ctx, shared, todo, b.Queued, &r)
	p.invalidate(ctx, shared, todo, &r)
	if p.Ledger != nil {
		r.Ledger = shared.state()
	}
	r.conclude(b.Unread, objects)
	p.log(ctx, r)
	return r
}

// objects returns the changed objects that have a URL, each once.
func (p *Purger) objects(all []changes.Change) []*object {
	type name struct{ bucket, key string }
	known := map[name]*object{}
	var objects []*object
	for _, c := range all {
		if !p.Mapping.Has(c.Key) {
			continue
		}
		o := known[name{c.Bucket, c.Key}]
		if o == nil {
			o = &object{change: c}
			known[name{c.Bucket, c.Key}] = o
			objects = append(objects, o)
		}
		if c.After(o.change) {
			o.change = c
		}
		if c.Time.After(o.time) {
			o.time = c.Time
		}
		o.redelivered = o.redelivered || c.Redelivered
		o.ids = append(o.ids, c.ID())
		o.messages = append(o.messages, c.Message)
	}
	return objects
}

// fresh returns the objects with a change that this process has not invalidated yet.
func (p *Purger) fresh(objects []*object, r *Report) (todo []*object) {
	for _, o := range objects {
		covered := true
		for _, id := range o.ids {
			covered = covered && p.done.has(id)
		}
		if covered {
			r.Covered++
		} else {
			todo = append(todo, o)
		}
	}
	return todo
}

// reference returns a caller reference that is the same for the same changes under the
// same settings.
//
// An invalidation of everything that the changes require needs no items in its
// reference: whatever its items are, it covers the changes. Only tags may not be in use,
// so the reference says whether the mode is Tag. An invalidation of a part needs its
// items: when the changes are redelivered in another batch, no other part may have the
// same reference.
func (p *Purger) reference(mode Mode, objects []*object, part ...string) string {
	ids := []string{fmt.Sprintf("%q %q %v", p.Mapping.KeyPrefix, p.Mapping.URLPrefix, mode == Tag)}
	for _, o := range objects {
		ids = append(ids, o.change.ID())
	}
	for _, item := range part {
		ids = append(ids, fmt.Sprintf("part %q", item))
	}
	return invalidate.Reference(ids)
}
