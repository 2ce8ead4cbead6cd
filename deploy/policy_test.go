package main

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/doctor"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/deploy/prepare"
	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/edge"
)

// need is an action on a resource that a call needs to be allowed.
type need struct{ action, resource string }

// needs returns what a call needs to be allowed: itself, and what goes with it.
func needs(call fakeaws.Call) []need {
	const version = "arn:aws:lambda:us-east-1:" + fakeaws.Account + ":function:edgeresize:1"
	const linked = "arn:aws:iam::" + fakeaws.Account + ":role/aws-service-role/"
	own := need{call.Service + ":" + call.Operation, call.ARN}
	switch own.action {
	case "sts:GetCallerIdentity":
		return nil // AWS STS API Reference: "No permissions are required"
	case "lambda:CreateFunction", "lambda:UpdateFunctionConfiguration":
		// AWS Lambda Developer Guide, "Defining Lambda function permissions
		// with an execution role".
		return []need{own, {"iam:PassRole", role}}
	case "cloudfront:UpdateDistribution":
		// CloudFront Developer Guide, "Set up IAM permissions and roles for
		// Lambda@Edge".
		return []need{own,
			{"lambda:GetFunction", version}, {"lambda:EnableReplication", version}, {"lambda:DisableReplication", version},
			{"iam:CreateServiceLinkedRole", linked + "replicator.lambda.amazonaws.com/AWSServiceRoleForLambdaReplicator"},
			{"iam:CreateServiceLinkedRole", linked + "logger.cloudfront.amazonaws.com/AWSServiceRoleForCloudFrontLogger"},
		}
	}
	return []need{own}
}

// everything runs every command so that it makes every call that it can make, and returns
// what these need.
func everything(t *testing.T) (all []need) {
	t.Helper()
	c := newCloud(t)
	c.addDistribution(t)
	c.distributions.AddResponseHeadersPolicy("headers", "")
	c.Lock()
	c.distributions.Meddle(distribution, func(config string) string {
		return strings.ReplaceAll(config, "</CachePolicyId>", "</CachePolicyId><ResponseHeadersPolicyId>headers</ResponseHeadersPolicyId>")
	})
	c.Unlock()
	ctx := t.Context()
	c.logs.Add("eu-west-1", "/aws/lambda/us-east-1.edgeresize", fakelogs.Event{Timestamp: time.Now().UnixMilli(), Message: "{}"})
	publish(t, release.PublishOptions{Zip: zipOf(t, "one"), Role: role})
	publish(t, release.PublishOptions{Zip: zipOf(t, "two"), Role: role, MemoryMB: 1024})
	settings, err := loadSettings(ctx)
	if err != nil {
		t.Fatal(err)
	}
	r := release.New(settings, "edgeresize")
	at := release.Place{Distribution: distribution}
	steps := []func() error{
		func() error { return r.Attach(ctx, release.AttachOptions{Place: at}) },
		func() error {
			_, err := doctor.New(settings, doctor.Options{
				Function: "edgeresize", Distribution: distribution, Config: edge.DefaultConfig(), Regions: release.EdgeRegions,
			}).Look(ctx)
			return err
		},
		func() error {
			_, err := r.Status(ctx, release.StatusOptions{Regions: release.EdgeRegions})
			return err
		},
		func() error { return r.Rollback(ctx, at, "") },
		func() error { return r.Detach(ctx, at) },
		func() error { return r.Teardown(ctx) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	for _, call := range append(c.Calls(), preparing(t)...) {
		all = append(all, needs(call)...)
	}
	return all
}

// preparing runs prepare so that it makes, changes and removes all that it can.
func preparing(t *testing.T) []fakeaws.Call {
	t.Helper()
	c := newCloud(t)
	c.addBareDistribution(t)
	c.Lock()
	c.distributions.Meddle(distribution, func(config string) string {
		return strings.Replace(config, "<OriginAccessControlId>E2QWRUHAPOMQZL<", "<OriginAccessControlId><", 1)
	})
	c.Unlock()
	ctx := t.Context()
	settings, err := loadSettings(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p := prepare.New(settings, io.Discard)
	o := prepare.Options{Function: "edgeresize", Distribution: distribution, Config: edge.DefaultConfig()}
	sizes := "500x300"
	for _, step := range []func() error{
		func() error { return p.Prepare(ctx, o) },
		func() error { // updates what is of another version
			c.roles.Outdate("edgeresize")
			c.distributions.OutdatePolicies("edgeresize")
			o.Sizes = &sizes
			return p.Prepare(ctx, o)
		},
		func() error { return p.Undo(ctx, "edgeresize", false) },
		func() error { // somebody has taken the access control off by hand
			c.Lock()
			c.distributions.Meddle(distribution, func(config string) string {
				before, after, _ := strings.Cut(config, "<OriginAccessControlId>")
				_, after, _ = strings.Cut(after, "</OriginAccessControlId>")
				return before + after
			})
			c.Unlock()
			return p.Undo(ctx, "edgeresize", false)
		},
		func() error { // with an access control, for the statement to go
			c.Lock()
			c.distributions.Meddle(distribution, func(config string) string {
				return strings.Replace(config, "</Origin>", "<OriginAccessControlId>E2QWRUHAPOMQZL</OriginAccessControlId></Origin>", 1)
			})
			c.Unlock()
			c.buckets.Bucket(fakesite.Bucket, fakesite.Region, "")
			if err := p.Prepare(ctx, o); err != nil {
				return err
			}
			return p.Undo(ctx, "edgeresize", false)
		},
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return c.Calls()
}

// refused returns the needs that a policy does not meet, each once.
func refused(t *testing.T, policy string, all []need) (missing []need) {
	t.Helper()
	for _, n := range all {
		decision, err := fakeiam.Decide(policy, n.action, n.resource)
		if err != nil {
			t.Fatal(err)
		}
		if decision != "allowed" && !slices.Contains(missing, n) {
			missing = append(missing, n)
		}
	}
	return missing
}

// The policy for those who run the commands allows all that the commands need, and each of
// its lines is needed.
func TestDeployerPolicy(t *testing.T) {
	all := everything(t)
	document := policyFile(t, "deployer-policy.json", distribution)
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
