package purge_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// spend makes n invalidations of three paths each by another function, and completes
// them.
func (w *world) spend(n int) {
	w.t.Helper()
	other := anotherFunction(w)
	for i := range n {
		if _, err := other.Client.Create(w.t.Context(), fmt.Sprint("other ", i), []string{"/other1", "/other2", "/other3*"}); err != nil {
			w.t.Fatal(err)
		}
		w.cloudfront.Complete(distribution)
	}
}

// after returns the paths of all invalidations but the first n.
func (w *world) after(n int) string {
	lines := strings.Split(w.made(), "\n")
	return strings.Join(lines[min(n, len(lines)):], "\n")
}

// Without a ledger the budget counts what CloudFront has on record, whoever made it.
func TestBudgetWithoutLedger(t *testing.T) {
	w := newWorld(t)
	w.Budget = 10
	w.spend(2)
	r := w.Purge(t.Context(), queued(start, "a/1.jpg", "a/2.jpg", "b/1.jpg"))
	if w.after(2) != "/a/1.jpg*\n/a/2.jpg*\n/b/1.jpg*" || r.Widened != 0 || r.OverBudget != 0 {
		t.Errorf("got %+v and %s", r, w.after(2))
	}
	// One path is left.
	r = w.Purge(t.Context(), queued(start, "c/d/1.jpg", "c/d/2.jpg"))
	if w.after(5) != "/c/d/*" || r.Widened != 1 || r.OverBudget != 0 || !strings.Contains(w.log.String(), `path=/c/d/* objects=2 because="the month's budget has 1 paths left"`) {
		t.Errorf("got %+v and %s", r, w.after(5))
	}
	// None is left, but changes must be purged.
	w.log.Reset()
	r = w.Purge(t.Context(), queued(start, "e/1.jpg", "f/1.jpg"))
	if w.after(6) != "/*" || r.Widened != 1 || r.OverBudget != 1 || !strings.Contains(w.log.String(), "over_budget=1") {
		t.Errorf("got %+v and %s", r, w.after(6))
	}
	// Next month there is another.
	w.clock.Add(31 * 24 * time.Hour)
	if r = w.Purge(t.Context(), queued(w.clock.Now(), "e/1.jpg", "f/1.jpg")); w.after(7) != "/e/1.jpg*\n/f/1.jpg*" || r.OverBudget != 0 {
		t.Errorf("got %+v and %s", r, w.after(7))
	}
}

// The log has the excess at the field that the metric filter of deploy/purge/purge.yaml
// reads, as a number, in lines that are JSON as the function's are.
func TestMetricFilterReadsTheLog(t *testing.T) {
	template, err := cfn.Read("purge.yaml")
	if err != nil {
		t.Fatal(err)
	}
	filter := template.Document["Resources"].(map[string]any)["OverBudget"].(map[string]any)["Properties"].(map[string]any)
	var field string
	if _, err := fmt.Sscanf(filter["FilterPattern"].(string), "{ $.%s > 0 }", &field); err != nil {
		t.Fatalf("%v: %v", err, filter["FilterPattern"])
	}
	if value := filter["MetricTransformations"].([]any)[0].(map[string]any)["MetricValue"]; value != "$."+field {
		t.Errorf("the pattern reads %s, and the metric %v", field, value)
	}
	w := newWorld(t)
	w.Budget = 6
	w.spend(2)
	w.Log = slog.New(slog.NewJSONHandler(&w.log, nil))
	w.Purge(t.Context(), queued(start, "e/1.jpg", "f/1.jpg"))
	var over []any
	for line := range strings.Lines(w.log.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if value, ok := fields[field]; ok {
			over = append(over, value)
		}
	}
	if !slices.Equal(over, []any{1.0}) {
		t.Errorf("%s is %v in\n%s", field, over, w.log.String())
	}
}

// The modes tag and each go on when the budget is spent, and log it, with and without a
// ledger.
func TestOverBudget(t *testing.T) {
	for _, mode := range []purge.Mode{purge.Tag, purge.Each} {
		for _, shared := range []bool{false, true} {
			t.Run(fmt.Sprint(mode, ", ledger ", shared), func(t *testing.T) {
				w := newWorld(t)
				if w.Mode = mode; mode == purge.Tag {
					w.tag()
				}
				if w.Budget = 8; shared {
					b := newFakeLedger()
					b.budget = 2
					w.Ledger = b
				}
				w.spend(2)
				made := "/a/1.jpg*\n/a/2.jpg*\n/b.jpg*"
				if mode == purge.Tag {
					made = tagsOf("a/1.jpg", "a/2.jpg", "b.jpg")
				}
				r := w.Purge(t.Context(), queued(start, "a/1.jpg", "a/2.jpg", "b.jpg"))
				if w.after(2) != made || r.OverBudget != 1 || r.Widened != 0 || r.Err != nil {
					t.Errorf("got %+v and %s", r, w.after(2))
				}
				if !strings.Contains(w.log.String(), "level=WARN") || !strings.Contains(w.log.String(), "over_budget=1") {
					t.Errorf("logged %s", &w.log)
				}
				if r := w.Purge(t.Context(), queued(start, "c.jpg")); r.OverBudget != 1 || r.Err != nil {
					t.Errorf("got %+v", r)
				}
			})
		}
	}
}

// When the month's paths cannot be counted, changes are purged, and the log says so.
func TestBudgetUnknown(t *testing.T) {
	w := newWorld(t)
	w.Budget = 5
	w.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation != "ListInvalidations" {
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusForbidden, Code: "AccessDenied"}}
	}
	w.check(w.Purge(t.Context(), queued(start, "a/1.jpg", "a/2.jpg")), "/a/1.jpg*\n/a/2.jpg*")
	if !strings.Contains(w.log.String(), "level=ERROR") || !strings.Contains(w.log.String(), "AccessDenied") {
		t.Errorf("logged %s", &w.log)
	}
	// It knows its own invalidations.
	if r := w.Purge(t.Context(), queued(start, "b/1.jpg", "b/2.jpg", "b/3.jpg", "b/4.jpg")); r.Paths != 1 || r.Widened != 1 {
		t.Errorf("got %+v", r)
	}
}

// When the ledger is down, the budget counts what CloudFront has on record.
func TestBudgetWhenTheLedgerIsDown(t *testing.T) {
	w, b := newLedgerWorld(t)
	w.Budget = 7
	w.spend(2)
	b.fails = func(string) error { return fmt.Errorf("connection refused") }
	if r := w.Purge(t.Context(), queued(start, "a/1.jpg", "a/2.jpg")); r.Ledger != "down" || w.after(2) != "/a/*" {
		t.Errorf("got %+v and %s", r, w.after(2))
	}
}
