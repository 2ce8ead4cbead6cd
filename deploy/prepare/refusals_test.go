package prepare

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// TestRefusals wants an error with advice where somebody else's things are in the way,
// and nothing changed.
func TestRefusals(t *testing.T) {
	const noFunctions = "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>"
	function := func(name string) []string {
		return []string{noFunctions, "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation><FunctionARN>arn:aws:cloudfront::123456789012:function/" + name +
			"</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation></Items></FunctionAssociations>"}
	}
	lambda := func(name, event string) []string {
		const none = "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>"
		return []string{none, "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation><LambdaFunctionARN>" +
			"arn:aws:lambda:us-east-1:123456789012:function:" + name + ":1</LambdaFunctionARN><EventType>" + event + "</EventType></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>"}
	}
	site := viewerrequest.Settings{Missing: "original", MaxWidth: 5, MaxHeight: 5}
	for _, tt := range []struct {
		name    string
		set     func(*fixture)
		changes []string
		want    string
	}{
		{"another viewer-request function", func(b *fixture) { b.cloudFront.AddFunction("mine", "function handler(e) { return e.request; }") },
			function("mine"), "merge the code that `go run ./deploy viewer-request` prints"},
		{"one of this project's with other settings", func(b *fixture) { b.cloudFront.AddFunction("mine", site.Script()) },
			function("mine"), "merge the code that `go run ./deploy viewer-request` prints"},
		{"one of this name, made by hand", func(b *fixture) { b.cloudFront.AddFunction("edgeresize-images", site.Script()) },
			nil, "edgeresize-images was not made by this command"},
		{"a viewer-response function of Lambda's", nil, lambda("mine", "viewer-response"), "choose another -behavior"},
		{"a viewer-request function of Lambda's", nil, lambda("mine", "viewer-request"), "choose another -behavior"},
		{"another origin-response function", nil, lambda("mine", "origin-response"), "remove it first"},
		{"a cache policy of this name", func(b *fixture) { b.cloudFront.AddCachePolicy("edgeresize", "<MinTTL>9</MinTTL>") }, nil, "the cache policy edgeresize was not made"},
		{"a role of this name", func(b *fixture) {
			b.iam.Role("edgeresize", `{"Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`, "")
		}, nil, "does not trust edgelambda.amazonaws.com: give it the policy in deploy/template/policies/trust-policy.json"},
		{"a role of this name that denies it", func(b *fixture) {
			b.iam.Role("edgeresize", `{"Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"},`+
				`{"Effect":"Deny","Principal":{"Service":"edgelambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`, "")
		}, nil, "does not trust edgelambda.amazonaws.com"},
		{"a role of this name without rights", func(b *fixture) {
			b.iam.Role("edgeresize", `{"Statement":{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","edgelambda.amazonaws.com"]},"Action":"sts:AssumeRole"}}`, "")
		}, nil, "may not logs:PutLogEvents on arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/us-east-1.edgeresize:*: give it the policy in deploy/template/policies/role-policy.json"},
		{"no bucket's domain", nil, []string{"originals.s3.us-east-1.amazonaws.com", "www.example.com"}, "set bucket in the config"},
		{"an access point", nil, []string{"originals.s3.us-east-1.amazonaws.com", "ap-x-s3alias.s3.us-east-1.amazonaws.com"}, "set bucket and region in the config"},
		{"an access control that does not sign", func(b *fixture) { b.cloudFront.AddAccessControl("E9", "edgeresize", "never") },
			[]string{ownAccess, noAccess}, "does not sign every request"},
		{"no such behaviour", func(b *fixture) { b.options.Behavior = "/none/*" }, nil, `no behaviour has the path pattern "/none/*": want one of ["/img/*"]`},
		{"no such distribution", func(b *fixture) { b.options.Distribution = "E2" }, nil, "NoSuchDistribution"},
		{"a long name", func(b *fixture) { b.options.Function = strings.Repeat("a", 58) }, nil, "want 1 to 57 letters"},
		{"a key prefix alone", func(b *fixture) { b.options.KeyPrefix = aws.String("media") }, nil, "-key-prefix needs -url-prefix"},
		{"a fallback picture elsewhere", func(b *fixture) {
			b.options.URLPrefix, b.options.KeyPrefix, b.options.Config.FallbackKey = aws.String("/img"), aws.String("media"), "none.jpg"
		}, nil, `fallback_key is "none.jpg" in the config, but the function may read only /media: name a key that begins with media/`},
		{"no sizes", func(b *fixture) { b.options.Sizes = aws.String("five") }, nil, `the sizes are "five": want WIDTHxHEIGHT`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newFixture(t)
			if tt.set != nil {
				tt.set(b)
			}
			if tt.changes != nil {
				b.lambdaFunction("mine")
				b.cloudFront.Meddle("E1", func(config string) string { return strings.NewReplacer(tt.changes...).Replace(config) })
			}
			before := b.state()
			said, err := b.prepare(t.Context(), b.options)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
			if b.state() != before {
				t.Errorf("it went on\n%s", said)
			}
		})
	}
}

// lambdaFunction makes a function of somebody else's.
func (b *fixture) lambdaFunction(name string) {
	role := "arn:aws:iam::" + fakeaws.Account + ":role/" + name
	b.lambda.AddRole(role, 0)
	b.makeFunction(name, role)
}

// TestSharedSettings prepares two distributions with one function. The second must not
// take over the first one's host or prefixes unless the options repeat them, and must
// not change them. Sizes are for both.
func TestSharedSettings(t *testing.T) {
	for name, c := range map[string]struct {
		first, second Options
		refused       string
	}{
		"a host":              {Options{Host: aws.String("a.example.com")}, Options{}, "repeat it with -host"},
		"the same host":       {Options{Host: aws.String("a.example.com")}, Options{Host: aws.String("a.example.com")}, ""},
		"another host":        {Options{Host: aws.String("a.example.com")}, Options{Host: aws.String("b.example.com")}, "a function with another name"},
		"any host":            {Options{Host: aws.String("a.example.com")}, Options{Host: aws.String("")}, ""},
		"a host of its own":   {Options{}, Options{Host: aws.String("b.example.com")}, "a function with another name"},
		"a prefix":            {Options{URLPrefix: aws.String("/a"), KeyPrefix: aws.String("b")}, Options{}, "repeat it with -host"},
		"the same prefix":     {Options{URLPrefix: aws.String("/a"), KeyPrefix: aws.String("b")}, Options{URLPrefix: aws.String("/a")}, ""},
		"another folder":      {Options{URLPrefix: aws.String("/a"), KeyPrefix: aws.String("b")}, Options{URLPrefix: aws.String("/a"), KeyPrefix: aws.String("c")}, "a function with another name"},
		"a prefix of its own": {Options{}, Options{URLPrefix: aws.String("/a")}, "a function with another name"},
		"sizes":               {Options{Sizes: aws.String("10x10")}, Options{}, ""},
		"sizes of its own":    {Options{Sizes: aws.String("10x10")}, Options{Sizes: aws.String("20x20")}, ""},
	} {
		b := newFixture(t)
		b.add("E2")
		for i, o := range []*Options{&c.first, &c.second} {
			o.Function, o.Config, o.Distribution = b.options.Function, b.options.Config, []string{"E1", "E2"}[i]
		}
		b.mustPrepare(c.first)
		before := b.state()
		_, err := b.prepare(t.Context(), c.second)
		if c.refused == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if foreign := (*ForeignError)(nil); !errors.As(err, &foreign) || !strings.Contains(err.Error(), c.refused) || !strings.Contains(err.Error(), "distribution E1, default behaviour") {
			t.Errorf("%s: got %v", name, err)
		}
		if b.state() != before {
			t.Errorf("%s: something was changed", name)
		}
		c.second.Function = "other"
		b.mustPrepare(c.second)
		// What only one distribution has is its own to change.
		img := c.second
		img.Behavior, img.Host, img.URLPrefix, img.KeyPrefix = "/img/*", aws.String("c.example.com"), nil, nil
		b.mustPrepare(img)
	}
}

// TestOtherFunction wants a target that is prepared for one function refused for
// another.
func TestOtherFunction(t *testing.T) {
	b := newFixture(t)
	b.mustPrepare(b.options)
	before := b.state()
	other := b.options
	other.Function = "other"
	_, err := b.prepare(t.Context(), other)
	if foreign := (*ForeignError)(nil); !errors.As(err, &foreign) || !strings.Contains(err.Error(), "default behaviour is prepared for the function edgeresize: continue with -function edgeresize") {
		t.Errorf("got %v", err)
	}
	if b.state() != before {
		t.Error("something was changed")
	}
	other.Behavior = "/img/*"
	b.mustPrepare(other)
}

// TestErrors wants errors of the documented types.
func TestErrors(t *testing.T) {
	b := newFixture(t, "originals.s3.us-east-1.amazonaws.com", "www.example.com")
	if _, err := b.prepare(t.Context(), b.options); !errors.As(err, new(*ForeignError)) {
		t.Errorf("got %v", err)
	}
	b.options.Behavior = "/none"
	if _, err := b.prepare(t.Context(), b.options); !errors.As(err, new(*distconfig.NoBehaviorError)) {
		t.Errorf("got %v", err)
	}
}
