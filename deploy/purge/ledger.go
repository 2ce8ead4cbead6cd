package purge

import (
	"context"
	"log/slog"
	"math"
	"time"

	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// maxSkew is the greatest difference assumed between S3's clock and ours.
const maxSkew = 2 * time.Second

// tolerantLedger is a [Ledger] for one batch. After its first error it logs that and
// acts as if there were no ledger.
type tolerantLedger struct {
	Ledger // or nil
	log    *slog.Logger
	failed bool
}

func (l *tolerantLedger) state() string {
	if l.failed {
		return "down"
	}
	return "ok"
}

// available reports whether there is a ledger that has not failed.
func (l *tolerantLedger) available() bool { return l.Ledger != nil && !l.failed }

// noteFailure logs err and gives the ledger up unless err is nil. It reports whether it
// did.
func (l *tolerantLedger) noteFailure(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	l.failed = true
	l.log.LogAttrs(ctx, slog.LevelError, "the ledger is down: continuing without it", slog.String("error", err.Error()))
	return true
}

func (l *tolerantLedger) purged(ctx context.Context, items []string) map[string]time.Time {
	if !l.available() {
		return nil
	}
	at, err := l.Purged(ctx, items)
	if l.noteFailure(ctx, err) {
		return nil
	}
	return at
}

// unlimited is the number of paths without a ledger or a budget.
const unlimited = math.MaxInt

// reserve reserves places for up to n items if there is a ledger. left is what remains
// of the month's budget, by the ledger's count or by CloudFront's.
func (p *Purger) reserve(ctx context.Context, shared *tolerantLedger, id string, n paths.Size) (places paths.Size, left int) {
	if shared.available() {
		n.Wild, n.Single = min(n.Wild, invalidate.MaxWildcards), min(n.Single, invalidate.MaxSingle)
		places, left, err := shared.Reserve(ctx, id, n)
		if !shared.noteFailure(ctx, err) {
			return places, left
		}
	}
	return paths.Size{Wild: unlimited, Single: unlimited}, p.left(ctx)
}

// left returns what remains of the month's budget, by CloudFront's count.
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

func (l *tolerantLedger) release(ctx context.Context, id string, places, keep paths.Size) {
	if l.available() {
		l.noteFailure(ctx, l.Release(ctx, id, places, keep))
	}
}

func (l *tolerantLedger) record(ctx context.Context, items []string, at time.Time) {
	if l.available() {
		l.noteFailure(ctx, l.Record(ctx, items, at))
	}
}

// outstanding returns the objects to invalidate: those that no invalidation covers. It
// defers an object whose paths rest if SQS has not redelivered its message yet. It
// defers once only, so that viewers do not wait longer.
func (p *Purger) outstanding(ctx context.Context, shared *tolerantLedger, objects []*object, queued bool, r *Report) []*object {
	if !shared.available() {
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

// withFolders returns the items of objects and the paths of their folders, each once.
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

// lastPurge returns the earliest of the times at which the items in of were last
// invalidated, each by itself or with a folder.
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
