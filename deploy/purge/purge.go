// Package purge takes variants out of CloudFront's cache when their originals
// have changed: of what S3 tells it makes as few invalidations as the quotas, a
// month's budget and a ledger that functions share leave room for.
//
// Whatever happens, a change is either invalidated or brought again, but for what no
// path can name where there are no cache tags, which the report tells. What was
// invalidated is told from what was not by times: S3 hands out nothing but the
// latest version once a change is finished, so that an invalidation made later
// than that covers the change.
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

// Ledger is what functions share. Its items are CloudFront's paths and tags.
type Ledger interface {
	// Purged is when items were invalidated last. Those that were not, or too
	// long ago, are not in it.
	Purged(ctx context.Context, items []string) (map[string]time.Time, error)
	// Reserve reserves places in progress for up to n items of either kind, under
	// an id of the caller's. left is how many the month's budget has left.
	Reserve(ctx context.Context, id string, n paths.Size) (places paths.Size, left int, err error)
	// Release gives back what was reserved but for the first so many places of
	// either kind.
	Release(ctx context.Context, id string, places, keep paths.Size) error
	// Record says that items were invalidated at a time.
	Record(ctx context.Context, items []string, at time.Time) error
}

// Purger purges, one batch at a time. Its fields are set before the first batch.
type Purger struct {
	Client  *invalidate.Client
	Mapping paths.Mapping
	Mode    Mode
	// Ledger is nil where there is none.
	Ledger Ledger
	// Budget is how many paths and tags a calendar month (UTC) is to have; 0 for
	// any number. A ledger has its own in the place of this one.
	Budget int
	// Window is how long a path in the ledger rests that was invalidated: a change
	// within it is brought again by SQS, together with those that follow.
	Window time.Duration
	Log    *slog.Logger
	Now    func() time.Time

	done memory
}

// object is one that changed.
type object struct {
	change      changes.Change // the latest
	ids         []string       // of all changes
	time        time.Time      // of the latest
	items       []string       // that take it out of the cache
	messages    []string
	redelivered bool
	err         error // why it is to be brought again
}

// errDeferred says that an object's path rests.
var errDeferred = errors.New("invalidated a moment ago")

// Purge invalidates what a batch calls for.
func (p *Purger) Purge(ctx context.Context, b changes.Batch) Report {
	r := Report{Mode: p.Mode, Changes: len(b.Changes), Ledger: "none"}
	objects := p.objects(b.Changes)
	r.Objects = len(objects)
	todo := p.fresh(objects, &r)
	shared := &ledger{Ledger: p.Ledger, log: p.Log}
	if len(todo) > 0 {
		var err error
		if r.Mode, r.Warning, err = p.mode(ctx); err != nil {
			fail(todo, err)
			todo = nil
		}
	}
	p.name(todo, r.Mode, &r)
	todo = p.outstanding(ctx, shared, todo, b.Queued, &r)
	p.invalidate(ctx, shared, todo, &r)
	if p.Ledger != nil {
		r.Ledger = shared.state()
	}
	r.conclude(b.Unread, objects)
	p.log(ctx, r)
	return r
}

// objects are what changed and has a URL, each once.
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

// fresh are the objects of which a change was not invalidated here yet.
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

// reference is the same for the same changes under the same settings. An
// invalidation of all that these call for needs no items: whatever they were, it
// covers the changes, unless these were tags, which nobody need have set. One of a
// part has them, so that no other part is taken for it when the changes come again in
// another company.
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
