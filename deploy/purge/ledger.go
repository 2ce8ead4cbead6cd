package purge

import (
	"context"
	"log/slog"
	"math"
	"time"

	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// maxSkew is how far S3's clock and ours may be apart.
const maxSkew = 2 * time.Second

// ledger is a [Ledger] that does as if there were none once it fails, for the
// rest of a batch, and says so.
type ledger struct {
	Ledger // or nil
	log    *slog.Logger
	failed bool
}

func (l *ledger) state() string {
	if l.failed {
		return "down"
	}
	return "ok"
}

// there reports whether there is a ledger to speak to.
func (l *ledger) there() bool { return l.Ledger != nil && !l.failed }

// fails notes an error.
func (l *ledger) fails(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	l.failed = true
	l.log.LogAttrs(ctx, slog.LevelError, "the ledger is down: going on without it", slog.String("error", err.Error()))
	return true
}

func (l *ledger) purged(ctx context.Context, paths []string) map[string]time.Time {
	if !l.there() {
		return nil
	}
	at, err := l.Purged(ctx, paths)
	if l.fails(ctx, err) {
		return nil
	}
	return at
}

// unlimited is what there is without a ledger.
const unlimited = math.MaxInt

func (l *ledger) reserve(ctx context.Context, id string, n int) (places, left int) {
	if l.there() {
		places, left, err := l.Reserve(ctx, id, n)
		if !l.fails(ctx, err) {
			return places, left
		}
	}
	return unlimited, unlimited
}

func (l *ledger) release(ctx context.Context, id string, keep int) {
	if l.there() {
		l.fails(ctx, l.Release(ctx, id, keep))
	}
}

func (l *ledger) record(ctx context.Context, paths []string, at time.Time) {
	if l.there() {
		l.fails(ctx, l.Record(ctx, paths, at))
	}
}

// outstanding are the objects that no invalidation covers, but for those whose
// paths rest. SQS brings these again, once: any later would be too late for the
// viewers.
func (p *Purger) outstanding(ctx context.Context, shared *ledger, objects []*object, queued bool, r *Report) []*object {
	if !shared.there() {
		return objects
	}
	purged := shared.purged(ctx, withFolders(objects))
	now := p.Now()
	var todo []*object
	for _, o := range objects {
		at := lastPurge(o.paths, purged)
		switch {
		case at.After(o.time.Add(maxSkew)):
			r.Covered++
		case queued && !o.redelivered && now.Sub(at) < p.Window:
			r.Deferred++
			o.err = errDeferred
		default:
			todo = append(todo, o)
		}
	}
	return todo
}

// withFolders are the paths of objects and of their folders, each once.
func withFolders(objects []*object) []string {
	known := map[string]bool{}
	var all []string
	add := func(path string) {
		if !known[path] {
			known[path] = true
			all = append(all, path)
		}
	}
	for _, o := range objects {
		for _, path := range o.paths {
			add(path)
			for _, folder := range paths.Folders(path) {
				add(folder)
			}
		}
	}
	return all
}

// lastPurge is when all of an object's paths have been invalidated since, by
// themselves or with a folder.
func lastPurge(of []string, purged map[string]time.Time) (since time.Time) {
	for i, path := range of {
		at := purged[path]
		for _, folder := range paths.Folders(path) {
			if wider := purged[folder]; wider.After(at) {
				at = wider
			}
		}
		if i == 0 || at.Before(since) {
			since = at
		}
	}
	return since
}
