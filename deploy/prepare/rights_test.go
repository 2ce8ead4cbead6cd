package prepare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// theirStatement returns a statement that lets CloudFront read keys of the bucket
// originals for E1.
func theirStatement(keys string) string {
	return `{"Sid":"Theirs","Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject",` +
		`"Resource":"arn:aws:s3:::originals/` + keys + `","Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/E1"}}}`
}

// everybody returns a statement that lets everybody read keys of the bucket originals.
func everybody(keys string) string {
	return `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::originals/` + keys + `"}`
}

// TestRightsToRead wants somebody's partial permission for CloudFront kept as it is,
// and a note where viewers can read what nobody could before.
func TestRightsToRead(t *testing.T) {
	const more = "viewers of distribution E1 will be able to read all of it\n"
	part := func(keys string) string {
		return fmt.Sprintf("note: the policy of the bucket originals lets CloudFront read originals/%s for distribution E1, but not all of originals/*", keys)
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
		"a folder allowed":             {nil, theirStatement("public/*"), part("public/*"), "add the statement", false},
		"a kind of file allowed":       {nil, theirStatement("*.jpg"), part("*.jpg"), "add the statement", false},
		"another distribution's":       {nil, strings.ReplaceAll(theirStatement("public/*"), "/E1", "/E9"), "", "note:", true},
		"a folder of ours":             {nil, strings.Replace(theirStatement("public/*"), "Theirs", "EdgeresizeE10123456789ab", 1), "", "note:", true},
		"all by every action":          {nil, strings.NewReplacer("s3:GetObject", "s3:Get*").Replace(theirStatement("*")), "", "add the statement", false},
		"all of an account":            {nil, strings.NewReplacer("AWS:SourceArn", "aws:SourceAccount", "arn:aws:cloudfront::123456789012:distribution/E1", "123456789012").Replace(theirStatement("*")), "", "add the statement", false},
		"all of another account":       {nil, strings.NewReplacer("AWS:SourceArn", "aws:SourceAccount", "arn:aws:cloudfront::123456789012:distribution/E1", "210987654321").Replace(theirStatement("*")), "", "note:", true},
		"all on a further condition":   {nil, strings.Replace(theirStatement("*"), `"Condition":{`, `"Condition":{"Bool":{"aws:SecureTransport":true},`, 1), "", "note:", true},
		"a folder, and asked unsigned": {open, theirStatement("public/*"), part("public/*"), "add the statement", false},
		"all is public":                {open, everybody("*"), "", "note:", true},
		"some is public":               {open, everybody("public/*"), more, "", true},
		"public by a condition":        {open, strings.Replace(everybody("*"), `"Action"`, `"Condition":{"StringLike":{"aws:Referer":"https://a/*"}},"Action"`, 1), more, "", true},
		"public otherwise, if at all":  {open, others, more, "", true},
	} {
		b := newFixture(t, c.changes...)
		b.policy(`{"Version":"2012-10-17","Statement":[` + c.policy + `]}`)
		said := b.mustPrepare(b.options)
		if !strings.Contains(said, c.said) || c.unsaid != "" && strings.Contains(said, c.unsaid+" ") {
			t.Errorf("%s: it said\n%s", name, said)
		}
		if got := strings.Contains(b.s3.Policy("originals"), "EdgeresizeE1default"); got != c.statement {
			t.Errorf("%s: the policy is %s", name, b.s3.Policy("originals"))
		}
		if said := b.mustPrepare(b.options); !strings.Contains(said, "nothing to do\n") {
			t.Errorf("%s: the second time it said\n%s", name, said)
		}
	}
}

// TestPrefixesOfURLs wants rights for the key prefix alone, and a smaller prefix to
// remove former rights.
func TestPrefixesOfURLs(t *testing.T) {
	b := newFixture(t)
	b.mustPrepare(b.options)
	if got := b.iam.String(); !strings.Contains(got, `"arn:aws:s3:::originals/*"`) {
		t.Errorf("got %s", got)
	}
	b.options.URLPrefix, b.options.KeyPrefix = aws.String("/wp-content/uploads"), aws.String("media/")
	b.mustPrepare(b.options)
	if got := b.iam.String(); strings.Contains(got, `"arn:aws:s3:::originals/*"`) || strings.Count(got, `"arn:aws:s3:::originals/media/*"`) != 1 {
		t.Errorf("got %s", got)
	}
	if got := b.s3.Policy("originals"); strings.Contains(got, `originals/*"`) || !strings.Contains(got, `"arn:aws:s3:::originals/media/*"`) {
		t.Errorf("got %s", got)
	}
	b.options.URLPrefix, b.options.KeyPrefix = nil, nil
	if said := b.mustPrepare(b.options); !strings.Contains(said, "nothing to do") {
		t.Errorf("it said\n%s", said)
	}
	if d, err := readDocument("role-policy.json", "b", []string{"a*b"}); err != nil || !strings.Contains(d.String(), "arn:aws:s3:::b/a${*}b/*") {
		t.Errorf("got %v, %v", d, err)
	}
}

// TestFoldersInAnyScript prepares folders with characters that IAM takes only escaped.
func TestFoldersInAnyScript(t *testing.T) {
	for _, folder := range []string{"写真", "für alle+mich", "🖼", "a%20b"} {
		b := newFixture(t, ownAccess, noAccess, "<OriginPath></OriginPath>", "<OriginPath>/"+folder+"</OriginPath>")
		b.mustPrepare(b.options)
		if got := b.s3.Policy("originals"); !strings.Contains(got, "originals/"+folder+"/*") {
			t.Errorf("%s: the bucket's policy is %s", folder, got)
		}
		if said := b.mustPrepare(b.options); !strings.Contains(said, "nothing to do\n") {
			t.Errorf("%s: the second time it said\n%s", folder, said)
		}
		b.publish(b.options)
		if found := b.unexpected(b.options, "no function answers origin-response events"); len(found) > 0 {
			t.Errorf("%s: doctor finds %q", folder, found)
		}
	}
}
