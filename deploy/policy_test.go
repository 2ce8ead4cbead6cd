package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/account/keystore"
	"github.com/edgeresize/edgeresize/deploy/doctor"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/deploy/prepare"
	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/deploy/signing"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// needs returns what a call needs to be allowed: itself, and what goes with it.
func needs(call fakeaws.Call) []fakeiam.Need {
	own := fakeiam.Need{Action: call.Service + ":" + call.Operation, Resource: call.ARN}
	switch own.Action {
	case "sts:GetCallerIdentity":
		return nil // AWS STS API Reference: "No permissions are required"
	case "lambda:CreateFunction", "lambda:UpdateFunctionConfiguration":
		// AWS Lambda Developer Guide, "Defining Lambda function permissions
		// with an execution role".
		return []fakeiam.Need{own, {Action: "iam:PassRole", Resource: role}}
	case "cloudfront:UpdateDistribution":
		return append(fakeiam.NeedsAtEdge("arn:aws:lambda:us-east-1:"+fakeaws.Account+":function:edgeresize:1"), own)
	}
	return []fakeiam.Need{own}
}

// everything runs every command so that it makes every call that it can make, and returns
// what these need.
func everything(t *testing.T) (all []fakeiam.Need) {
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
			o.Sizes, o.Config.Parameters = &sizes, []string{"signature"}
			return p.Prepare(ctx, o)
		},
		func() error {
			store, err := signing.StoreOf(ctx, settings, distribution, "")
			if err != nil {
				return err
			}
			keys, err := viewerrequest.ParseKeys(signing.NewSecret())
			if err != nil {
				return err
			}
			if err := signing.Put(ctx, settings, store, keys); err != nil {
				return err
			}
			_, _, err = keystore.New(settings).Get(ctx, store, viewerrequest.KeysEntry) // as doctor does
			return err
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

// TestDeployerPolicy checks that the policy for those who run the commands allows all that
// the commands need, and that each of its lines is needed.
func TestDeployerPolicy(t *testing.T) {
	all := everything(t)
	document := policyFile(t, "deployer-policy.json", distribution)
	if unmet, err := fakeiam.Unmet(document, all); err != nil || len(unmet) > 0 {
		t.Errorf("it does not allow %v, %v", unmet, err)
	}
	if unneeded, err := fakeiam.Unneeded(document, all); err != nil || len(unneeded) > 0 {
		t.Errorf("nothing needs %q, %v", unneeded, err)
	}
}
