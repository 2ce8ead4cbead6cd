package probe

import (
	"os"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
)

// needs returns what a call needs to be allowed.
func needs(call fakeaws.Call) []fakeiam.Need {
	own := fakeiam.Need{Action: call.Service + ":" + call.Operation, Resource: call.ARN}
	switch own.Action {
	case "s3:ListObjectsV2": // Amazon S3 API Reference, "ListObjectsV2"
		own.Action = "s3:ListBucket"
	case "s3:GetBucketNotificationConfiguration": // same reference
		own.Action = "s3:GetBucketNotification"
	case "monitoring:GetMetricStatistics":
		own.Action = "cloudwatch:GetMetricStatistics"
	case "s3:PutObject", "s3:DeleteObject":
		own.Resource += "/edgeresize-probe/all/run/age-1/a"
	case "lambda:CreateFunction":
		// AWS Lambda Developer Guide, "Defining Lambda function permissions with an
		// execution role", and "Using tags on Lambda functions".
		return []fakeiam.Need{own, {Action: "iam:PassRole", Resource: "arn:aws:iam::" + fakeaws.Account + ":role/" + Name},
			{Action: "lambda:TagResource", Resource: own.Resource}}
	case "cloudfront:UpdateDistribution":
		return append(fakeiam.NeedsAtEdge("arn:aws:lambda:us-east-1:"+fakeaws.Account+":function:edgeresize-probe:1"), own)
	}
	return []fakeiam.Need{own}
}

// TestPolicy checks that policy.json allows all that runs and cleaning up need, and that
// each of its lines is needed.
func TestPolicy(t *testing.T) {
	c := newCloud(t, withTags...)
	c.launched(resized)
	c.run()
	c.run() // finds the function, and updates it
	for range 4 {
		if err := c.prober.Cleanup(t.Context(), options); err != nil {
			t.Fatal(err)
		}
	}
	// The second set-up finds everything there, and updates it.
	s, err := c.prober.look(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.setUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var all []fakeiam.Need
	for _, call := range c.server.Calls() {
		all = append(all, needs(call)...)
	}
	content, err := os.ReadFile("policy.json")
	if err != nil {
		t.Fatal(err)
	}
	document := strings.NewReplacer("ACCOUNT", fakeaws.Account, "DISTRIBUTION", "E1", "BUCKET", "originals", "FUNCTION", "edgeresize").Replace(string(content))
	if unmet, err := fakeiam.Unmet(document, all); err != nil || len(unmet) > 0 {
		t.Errorf("it does not allow %v, %v", unmet, err)
	}
	if unneeded, err := fakeiam.Unneeded(document, all); err != nil || len(unneeded) > 0 {
		t.Errorf("nothing needs %q, %v", unneeded, err)
	}
}
