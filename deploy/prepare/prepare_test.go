package prepare

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// TestSecondTargets prepares another behaviour and another distribution of the same
// bucket. They must have statements and rights of their own, share the rest, and be
// undone together.
func TestSecondTargets(t *testing.T) {
	b := newFixture(t, ownAccess, noAccess)
	b.add("E2", ownAccess, noAccess, "<OriginPath></OriginPath>", "<OriginPath>/two</OriginPath>")
	b.options.Sizes = aws.String("10x10")
	b.mustPrepare(b.options)
	img, second := b.options, b.options
	img.Behavior, img.Sizes, second.Distribution, second.Sizes = "/img/*", nil, "E2", nil
	for _, o := range []Options{img, second} {
		said := b.mustPrepare(o)
		for _, word := range []string{"cache policy edgeresize: ", "edgeresize-images: ", "access control edgeresize: make"} {
			if strings.Contains(said, word) {
				t.Errorf("%s is changed again:\n%s", word, said)
			}
		}
	}
	b.publish(b.options)
	for _, o := range []Options{b.options, img, second} {
		if found := b.unexpected(o, "no function answers origin-response events"); len(found) > 0 {
			t.Errorf("doctor finds %q at %+v", found, o)
		}
	}
	policy := b.s3.Policy("originals")
	for _, sid := range []string{`"EdgeresizeE1default"`, `"EdgeresizeE2default"`} {
		if strings.Count(policy, sid) != 1 {
			t.Errorf("%s is not in %s", sid, policy)
		}
	}
	if strings.Count(policy, `"Sid"`) != 2 { // E1's other behaviour needs none of its own
		t.Errorf("got %s", policy)
	}
	// New sizes are for all of them, and the output says so.
	img.Sizes = aws.String("20x20")
	said := b.mustPrepare(img)
	if want := "with sizes 20x20 up to 4096x4096, formats avif,webp (this also changes distribution E1, default behaviour; distribution E2, default behaviour)\n"; !strings.Contains(said, want) {
		t.Errorf("it said\n%s", said)
	}
	b.removeFunction("edgeresize")
	if _, err := b.undo(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"E1", "E2"} {
		if config := string(b.cloudFront.Config(id)); strings.Contains(config, "edgeresize") || !strings.Contains(config, managed) || len(b.cloudFront.Tags(id)) > 0 {
			t.Errorf("%s is left as %s with %v", id, config, b.cloudFront.Tags(id))
		}
	}
}

// TestOriginGroup wants a note that names the origin that is not prepared.
func TestOriginGroup(t *testing.T) {
	groups := `<OriginGroups><Quantity>1</Quantity><Items><OriginGroup><Id>both</Id><FailoverCriteria><StatusCodes><Quantity>1</Quantity><Items><StatusCode>404</StatusCode></Items></StatusCodes></FailoverCriteria>` +
		`<Members><Quantity>2</Quantity><Items><OriginGroupMember><OriginId>originals</OriginId></OriginGroupMember><OriginGroupMember><OriginId>second</OriginId></OriginGroupMember></Items></Members></OriginGroup></Items></OriginGroups>`
	second := `<Origin><Id>second</Id><DomainName>second.s3.us-east-1.amazonaws.com</DomainName><OriginPath></OriginPath><CustomHeaders><Quantity>0</Quantity></CustomHeaders>` + noIdentity + `</Origin></Items></Origins>`
	b := newFixture(t, "<OriginGroups><Quantity>0</Quantity></OriginGroups>", groups, "<Origins><Quantity>1</Quantity>", "<Origins><Quantity>2</Quantity>",
		"</Items></Origins>", second, "<TargetOriginId>originals<", "<TargetOriginId>both<")
	said := b.mustPrepare(b.options)
	if want := "note: origin second, which CloudFront asks if originals fails, is not prepared"; !strings.Contains(said, want) {
		t.Errorf("it said\n%s", said)
	}
}

// TestRoleForNew wants the prepared role for a function that does not exist yet, and
// for no other.
func TestRoleForNew(t *testing.T) {
	b := newFixture(t)
	role := func() string {
		t.Helper()
		arn, err := RoleForNew(t.Context(), b.config, "edgeresize")
		if err != nil {
			t.Fatal(err)
		}
		return arn
	}
	if got := role(); got != "" {
		t.Errorf("got %q before", got)
	}
	b.mustPrepare(b.options)
	if got := role(); got != "arn:aws:iam::123456789012:role/edgeresize" {
		t.Errorf("got %q", got)
	}
	b.publish(b.options)
	if got := role(); got != "" {
		t.Errorf("got %q for a function that has one", got)
	}
	b.removeFunction("edgeresize")
	b.iam.Role("edgeresize", "{}", "")
	if got := role(); got != "" {
		t.Errorf("got %q, which is somebody else's", got)
	}
}

// What the config switches on or off reaches the cache key and the function, in an order
// in which the cache key never lacks what requests keep.
func TestParametersOfTheConfig(t *testing.T) {
	b := newFixture(t)
	key := func() string {
		t.Helper()
		config := b.cloudFront.String()
		_, names, found := strings.Cut(config, "<QueryStringBehavior>whitelist</QueryStringBehavior>")
		names, _, closed := strings.Cut(names, "</QueryStringsConfig>")
		if !found || !closed {
			t.Fatalf("no cache key in %s", config)
		}
		return strings.Join(regexp.MustCompile(`[a-z]+</Name>`).FindAllString(names, -1), " ")
	}
	const policy, wider, function = "cache policy edgeresize: update it", "cache policy edgeresize: add to it", "viewer-request function edgeresize-images: update it"
	b.mustPrepare(b.options)
	if got := key(); got != "width</Name> height</Name> format</Name>" {
		t.Errorf("without parameters the key has %s", got)
	}
	for _, tt := range []struct {
		parameters    []string
		key           string
		first, second string
	}{
		{[]string{"dpr", "fit", "h"}, "width</Name> height</Name> format</Name> fit</Name> dpr</Name>", policy, function},
		{[]string{"fit", "h"}, "width</Name> height</Name> format</Name> fit</Name>", function, policy},
		{[]string{"trim", "h"}, "width</Name> height</Name> format</Name> trim</Name>", wider, function},
		{[]string{"trim"}, "width</Name> height</Name> format</Name> trim</Name>", function, ""},
		{[]string{}, "width</Name> height</Name> format</Name>", function, policy},
	} {
		b.asking(tt.parameters...)
		dry := b.options
		dry.DryRun = true
		before := b.state()
		planned := b.mustPrepare(dry)
		if b.state() != before {
			t.Errorf("%q: a dry run changed something", tt.parameters)
		}
		said := b.mustPrepare(b.options)
		if said != planned {
			t.Errorf("%q: it did\n%s\nand had planned\n%s", tt.parameters, said, planned)
		}
		first, second := strings.Index(said, tt.first), strings.Index(said, tt.second)
		if first < 0 || second < 0 || tt.second != "" && second < first || key() != tt.key {
			t.Errorf("%q: the key has %s, and it did\n%s", tt.parameters, key(), said)
		}
		if said := b.mustPrepare(b.options); !strings.Contains(said, "nothing to do") {
			t.Errorf("%q: the second time it did\n%s", tt.parameters, said)
		}
	}
}
