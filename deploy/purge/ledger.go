package purge

import (
	"context"
	"log/slog"
	"math"
	"time"

	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
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

func (l *ledger) purged(ctx context.Context, items []string) map[string]time.Time {
	if !l.there() {
		return nil
	}
	at, err := l.Purged(ctx, items)
	if l.fails(ctx, err) {
		return nil
	}
	return at
}

// unlimited is what there is without a ledger or a budget.
const unlimited = math.MaxInt

// reserve reserves places for up to n items where there is a ledger. left is how many
// the month's budget has left, by the ledger or by what CloudFront has on record.
func (p *Purger) reserve(ctx context.Context, shared *ledger, id string, n paths.Size) (places paths.Size, left int) {
	if shared.there() {
		n.Wild, n.Single = min(n.Wild, invalidate.MaxWildcards), min(n.Single, invalidate.MaxSingle)
		places, left, err := shared.Reserve(ctx, id, n)
		if !shared.fails(ctx, err) {
			return places, left
		}
	}
	return paths.Size{Wild: unlimited, Single: unlimited}, p.left(ctx)
}

// left is how many paths the budget has left, by what CloudFront has on record.
func (p *Purger) left(ctx context.Context) int {
	if p.Budget == 0 {
		return unlimited
	}
	spent, err := p.Client.Spent(ctx, p.Budget)
	if err != nil {
		p.Log.LogAttrs(ctx, slog.LevelError, "the month's paths cannot all be counted", slog.Int("counted", spent), slog.String("error", err.Error()))
	}
	return max(0, p.Budget-spent)
}

func (l *ledger) release(ctx context.Context, id string, places, keep paths.Size) {
	if l.there() {
		l.fails(ctx, l.Release(ctx, id, places, keep))
	}
}

func (l *ledger) record(ctx context.Context, items []string, at time.Time) {
	if l.there() {
		l.fails(ctx, l.Record(ctx, items, at))
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
		at := lastPurge(o.items, purged)
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

// withFolders are the items of objects and the paths of their folders, each once.
func withFolders(objects []*object) []string {
	known := map[string]bool{}
	var all []string
	add := func(item string) {
		if !known[item] {
			known[item] = true
			all = append(all, item)
		}
	}
	for _, o := range objects {
		for _, item := range o.items {
			add(item)
			for _, folder := range paths.Folders(item) {
				add(folder)
			}
		}
	}
	return all
}

// lastPurge is when all of an object's items have been invalidated since, by
// themselves or with a folder.
func lastPurge(of []string, purged map[string]time.Time) (since time.Time) {
	for i, item := range of {
		at := purged[item]
		for _, folder := range paths.Folders(item) {
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
