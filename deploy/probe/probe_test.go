package probe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// TestRun checks that a run answers every question that can be answered, names nothing of
// the user's and leaves nothing.
func TestRun(t *testing.T) {
	c := newCloud(t, append(withTags, "<OriginPath></OriginPath>", "<OriginPath>/media</OriginPath>")...)
	c.launched("REPORT Duration: 90.0 ms\tBilled Duration: 91 ms\tInit Duration: 35.1 ms")
	c.launched(resized)
	before, config := c.state(), string(c.cloudFront.Config("E1"))
	report := c.run()
	for _, f := range report.Facts {
		if f.Verdict == NotMeasured && !strings.Contains("stale-maximum no-store", f.ID) || f.Verdict == "" {
			t.Errorf("%s: got %q, %q", f.ID, f.Verdict, f.Reason)
		}
	}
	if f, _ := report.Fact("origin-path"); f.Verdict != keysBehind(keySpaced, keySpaced) {
		t.Errorf("below an origin's path: got %+v", f)
	}
	if len(report.Facts) != len(questions()) || len(report.Regions) != 1 || len(report.Locations) != 1 {
		t.Errorf("got %d facts, %q, %q", len(report.Facts), report.Regions, report.Locations)
	}
	c.checkCost()
	var out bytes.Buffer
	if err := report.WriteJSON(&out); err != nil || !json.Valid(out.Bytes()) {
		t.Errorf("got %v and %s", err, &out)
	}
	if err := report.WriteTable(&out); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"E1", "e1.cloudfront.net", "originals", fakeaws.Account, "/media"} {
		if strings.Contains(strings.ReplaceAll(out.String(), "original", "o"), name) {
			t.Errorf("the report names %q:\n%s", name, &out)
		}
	}
	if after := string(c.cloudFront.Config("E1")); after != config {
		t.Errorf("got\n%s\nwant\n%s", after, config)
	}
	if !strings.Contains(c.progress.String(), "stay while CloudFront has replicas") || !strings.Contains(c.iam.String(), Name) || !strings.Contains(c.lambda.String(), Name) {
		t.Errorf("got %s, want function and role to stay", &c.progress)
	}
	for range 3 { // until the change is deployed
		if err := c.prober.Cleanup(t.Context(), options); err != nil {
			t.Fatal(err)
		}
	}
	if after := c.state(); after != before {
		t.Errorf("got\n%s\nwant\n%s", after, before)
	}
	if got := c.objects(); len(got) > 0 {
		t.Errorf("objects are left: %q", got)
	}
	if got := c.logs.Groups(); got != 1 {
		t.Errorf("%d log groups: want that of the resizing function", got)
	}
}

// checkCost checks that a run made no more than [Cost] says.
func (c *cloud) checkCost() {
	c.t.Helper()
	puts, paths := 0, 0
	for _, call := range c.server.Calls() {
		if call.Operation == "PutObject" {
			puts++
		}
	}
	for _, i := range c.cloudFront.Invalidations("E1") {
		paths += len(i.Paths)
	}
	var requests, objects, items int
	if _, err := fmt.Sscanf(Cost, "A run makes about %d requests, %d objects of at most 3 MB and %d invalidation paths", &requests, &objects, &items); err != nil {
		c.t.Fatal(err)
	}
	if c.requests > requests || puts > objects || paths > items {
		c.t.Errorf("got %d requests, %d objects and %d paths; the run says: %s", c.requests, puts, paths, Cost)
	}
}

// objects returns the keys of all objects.
func (c *cloud) objects() []string { return c.s3.Keys("originals") }
