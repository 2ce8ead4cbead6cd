package probe

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
)

// need is an action on a resource that a call needs to be allowed.
type need struct{ action, resource string }

// needs returns what a call needs to be allowed.
func needs(call fakeaws.Call) []need {
	const version = "arn:aws:lambda:us-east-1:" + fakeaws.Account + ":function:edgeresize-probe:1"
	const roles = "arn:aws:iam::" + fakeaws.Account + ":role/"
	own := need{call.Service + ":" + call.Operation, call.ARN}
	switch own.action {
	case "s3:ListObjectsV2": // Amazon S3 API Reference, "ListObjectsV2"
		own.action = "s3:ListBucket"
	case "s3:GetBucketNotificationConfiguration": // same reference
		own.action = "s3:GetBucketNotification"
	case "monitoring:GetMetricStatistics":
		own.action = "cloudwatch:GetMetricStatistics"
	case "s3:PutObject", "s3:DeleteObject":
		own.resource += "/edgeresize-probe/all/run/age-1/a"
	case "lambda:CreateFunction":
		// AWS Lambda Developer Guide, "Defining Lambda function permissions with an
		// execution role", and "Using tags on Lambda functions".
		return []need{own, {"iam:PassRole", roles + Name}, {"lambda:TagResource", own.resource}}
	case "cloudfront:UpdateDistribution":
		// CloudFront Developer Guide, "Set up IAM permissions and roles for Lambda@Edge".
		return []need{own,
			{"lambda:GetFunction", version}, {"lambda:EnableReplication", version}, {"lambda:DisableReplication", version},
			{"iam:CreateServiceLinkedRole", roles + "aws-service-role/replicator.lambda.amazonaws.com/AWSServiceRoleForLambdaReplicator"},
			{"iam:CreateServiceLinkedRole", roles + "aws-service-role/logger.cloudfront.amazonaws.com/AWSServiceRoleForCloudFrontLogger"},
		}
	}
	return []need{own}
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
	var all []need
	for _, call := range c.server.Calls() {
		for _, n := range needs(call) {
			if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	content, err := os.ReadFile("policy.json")
	if err != nil {
		t.Fatal(err)
	}
	document := strings.NewReplacer("ACCOUNT", fakeaws.Account, "DISTRIBUTION", "E1", "BUCKET", "originals", "FUNCTION", "edgeresize").Replace(string(content))
	if missing := refused(t, document, all); len(missing) > 0 {
		t.Errorf("it does not allow %v", missing)
	}
	var policy struct {
		Statement []struct {
			Effect           string
			Action, Resource []string
		}
	}
	if err := json.Unmarshal([]byte(document), &policy); err != nil {
		t.Fatal(err)
	}
	for i := range policy.Statement {
		s := &policy.Statement[i]
		for _, list := range []*[]string{&s.Action, &s.Resource} {
			whole := *list
			for j, line := range whole {
				*list = slices.Concat(whole[:j], whole[j+1:])
				rest, err := json.Marshal(policy)
				if err != nil {
					t.Fatal(err)
				}
				if len(refused(t, string(rest), all)) == 0 {
					t.Errorf("nothing needs %s", line)
				}
			}
			*list = whole
		}
	}
}

// refused returns the needs that a policy does not meet.
func refused(t *testing.T, policy string, all []need) (missing []need) {
	t.Helper()
	for _, n := range all {
		decision, err := fakeiam.Decide(policy, n.action, n.resource)
		if err != nil {
			t.Fatal(err)
		}
		if decision != "allowed" {
			missing = append(missing, n)
		}
	}
	return missing
}
