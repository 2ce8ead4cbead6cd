package probe

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// NotMeasured is the verdict of a question that a run could not answer.
const NotMeasured = "not measured"

// Fact is the answer to a question.
type Fact struct {
	// ID names the question.
	ID       string `json:"id"`
	Question string `json:"question"`
	// Verdict is one of the question's readings, or [NotMeasured] with a Reason.
	Verdict string `json:"verdict"`
	Reason  string `json:"reason,omitempty"`
	// Evidence is what was seen, by what was asked.
	Evidence map[string]string `json:"evidence,omitempty"`
}

// Report has the facts of a run. It names no account, bucket, role or object of the
// user's, and the distribution only if asked to.
type Report struct {
	Made         time.Time `json:"made"`
	Distribution string    `json:"distribution,omitempty"`
	// Locations are the edge locations that answered, and Regions those in which the
	// function ran.
	Locations []string `json:"locations"`
	Regions   []string `json:"regions"`
	Facts     []Fact   `json:"facts"`
}

// newReport returns a report without facts.
func newReport(o Options, at time.Time) *Report {
	r := &Report{Made: at.UTC().Truncate(time.Second), Locations: []string{}, Regions: []string{}, Facts: []Fact{}}
	if o.Names {
		r.Distribution = o.Distribution
	}
	return r
}

// Fact returns the fact with an ID, and reports whether there is one.
func (r *Report) Fact(id string) (Fact, bool) {
	for _, f := range r.Facts {
		if f.ID == id {
			return f, true
		}
	}
	return Fact{}, false
}

// WriteTable writes a line for each fact.
func (r *Report) WriteTable(w io.Writer) error {
	for _, f := range r.Facts {
		text := f.Verdict
		if f.Reason != "" {
			text += ": " + f.Reason
		}
		if _, err := fmt.Fprintf(w, "%-22s %s\n%-22s   %s\n", f.ID, f.Question, "", text); err != nil {
			return err
		}
	}
	return nil
}

// WriteJSON writes the report in JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
