package prepare

import (
	"strings"
	"testing"
)

// TestLeft wants a message about each thing that stays: in use elsewhere, or with an
// unknown former state.
func TestLeft(t *testing.T) {
	b := newFixture(t)
	b.mustPrepare(b.options)
	b.publish(b.options)
	// Somebody gives another behaviour our cache policy by hand, so that no record has
	// its former one.
	b.cloudFront.Meddle("E1", func(config string) string {
		i := strings.LastIndex(config, managed)
		j := strings.Index(config, "<CachePolicyId>")
		ours, _, _ := strings.Cut(config[j:], "</CachePolicyId>")
		return config[:i] + ours + "</CachePolicyId>" + config[i+len(managed):]
	})
	said, err := b.undo(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"left: distribution E1, behaviour /img/* keeps its cache policy, because the former settings were not recorded\n",
		"left: cache policy edgeresize is in use: `aws cloudfront list-distributions` shows where\n",
		"left: role edgeresize, because the function still exists\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	b.removeFunction("edgeresize")
	if said, err := b.undo(t.Context(), false); err != nil || !strings.Contains(said, "role edgeresize: delete it\n") || b.iam.String() != "" {
		t.Errorf("later: %v\n%s", err, said)
	}
	if said, err := b.undo(t.Context(), false); err != nil || !strings.Contains(said, "keeps its cache policy") {
		t.Errorf("later still: %v\n%s", err, said)
	}
}

// TestNothingToUndo wants things of somebody else's under our names untouched.
func TestNothingToUndo(t *testing.T) {
	b := newFixture(t)
	b.cloudFront.AddFunction("edgeresize-images", "function handler(e) { return e.request; }")
	b.cloudFront.AddCachePolicy("edgeresize", "<MinTTL>0</MinTTL>")
	b.cloudFront.AddAccessControl("E9", "edgeresize", "always")
	b.iam.Role("edgeresize", "{}", "")
	before := b.state()
	said, err := b.undo(t.Context(), false)
	if err != nil || said != "nothing that `prepare` makes exists for edgeresize\n" || b.state() != before {
		t.Errorf("got %v, %q", err, said)
	}
}

// TestBehaviorGone wants the record and the statement of a deleted behaviour removed.
func TestBehaviorGone(t *testing.T) {
	b := newFixture(t)
	b.options.Behavior = "/img/*"
	b.mustPrepare(b.options)
	b.cloudFront.Meddle("E1", func(config string) string {
		before, rest, _ := strings.Cut(config, "<CacheBehaviors>")
		_, after, _ := strings.Cut(rest, "</CacheBehaviors>")
		return before + "<CacheBehaviors><Quantity>0</Quantity></CacheBehaviors>" + after
	})
	if _, err := b.undo(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if left := b.cloudFront.Tags("E1"); len(left) > 0 || strings.Contains(b.s3.Policy("originals"), "Edgeresize") {
		t.Errorf("left are %v and %s", left, b.s3.Policy("originals"))
	}
	said, err := b.undo(t.Context(), false)
	if err != nil || said != "nothing that `prepare` makes exists for edgeresize\n" {
		t.Errorf("the second time it said %v\n%s", err, said)
	}
}

// TestNothingLeftButAccess wants an access control that stays mentioned on every run.
func TestNothingLeftButAccess(t *testing.T) {
	b := newFixture(t, ownAccess, noAccess)
	b.mustPrepare(b.options)
	for range 2 {
		said, err := b.undo(t.Context(), false)
		if err != nil || !strings.Contains(said, "keeps the origin access control") || strings.Contains(said, "nothing that") {
			t.Errorf("%v\n%s", err, said)
		}
	}
}

// TestFormerDeleted wants everything restored but policies that have been deleted
// meanwhile.
func TestFormerDeleted(t *testing.T) {
	b := newFixture(t, managed, managed+"<OriginRequestPolicyId>88a5eaf4-2fd4-4709-b370-b4c650ea3fcf</OriginRequestPolicyId>")
	b.mustPrepare(b.options)
	tags := b.cloudFront.Tags("E1")
	b.cloudFront.SetTag("E1", "edgeresize:edgeresize:default", strings.NewReplacer("658327ea", "00000000", "88a5eaf4", "00000000").Replace(tags["edgeresize:edgeresize:default"]))
	said, err := b.undo(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"left: distribution E1, default behaviour keeps its cache policy, because the former one, 00000000-f89d-4fab-a63d-7e88639e58f6, is deleted\n",
		"left: distribution E1, default behaviour has no origin request policy, because the former one, 00000000-2fd4-4709-b370-b4c650ea3fcf, is deleted\n",
		"left: cache policy edgeresize is in use",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if config := string(b.cloudFront.Config("E1")); strings.Contains(config, "edgeresize-images") || strings.Count(config, "<OriginRequestPolicyId>") != 1 /* the other behaviour's */ {
		t.Errorf("left is %s", config)
	}
}
