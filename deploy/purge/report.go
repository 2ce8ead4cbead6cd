package purge

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/edgeresize/edgeresize/deploy/purge/changes"
)

// Report is the outcome of a batch.
type Report struct {
	// Mode is the mode that was used. Warning says why it is not the one that was set.
	Mode    Mode
	Warning string

	Changes       int // in the batch
	Objects       int // that changed and have a URL
	Covered       int // objects that were invalidated since their change
	Deferred      int // objects whose paths rest
	Invalidations int
	Paths         int // and tags
	// Widened is how many of the paths remove more from the cache than changed objects;
	// OverBudget is how many were beyond the month's budget.
	Widened, OverBudget int
	// Unnamed are keys with a URL that no path can name. It stays in the cache until it
	// expires: no attempt would help.
	Unnamed []string
	// Ledger is "none", "ok" or "down".
	Ledger string
	// Again are the messages to redeliver, sorted.
	Again []string
	// Err says why anything is to be redelivered; nil for nothing.
	Err error
}

// conclude sets the messages to redeliver and the error.
func (r *Report) conclude(unread []changes.Unread, objects []*object) {
	var errs []error
	again := func(err error, messages ...string) {
		if err == nil {
			return
		}
		// Many objects may fail for the same reason.
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

// shownKeys is how many keys a line of the log has at most.
const shownKeys = 5

// log logs a batch in one line, as a warning if somebody should look at it.
func (p *Purger) log(ctx context.Context, r Report) {
	level := slog.LevelInfo
	attributes := []slog.Attr{
		slog.String("mode", string(r.Mode)), slog.Int("changes", r.Changes), slog.Int("objects", r.Objects),
		slog.Int("covered", r.Covered), slog.Int("deferred", r.Deferred), slog.Int("invalidations", r.Invalidations),
		slog.Int("paths", r.Paths), slog.Int("widened", r.Widened), slog.Int("unnamed", len(r.Unnamed)),
		slog.Int("over_budget", r.OverBudget), slog.Int("again", len(r.Again)), slog.String("ledger", r.Ledger),
	}
	if r.Warning != "" {
		level = slog.LevelWarn
		attributes = append(attributes, slog.String("warning", r.Warning))
	}
	if len(r.Unnamed) > 0 {
		level = slog.LevelWarn
		attributes = append(attributes, slog.Any("no_path_can_name", r.Unnamed[:min(shownKeys, len(r.Unnamed))]))
	}
	if r.OverBudget > 0 {
		level = slog.LevelWarn
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
