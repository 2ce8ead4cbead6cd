package release

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// errorPattern matches the function's warnings, and what Lambda writes of a process that
// ended or, in brackets, did not start. CloudWatch Logs User Guide, "Filter pattern
// syntax".
const errorPattern = `?"\"level\":\"WARN\"" ?"\"level\":\"ERROR\"" ?"[ERROR]" ?"Task timed out" ?"Runtime exited" ?"Runtime.ExitError"`

// outcomesQuery counts invocations by reason, those without one by outcome.
const outcomesQuery = "filter ispresent(outcome) | fields coalesce(reason, outcome) as why | stats count(*) as n by why"

// readLogs reads the logs of all regions at once. If one log of a region cannot be read,
// it still reads the others of that region.
func (r *Releaser) readLogs(ctx context.Context, o StatusOptions, s *Status) error {
	r.tell("searching the logs of %d regions since %s", len(o.Regions), o.Since.UTC().Format(time.RFC3339))
	s.Unread, s.Originals = map[string]error{}, map[edge.Reason]int{}
	var mu sync.Mutex // of s
	failed, err := inRegions(ctx, o.Regions, func(region string) error {
		found, err := r.regionErrors(ctx, region, o.Since)
		counts, countErr := r.counted(ctx, region, FunctionLog(r.Function), outcomesQuery, o.Since)
		var refused []RefusedAnswers
		var refusedErr error
		for _, d := range s.Distributions {
			answers, err := r.refusedAnswers(ctx, d.ID, region, o.Since)
			if refusedErr = cmp.Or(refusedErr, err); answers.Count > 0 {
				refused = append(refused, answers)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if len(found.Counts) > 0 {
			s.Errors = append(s.Errors, found)
		}
		s.Refused = append(s.Refused, refused...)
		for why, n := range counts {
			switch why {
			case resized:
				s.Resized += n
			case edge.ServedFallback:
				s.Fallbacks += n
			default:
				s.Originals[edge.Reason(why)] += n
			}
		}
		return cmp.Or(err, countErr, refusedErr)
	})
	maps.Copy(s.Unread, failed)
	slices.SortFunc(s.Errors, func(a, b RegionErrors) int { return cmp.Compare(a.Region, b.Region) })
	slices.SortFunc(s.Refused, func(a, b RefusedAnswers) int {
		return cmp.Or(cmp.Compare(a.Distribution, b.Distribution), cmp.Compare(a.Region, b.Region))
	})
	return err
}

// resized is the outcome of an invocation that served a variant.
var resized = edge.Outcome{}.String()

// regionErrors reads the errors in the function's log of a region.
func (r *Releaser) regionErrors(ctx context.Context, region string, since time.Time) (RegionErrors, error) {
	e := RegionErrors{Region: region, Counts: map[string]int{}}
	err := r.filtered(ctx, region, FunctionLog(r.Function), errorPattern, since, e.add)
	return e, err
}

// add counts a line of the function's log.
func (e *RegionErrors) add(l logLine) {
	var line struct{ Reason, Error string }
	reason, text := "crash", l.text
	if json.Unmarshal([]byte(l.text), &line) == nil && line.Reason != "" {
		reason, text = line.Reason, line.Error
	}
	e.Counts[reason]++
	if !l.at.Before(e.Last) {
		e.Last, e.Sample = l.at, text
	}
}

// refusedAnswers reads CloudFront's own log of a distribution in a region, which has
// lines only for answers that CloudFront refused.
func (r *Releaser) refusedAnswers(ctx context.Context, distribution, region string, since time.Time) (RefusedAnswers, error) {
	a := RefusedAnswers{Distribution: distribution, Region: region}
	err := r.filtered(ctx, region, validationLog(distribution), "", since, func(l logLine) {
		a.Count++
		if !l.at.Before(a.Last) {
			a.Last, a.Sample = l.at, l.text
		}
	})
	return a, err
}
