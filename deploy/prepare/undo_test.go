package prepare

import (
	"strings"
	"testing"
)

// TestLeft: what is in use elsewhere, or cannot be put back, stays and is named.
func TestLeft(t *testing.T) {
	b := newBench(t)
	b.prepared(b.options)
	b.publish(b.options)
	// Somebody uses the cache policy by hand, whose ID nothing remembers there.
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
		"left: distribution E1, behaviour /img/* keeps its cache policy, as it is not known what was there before\n",
		"left: cache policy edgeresize is in use: `aws cloudfront list-distributions` says where\n",
		"left: role edgeresize, for as long as the function is there\n",
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

// TestNothingToUndo: what somebody else has made under these names stays.
func TestNothingToUndo(t *testing.T) {
	b := newBench(t)
	b.cloudFront.AddFunction("edgeresize-images", "function handler(e) { return e.request; }")
	b.cloudFront.AddCachePolicy("edgeresize", "<MinTTL>0</MinTTL>")
	b.cloudFront.AddAccessControl("E9", "edgeresize", "always")
	b.iam.Role("edgeresize", "{}", "")
	before := b.state()
	said, err := b.undo(t.Context(), false)
	if err != nil || said != "nothing of what `prepare` makes is there for edgeresize\n" || b.state() != before {
		t.Errorf("got %v, %q", err, said)
	}
}

// TestBehaviorGone: what was written down of a behaviour that there is no more goes, and
// so does its statement.
func TestBehaviorGone(t *testing.T) {
	b := newBench(t)
	b.options.Behavior = "/img/*"
	b.prepared(b.options)
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
	if err != nil || said != "nothing of what `prepare` makes is there for edgeresize\n" {
		t.Errorf("the second time it said %v\n%s", err, said)
	}
}

// TestNothingLeftButAccess: an access control that stays is not nothing.
func TestNothingLeftButAccess(t *testing.T) {
	b := newBench(t, ownAccess, noAccess)
	b.prepared(b.options)
	for range 2 {
		said, err := b.undo(t.Context(), false)
		if err != nil || !strings.Contains(said, "keeps the origin access control") || strings.Contains(said, "nothing of") {
			t.Errorf("%v\n%s", err, said)
		}
	}
}

// TestFormerDeleted: a policy that was there before and is deleted since is not put
// back, and the rest is.
func TestFormerDeleted(t *testing.T) {
	b := newBench(t, managed, managed+"<OriginRequestPolicyId>88a5eaf4-2fd4-4709-b370-b4c650ea3fcf</OriginRequestPolicyId>")
	b.prepared(b.options)
	tags := b.cloudFront.Tags("E1")
	b.cloudFront.SetTag("E1", "edgeresize:edgeresize:default", strings.NewReplacer("658327ea", "00000000", "88a5eaf4", "00000000").Replace(tags["edgeresize:edgeresize:default"]))
	said, err := b.undo(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"left: distribution E1, default behaviour keeps its cache policy, as the one from before, 00000000-f89d-4fab-a63d-7e88639e58f6, is deleted\n",
		"left: distribution E1, default behaviour has no origin request policy, as the one from before, 00000000-2fd4-4709-b370-b4c650ea3fcf, is deleted\n",
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
