package purge

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/edgeresize/edgeresize/deploy/purge/changes"
)

// Report is what became of a batch.
type Report struct {
	// Mode is the one that was purged by, and Warning why it is not the one that
	// was asked for.
	Mode    Mode
	Warning string

	Changes       int // that the batch told of
	Objects       int // that have a URL
	Covered       int // objects that were invalidated since their change
	Deferred      int // objects whose paths rest
	Invalidations int
	Paths         int // and tags
	// Widened is how many of the paths take more out of the cache than what has
	// changed, and OverBudget how many were beyond the month's budget.
	Widened, OverBudget int
	// Unnamed are the keys that have a URL that no path can name. It stays in the
	// cache until it expires: no attempt would help.
	Unnamed []string
	// Ledger is "none", "ok" or "down".
	Ledger string
	// Again are the messages to be brought again, sorted.
	Again []string
	// Err is why anything has to be brought again, or nil.
	Err error
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

// shownKeys is how many keys a line of the log has.
const shownKeys = 5

// log tells of a batch in one line, which is a warning where somebody has to look.
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
