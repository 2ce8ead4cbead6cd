package prepare

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/pairs"
	"github.com/edgeresize/edgeresize/edge"
)

// variation is one value of an option. changes are pairs for [newFixture]; set changes
// the fixture.
type variation struct {
	name    string
	changes []string
	set     func(*fixture)
	// expected are parts of doctor's texts that are not this command's fault.
	expected []string
}

const (
	ownAccess   = "<OriginAccessControlId>E2QWRUHAPOMQZL</OriginAccessControlId>"
	noAccess    = "<OriginAccessControlId></OriginAccessControlId>"
	noIdentity  = "<S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig>"
	managed     = "<CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>"
	older       = "<ForwardedValues><QueryString>false</QueryString><Cookies><Forward>none</Forward></Cookies></ForwardedValues><MinTTL>0</MinTTL><DefaultTTL>60</DefaultTTL><MaxTTL>60</MaxTTL>"
	noHeaders   = "<CustomHeaders><Quantity>0</Quantity></CustomHeaders>"
	otherHeader = "<CustomHeaders><Quantity>1</Quantity><Items><OriginCustomHeader><HeaderName>X-Other</HeaderName><HeaderValue>1</HeaderValue></OriginCustomHeader></Items></CustomHeaders>"
	others      = `{"Sid":"Others","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::originals/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
)

// rightPolicies adds policies of somebody else's that need no change.
func rightPolicies(b *fixture) {
	b.cloudFront.AddCachePolicy("theirs", "<MinTTL>0</MinTTL><ParametersInCacheKeyAndForwardedToOrigin><EnableAcceptEncodingGzip>false</EnableAcceptEncodingGzip>"+
		"<QueryStringsConfig><QueryStringBehavior>whitelist</QueryStringBehavior><QueryStrings><Quantity>3</Quantity><Items><Name>height</Name><Name>width</Name>"+
		"<Name>format</Name></Items></QueryStrings></QueryStringsConfig></ParametersInCacheKeyAndForwardedToOrigin>")
	b.cloudFront.AddOriginRequestPolicy("theirs", "<QueryStringsConfig><QueryStringBehavior>all</QueryStringBehavior></QueryStringsConfig>")
	b.cloudFront.AddResponseHeadersPolicy("theirs", "<CustomHeadersConfig><Quantity>1</Quantity><Items><ResponseHeadersPolicyCustomHeader><Header>vary</Header>"+
		"<Value>accept</Value><Override>true</Override></ResponseHeadersPolicyCustomHeader></Items></CustomHeadersConfig>"+
		"<SecurityHeadersConfig><ContentSecurityPolicy><Override>true</Override><ContentSecurityPolicy>default-src 'none'</ContentSecurityPolicy></ContentSecurityPolicy></SecurityHeadersConfig>")
}

// crossed are the options that the tests cross.
var crossed = [][]variation{
	{ // how CloudFront reads the origin
		{name: "access control"},
		{name: "identity", changes: []string{ownAccess, noAccess, noIdentity, strings.Replace(noIdentity, "></", ">origin-access-identity/cloudfront/E1</", 1)},
			expected: []string{"which is legacy"}},
		{name: "custom origin", changes: []string{ownAccess, noAccess, noIdentity, "<CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort>" +
			"<OriginProtocolPolicy>https-only</OriginProtocolPolicy></CustomOriginConfig>"}, expected: []string{"not signed"}},
		{name: "public", changes: []string{ownAccess, noAccess}},
		{name: "public, without a word", changes: []string{ownAccess, ""}},
	},
	{ // what is cached
		{name: "a managed policy"},
		{name: "older settings", changes: []string{managed, older}},
		{name: "right policies", changes: []string{managed, "<CachePolicyId>theirs</CachePolicyId><OriginRequestPolicyId>theirs</OriginRequestPolicyId>" +
			"<ResponseHeadersPolicyId>theirs</ResponseHeadersPolicyId>"}, set: rightPolicies},
		{name: "CORS", changes: []string{managed, managed + "<OriginRequestPolicyId>88a5eaf4-2fd4-4709-b370-b4c650ea3fcf</OriginRequestPolicyId>"}},
		{name: "security headers", changes: []string{managed, managed + "<ResponseHeadersPolicyId>67f7725c-6f97-4210-82d7-5512b31e9d03</ResponseHeadersPolicyId>"},
			expected: []string{"no Vary: Accept", "no Content-Security-Policy"}},
	},
	{ // where the originals are
		{name: "whole bucket"},
		{name: "folder", changes: []string{"<OriginPath></OriginPath>", "<OriginPath>/media/photos</OriginPath>"}},
		{name: "encoded folder", changes: []string{"<OriginPath></OriginPath>", "<OriginPath>/my%20photos</OriginPath>"}},
		{name: "Tokyo", changes: []string{"originals.s3.us-east-1.", "originals.s3.ap-northeast-1."}, set: func(b *fixture) {
			b.s3.Bucket("originals", "ap-northeast-1", b.s3.Policy("originals"))
		}},
		{name: "no region", changes: []string{"originals.s3.us-east-1.", "originals.s3."}, expected: []string{"names no region"}},
	},
	{ // the config
		{name: "usual config"},
		{name: "no formats", set: func(b *fixture) { b.options.Config.Formats = nil }},
		{name: "key prefix", set: func(b *fixture) { b.options.Config.KeyPrefix = "small/ones/" }},
		{name: "keep-ratio", set: func(b *fixture) { b.options.Config.Missing, b.options.Config.MaxWidth = edge.MissingKeepRatio, 2000 }},
		{name: "parameters", set: func(b *fixture) { b.asking("fit", "quality", "blur", "w", "preset") }},
		{name: "cache tag header", set: func(b *fixture) { b.options.Config.CacheTagHeader = "X-Tags" }, expected: []string{"the function writes them into X-Tags", "but the function writes"}},
	},
	{ // sizes
		{name: "url prefix", set: func(b *fixture) {
			b.options.URLPrefix, b.options.KeyPrefix = aws.String("/img/wp"), aws.String("me/dia")
		}},
		{name: "all sizes"},
		{name: "sizes", set: func(b *fixture) { b.options.Sizes = aws.String("500x300,1200x800") }},
	},
	{ // the behaviour
		{name: "default behaviour"},
		{name: "another behaviour", set: func(b *fixture) { b.options.Behavior = "/img/*" }},
	},
	{ // cache tags
		{name: "no tags"},
		{name: "tags", changes: []string{"<Aliases>", "<CacheTagConfig><HeaderName>X-Own</HeaderName></CacheTagConfig><Aliases>"}},
		{name: "other headers", changes: []string{noHeaders, otherHeader}},
	},
	{ // the bucket's policy
		{name: "no bucket policy"},
		{name: "others' statements", set: func(b *fixture) { b.policy(`{"Version":"2008-10-17","Id":"P","Statement":[` + others + `]}`) }},
		{name: "one statement", set: func(b *fixture) { b.policy(`{"Statement":` + others + `}`) }},
		{name: "allowed already", set: func(b *fixture) {
			b.policy(`{"Version":"2012-10-17","Statement":[` + others + `,{"Effect":"Allow","Principal":{"Service":["cloudfront.amazonaws.com"]},"Action":["s3:GetObject"],` +
				`"Resource":"arn:aws:s3:::originals/*","Condition":{"StringEquals":{"aws:SourceArn":["arn:aws:cloudfront::123456789012:distribution/E1"]}}}]}`)
		}},
	},
}

// policy gives the bucket a policy, in the bucket's region.
func (b *fixture) policy(text string) {
	region := "us-east-1"
	if strings.Contains(string(b.cloudFront.Config("E1")), "ap-northeast-1") {
		region = "ap-northeast-1"
	}
	b.s3.Bucket("originals", region, text)
}

// chosen returns a fixture with the variation choice[i] of each option i, and the texts
// that doctor may have for it.
func chosen(t *testing.T, choice []int) (b *fixture, expected []string) {
	t.Helper()
	var changes []string
	for i, n := range choice {
		changes = append(changes, crossed[i][n].changes...)
		expected = append(expected, crossed[i][n].expected...)
	}
	b = newFixture(t, changes...)
	for i, n := range choice {
		if set := crossed[i][n].set; set != nil {
			set(b)
		}
	}
	return b, expected
}

// TestCrossings crosses the options. A dry run must say what the real run says and
// write nothing. After the real run doctor must find nothing, a second run must do
// nothing, and undoing must restore everything.
func TestCrossings(t *testing.T) {
	var values []int
	for _, variations := range crossed {
		values = append(values, len(variations))
	}
	for _, choice := range pairs.Cover(values...) {
		var names []string
		for i, n := range choice {
			names = append(names, crossed[i][n].name)
		}
		t.Run(strings.Join(names, ", "), func(t *testing.T) {
			t.Parallel()
			b, expected := chosen(t, choice)
			before, policy := string(b.cloudFront.Config("E1")), b.s3.Policy("originals")
			dry := b.options
			dry.DryRun = true
			said := b.mustPrepare(dry)
			if writes := b.server.Writes(); len(writes) > 0 {
				t.Fatalf("a dry run wrote %v", writes)
			}
			if again := b.mustPrepare(b.options); again != said {
				t.Errorf("a dry run said\n%s\nand the real one\n%s", said, again)
			}
			b.publish(b.options)
			if found := b.unexpected(b.options, append(expected, "no function answers origin-response events")...); len(found) > 0 {
				t.Errorf("doctor finds\n%s\nafter\n%s", strings.Join(found, "\n"), said)
			}
			wrote := len(b.server.Writes())
			if said := b.mustPrepare(b.options); !strings.Contains(said, "nothing to do\n") || len(b.server.Writes()) != wrote {
				t.Errorf("the second time it said\n%s", said)
			}
			b.checkUndone(before, policy)
		})
	}
}

// checkUndone undoes and checks that everything is as before.
func (b *fixture) checkUndone(before, policy string) {
	b.t.Helper()
	b.removeFunction("edgeresize")
	wrote := len(b.server.Writes())
	dry, err := b.undo(b.t.Context(), true)
	if err != nil || len(b.server.Writes()) != wrote {
		b.t.Errorf("a dry run: %v\n%s", err, dry)
	}
	said, err := b.undo(b.t.Context(), false)
	if err != nil || said != dry {
		b.t.Errorf("%v, a dry run said\n%s\nand the real one\n%s", err, dry, said)
	}
	after := string(b.cloudFront.Config("E1"))
	if strings.Contains(said, "keeps the origin access control") {
		former := ""
		if strings.Contains(before, noAccess) {
			former = noAccess
		}
		after = strings.Replace(after, "<OriginAccessControlId>"+b.accessControlID()+"</OriginAccessControlId>", former, 1)
	} else if !same(readJSON(b.t, b.s3.Policy("originals")), readJSON(b.t, policy)) {
		b.t.Errorf("the bucket's policy is %s\nand was %s", b.s3.Policy("originals"), policy)
	}
	if after != before {
		b.t.Errorf("the distribution is\n%s\nand was\n%s\n%s", after, before, said)
	}
	if left := b.iam.String(); left != "" || len(b.cloudFront.Tags("E1")) > 0 || strings.Contains(b.cloudFront.String(), "edgeresize-") {
		b.t.Errorf("left are %s, %v and\n%s", left, b.cloudFront.Tags("E1"), b.cloudFront.String())
	}
	if said, err := b.undo(b.t.Context(), false); err != nil || strings.Contains(said, "delete") {
		b.t.Errorf("the second time: %v\n%s", err, said)
	}
}
