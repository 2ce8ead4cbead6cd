// Package purge takes variants out of CloudFront's cache when their originals
// have changed: of what S3 tells it makes as few invalidations as the quotas, a
// month's budget and a ledger that functions share leave room for.
//
// Whatever happens, a change is either invalidated or brought again. What was
// invalidated is told from what was not by times: S3 hands out nothing but the
// latest version once a change is finished, so that an invalidation made later
// than that covers the change.
package purge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/edgeresize/edgeresize/deploy/purge/changes"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// Mode is what a change invalidates.
type Mode string

// The modes.
const (
	// Adaptive is Each while the quotas have room, then the paths of folders,
	// as few as must be.
	Adaptive Mode = "adaptive"
	// Each invalidates the paths of the object alone, however many changes
	// there are.
	Each Mode = "each"
	// All invalidates everything.
	All Mode = "all"
)

// Ledger is what functions share. Its paths are CloudFront's.
type Ledger interface {
	// Purged is when paths were invalidated last. Those that were not, or too
	// long ago, are not in it.
	Purged(ctx context.Context, paths []string) (map[string]time.Time, error)
	// Reserve reserves places in progress for up to n paths, under an id of the
	// caller's. left is how many paths the month's budget has left.
	Reserve(ctx context.Context, id string, n int) (places, left int, err error)
	// Release gives back what was reserved but for the first so many places.
	Release(ctx context.Context, id string, keep int) error
	// Record says that paths were invalidated at a time.
	Record(ctx context.Context, paths []string, at time.Time) error
}

// Purger purges. Its fields are set before the first batch.
type Purger struct {
	Client  *invalidate.Client
	Mapping paths.Mapping
	Mode    Mode
	// Ledger is nil where there is none.
	Ledger Ledger
	// Window is how long a path that was invalidated rests: a change within it
	// is brought again by SQS, together with those that follow.
	Window time.Duration
	Log    *slog.Logger
	Now    func() time.Time
}

// Report is what became of a batch.
type Report struct {
	Changes       int // that the batch told of
	Objects       int // that have a URL
	Covered       int // objects that were invalidated since their change
	Deferred      int // objects whose paths rest
	Invalidations int
	Paths         int
	// Ledger is "none", "ok" or "down".
	Ledger string
	// Again are the messages to be brought again, sorted.
	Again []string
	// Err is why anything has to be brought again, or nil.
	Err error
}

// object is one that changed.
type object struct {
	change      changes.Change // the latest
	time        time.Time      // of the latest
	paths       []string
	messages    []string
	redelivered bool
	err         error // why it is to be brought again
}

// errDeferred says that an object's path rests.
var errDeferred = errors.New("invalidated a moment ago")

// Purge invalidates what a batch calls for.
func (p *Purger) Purge(ctx context.Context, b changes.Batch) Report {
	r := Report{Changes: len(b.Changes), Ledger: "none"}
	objects := p.objects(b.Changes)
	r.Objects = len(objects)
	shared := &ledger{Ledger: p.Ledger, log: p.Log}
	todo := p.outstanding(ctx, shared, objects, b.Queued, &r)
	p.invalidate(ctx, shared, todo, &r)
	if p.Ledger != nil {
		r.Ledger = shared.state()
	}
	r.conclude(b.Unread, objects)
	p.log(ctx, r)
	return r
}

// objects are what changed and has paths, each once.
func (p *Purger) objects(all []changes.Change) []*object {
	type name struct{ bucket, key string }
	known := map[name]*object{}
	var objects []*object
	for _, c := range all {
		o := known[name{c.Bucket, c.Key}]
		if o == nil {
			o = &object{change: c, paths: p.pathsOf(c.Key)}
			known[name{c.Bucket, c.Key}] = o
			if len(o.paths) > 0 {
				objects = append(objects, o)
			}
		}
		if c.After(o.change) {
			o.change = c
		}
		if c.Time.After(o.time) {
			o.time = c.Time
		}
		o.redelivered = o.redelivered || c.Redelivered
		o.messages = append(o.messages, c.Message)
	}
	return objects
}

func (p *Purger) pathsOf(key string) []string {
	of := p.Mapping.Of(key)
	if len(of) > 0 && p.Mode == All {
		return []string{paths.All}
	}
	return of
}

// reference is the same for the same changes under the same settings. An
// invalidation of all that these call for needs no paths: whatever they were, it
// covers the changes. One of a part has them, so that no other part is taken for
// it when the changes come again in another company.
func (p *Purger) reference(objects []*object, part ...string) string {
	ids := []string{fmt.Sprintf("%q %q", p.Mapping.KeyPrefix, p.Mapping.URLPrefix)}
	for _, o := range objects {
		ids = append(ids, o.change.ID())
	}
	for _, path := range part {
		ids = append(ids, fmt.Sprintf("part %q", path))
	}
	return invalidate.Reference(ids)
}

// conclude says what is to be brought again.
func (r *Report) conclude(unread []changes.Unread, objects []*object) {
	var errs []error
	again := func(err error, messages ...string) {
		if err == nil {
			return
		}
		// A thousand objects fail for a few reasons.
		if !slices.ContainsFunc(errs, func(e error) bool { return e.Error() == err.Error() }) {
			errs = append(errs, err)
		}
		for _, m := range messages {
			if m != "" {
				r.Again = append(r.Again, m)
			}
		}
	}
	for _, u := range unread {
		again(u.Err, u.Message)
	}
	for _, o := range objects {
		again(o.err, o.messages...)
	}
	slices.Sort(r.Again)
	r.Again = slices.Compact(r.Again)
	r.Err = errors.Join(errs...)
}

// log tells of a batch in one line.
func (p *Purger) log(ctx context.Context, r Report) {
	level := slog.LevelInfo
	attributes := []slog.Attr{
		slog.Int("changes", r.Changes), slog.Int("objects", r.Objects), slog.Int("covered", r.Covered),
		slog.Int("deferred", r.Deferred), slog.Int("invalidations", r.Invalidations), slog.Int("paths", r.Paths),
		slog.Int("again", len(r.Again)), slog.String("ledger", r.Ledger),
	}
	if r.Err != nil {
		attributes = append(attributes, slog.String("error", r.Err.Error()))
		if !onlyDeferred(r.Err) {
			level = slog.LevelWarn
		}
	}
	p.Log.LogAttrs(ctx, level, "purged", attributes...)
}

func onlyDeferred(err error) bool { return err.Error() == errDeferred.Error() }
