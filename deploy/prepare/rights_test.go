package prepare

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// theirStatement lets CloudFront read keys of the bucket originals for E1, and
// everybody's lets everybody.
func theirStatement(keys string) string {
	return `{"Sid":"Theirs","Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject",` +
		`"Resource":"arn:aws:s3:::originals/` + keys + `","Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/E1"}}}`
}

func everybody(keys string) string {
	return `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::originals/` + keys + `"}`
}

// TestRightsToRead: what somebody has let CloudFront read in part is not widened, and
// viewers' reading what nobody could before is said.
func TestRightsToRead(t *testing.T) {
	const more = "what of that nobody could read before, viewers of distribution E1 can from now on\n"
	part := func(keys string) string {
		return fmt.Sprintf("note: the policy of the bucket originals lets CloudFront read originals/%s for distribution E1, and not all of originals/*", keys)
	}
	open := []string{ownAccess, noAccess}
	for name, c := range map[string]struct {
		changes   []string
		policy    string
		said      string
		unsaid    string
		statement bool // of ours
	}{
		"nothing allowed":              {nil, others, "", "note:", true},
		"a folder allowed":             {nil, theirStatement("public/*"), part("public/*"), "statement", false},
		"a kind of file allowed":       {nil, theirStatement("*.jpg"), part("*.jpg"), "statement", false},
		"another distribution's":       {nil, strings.ReplaceAll(theirStatement("public/*"), "/E1", "/E9"), "", "note:", true},
		"a folder of ours":             {nil, strings.Replace(theirStatement("public/*"), "Theirs", "EdgeresizeE10123456789ab", 1), "", "note:", true},
		"all by every action":          {nil, strings.NewReplacer("s3:GetObject", "s3:Get*").Replace(theirStatement("*")), "", "statement", false},
		"all of an account":            {nil, strings.NewReplacer("AWS:SourceArn", "aws:SourceAccount", "arn:aws:cloudfront::123456789012:distribution/E1", "123456789012").Replace(theirStatement("*")), "", "statement", false},
		"all of another account":       {nil, strings.NewReplacer("AWS:SourceArn", "aws:SourceAccount", "arn:aws:cloudfront::123456789012:distribution/E1", "210987654321").Replace(theirStatement("*")), "", "note:", true},
		"all on a further condition":   {nil, strings.Replace(theirStatement("*"), `"Condition":{`, `"Condition":{"Bool":{"aws:SecureTransport":true},`, 1), "", "note:", true},
		"a folder, and asked unsigned": {open, theirStatement("public/*"), part("public/*"), "statement", false},
		"all is public":                {open, everybody("*"), "", "note:", true},
		"some is public":               {open, everybody("public/*"), more, "", true},
		"public by a condition":        {open, strings.Replace(everybody("*"), `"Action"`, `"Condition":{"StringLike":{"aws:Referer":"https://a/*"}},"Action"`, 1), more, "", true},
		"public otherwise, if at all":  {open, others, more, "", true},
	} {
		b := newBench(t, c.changes...)
		b.policy(`{"Version":"2012-10-17","Statement":[` + c.policy + `]}`)
		said := b.prepared(b.options)
		if !strings.Contains(said, c.said) || c.unsaid != "" && strings.Contains(said, c.unsaid+" ") {
			t.Errorf("%s: it said\n%s", name, said)
		}
		if got := strings.Contains(b.s3.Policy("originals"), "EdgeresizeE1default"); got != c.statement {
			t.Errorf("%s: the policy is %s", name, b.s3.Policy("originals"))
		}
		if said := b.prepared(b.options); !strings.Contains(said, "nothing to do\n") {
			t.Errorf("%s: the second time it said\n%s", name, said)
		}
	}
}

// TestOriginGroup: what is not prepared of it is named.
func TestOriginGroup(t *testing.T) {
	groups := `<OriginGroups><Quantity>1</Quantity><Items><OriginGroup><Id>both</Id><FailoverCriteria><StatusCodes><Quantity>1</Quantity><Items><StatusCode>404</StatusCode></Items></StatusCodes></FailoverCriteria>` +
		`<Members><Quantity>2</Quantity><Items><OriginGroupMember><OriginId>originals</OriginId></OriginGroupMember><OriginGroupMember><OriginId>second</OriginId></OriginGroupMember></Items></Members></OriginGroup></Items></OriginGroups>`
	second := `<Origin><Id>second</Id><DomainName>second.s3.us-east-1.amazonaws.com</DomainName><OriginPath></OriginPath><CustomHeaders><Quantity>0</Quantity></CustomHeaders>` + noIdentity + `</Origin></Items></Origins>`
	b := newBench(t, "<OriginGroups><Quantity>0</Quantity></OriginGroups>", groups, "<Origins><Quantity>1</Quantity>", "<Origins><Quantity>2</Quantity>",
		"</Items></Origins>", second, "<TargetOriginId>originals<", "<TargetOriginId>both<")
	said := b.prepared(b.options)
	if want := "note: origin second, which is asked where originals fails, is not prepared: what comes from there stays the original\n"; !strings.Contains(said, want) {
		t.Errorf("it said\n%s", said)
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

// TestOtherFunction: a place that is prepared for one function is not for another.
func TestOtherFunction(t *testing.T) {
	b := newBench(t)
	b.prepared(b.options)
	before := b.state()
	other := b.options
	other.Function = "other"
	_, err := b.prepare(t.Context(), other)
	if foreign := (*ForeignError)(nil); !errors.As(err, &foreign) || !strings.Contains(err.Error(), "default behaviour is prepared for the function edgeresize: go on with -function edgeresize") {
		t.Errorf("got %v", err)
	}
	if b.state() != before {
		t.Error("something was changed")
	}
	other.Behavior = "/img/*"
	b.prepared(other)
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

// TestFoldersInAnyScript: IAM takes letters of Western Europe alone as they are.
func TestFoldersInAnyScript(t *testing.T) {
	for _, folder := range []string{"写真", "für alle+mich", "🖼", "a%20b"} {
		b := newBench(t, ownAccess, noAccess, "<OriginPath></OriginPath>", "<OriginPath>/"+folder+"</OriginPath>")
		b.prepared(b.options)
		if got := b.s3.Policy("originals"); !strings.Contains(got, "originals/"+folder+"/*") {
			t.Errorf("%s: the bucket's policy is %s", folder, got)
		}
		if said := b.prepared(b.options); !strings.Contains(said, "nothing to do\n") {
			t.Errorf("%s: the second time it said\n%s", folder, said)
		}
		b.publish(b.options)
		if found := b.unexpected(b.options, "no function answers origin-response events"); len(found) > 0 {
			t.Errorf("%s: doctor finds %q", folder, found)
		}
	}
}
