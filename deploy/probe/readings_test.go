package probe

import (
	"reflect"
	"testing"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// asks has the question that decides each of [cloudfront.Readings].
var asks = map[string]string{
	"Errors": "error-bare", "Conditionals": "if-match-stale", "Ranges": "range", "Expired": "range-stale", "Whole": "range-200", "Validators": "validators",
	"Heads": "head-stale", "NotModified": "not-modified", "Tags": "tag-304", "Stale": "stale-maximum", "NoStore": "no-store", "Qualified": "qualified",
	"Request": "request-size", "Quota": "invalidate-150", "Query": "query-listed",
}

// TestReadings checks that there is a question for each sentence that the emulation of
// CloudFront reads in several ways.
func TestReadings(t *testing.T) {
	ids := map[string]bool{}
	for _, q := range questions() {
		if ids[q.id] {
			t.Errorf("two questions %s", q.id)
		}
		ids[q.id] = true
	}
	for i := range reflect.TypeFor[cloudfront.Readings]().NumField() {
		name := reflect.TypeFor[cloudfront.Readings]().Field(i).Name
		if !ids[asks[name]] {
			t.Errorf("no question for the reading %s", name)
		}
	}
}
