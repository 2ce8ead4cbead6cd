package probe

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/probe/edgecode"
	"github.com/edgeresize/edgeresize/deploy/template/policies"
)

// TestForeign checks that what has the probe's names, but is somebody else's, is neither
// used nor removed.
func TestForeign(t *testing.T) {
	for name, tt := range map[string]struct {
		make func(*cloud)
		want string
	}{
		"a behaviour": {func(c *cloud) {
			c.server.Lock()
			defer c.server.Unlock()
			c.cloudFront.Meddle("E1", func(config string) string {
				return strings.Replace(config, "/img/*", "/edgeresize-probe/all/*", 1)
			})
		}, "the behaviour /edgeresize-probe/all/*"},
		"an origin": {func(c *cloud) {
			c.server.Lock()
			defer c.server.Unlock()
			c.cloudFront.Meddle("E1", func(config string) string {
				before, rest, _ := strings.Cut(config, "<Origin><Id>originals")
				origin, after, _ := strings.Cut(rest, "</Origin>")
				return strings.Replace(before, "<Origins><Quantity>1", "<Origins><Quantity>2", 1) + "<Origin><Id>originals" + origin +
					"</Origin><Origin><Id>edgeresize-probe-mine" + origin + "</Origin>" + after
			})
		}, "the origin edgeresize-probe-mine"},
		"an origin group": {func(c *cloud) {
			c.server.Lock()
			defer c.server.Unlock()
			c.cloudFront.Meddle("E1", func(config string) string {
				mine := strings.ReplaceAll(group(copied{"", ""}, "originals"), "<OriginId>"+Name+"-<", "<OriginId>originals<")
				return strings.Replace(config, "<OriginGroups><Quantity>0</Quantity>", "<OriginGroups><Quantity>1</Quantity><Items>"+mine+"</Items>", 1)
			})
		}, "the origin group edgeresize-probe-group"},
		"a role": {func(c *cloud) {
			trust, err := policies.Read("trust-policy.json")
			if err != nil {
				c.t.Fatal(err)
			}
			_, err = c.prober.iam.CreateRole(c.t.Context(), &iam.CreateRoleInput{RoleName: aws.String(Name), AssumeRolePolicyDocument: &trust})
			if err != nil {
				c.t.Fatal(err)
			}
		}, "the role"},
		"a function": {func(c *cloud) {
			zip, err := edgecode.Zip()
			if err != nil {
				c.t.Fatal(err)
			}
			role := "arn:aws:iam::123456789012:role/other"
			c.lambda.AddRole(role, 0)
			if _, err := c.prober.lambda.CreateFunction(c.t.Context(), &lambda.CreateFunctionInput{FunctionName: aws.String(Name), Role: &role,
				Runtime: types.RuntimePython313, Handler: aws.String("a.b"), Code: &types.FunctionCode{ZipFile: zip}}); err != nil {
				c.t.Fatal(err)
			}
			if _, err := c.prober.lambda.GetFunctionConfiguration(c.t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(Name)}); err != nil {
				c.t.Fatal(err) // the first look at a function ends its creation
			}
		}, "the function"},
		"a CloudFront Function": {func(c *cloud) { c.cloudFront.AddFunction(Name, "function handler(event) { return event.request; }") }, "the CloudFront Function"},
		"a policy":              {func(c *cloud) { c.cloudFront.AddCachePolicy(Name, "<Comment>mine</Comment><MinTTL>0</MinTTL>") }, "the cache policy"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			tt.make(c)
			before, writes := c.state(), len(c.server.Writes())
			foreign := (*ForeignError)(nil)
			if _, err := c.prober.Run(t.Context(), options); !errors.As(err, &foreign) || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") || len(c.server.Writes()) > writes {
				t.Errorf("got %v, want %q, and no change", err, tt.want)
			}
			for range 4 {
				_ = c.prober.Cleanup(t.Context(), options) // it refuses what is not the probe's
			}
			if after := c.state(); after != before {
				t.Errorf("got\n%s\nwant\n%s", after, before)
			}
		})
	}
}

// TestPlan checks that a dry run changes nothing.
func TestPlan(t *testing.T) {
	c := newCloud(t)
	var out bytes.Buffer
	if err := c.prober.Plan(t.Context(), options, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/edgeresize-probe/all/*", "$0.05", "originals"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got %s, want %q in it", &out, want)
		}
	}
	if writes := c.server.Writes(); len(writes) > 0 {
		t.Errorf("got %v", writes)
	}
}

// TestOrigins checks that an origin that is no bucket or does not exist is refused before
// anything is made.
func TestOrigins(t *testing.T) {
	for origin, change := range map[string][]string{
		"":     {"originals.s3.us-east-1.amazonaws.com", "www.example.com"},
		"none": nil,
	} {
		c := newCloud(t, change...)
		if _, err := c.prober.Run(t.Context(), Options{Distribution: "E1", Origin: origin}); err == nil || len(c.server.Writes()) > 0 {
			t.Errorf("%q: got %v, %v", origin, err, c.server.Writes())
		}
	}
}

// TestPlanNotified checks that a dry run says that something hears of new objects.
func TestPlanNotified(t *testing.T) {
	c := newCloud(t)
	notify(c)
	var out bytes.Buffer
	if err := c.prober.Plan(t.Context(), options, &out); err != nil || !strings.Contains(out.String(), "notifies something") {
		t.Errorf("got %v and %s", err, &out)
	}
}

// TestCopies checks which behaviours have an origin of the probe's if CloudFront refuses some
// origins.
func TestCopies(t *testing.T) {
	for name, tt := range map[string]struct {
		set  func(*cloud)
		want []behavior
	}{
		"all":             {func(*cloud) {}, copies},
		"no spaces":       {func(c *cloud) { c.cloudFront.SpacesRefused = true }, []behavior{encoded, failover}},
		"three origins":   {func(c *cloud) { c.cloudFront.MaxOrigins = 3 }, []behavior{encoded, failover}},
		"two origins":     {func(c *cloud) { c.cloudFront.MaxOrigins = 2 }, []behavior{encoded}},
		"only the user's": {func(c *cloud) { c.cloudFront.MaxOrigins = 1 }, nil},
		"two, no spaces":  {func(c *cloud) { c.cloudFront.MaxOrigins, c.cloudFront.SpacesRefused = 2, true }, []behavior{encoded}},
	} {
		c := newCloud(t)
		tt.set(c)
		if s := c.setUp(); !slices.Equal(s.copies, tt.want) {
			t.Errorf("%s: got %v, want %v", name, s.copies, tt.want)
		}
	}
}
