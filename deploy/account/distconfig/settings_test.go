package distconfig

import (
	"errors"
	"strings"
	"testing"
)

// old is a config with settings of all kinds. The default behaviour has a cache policy;
// the other one has legacy elements instead.
const old = `<DistributionConfig><Origins><Quantity>2</Quantity><Items>` +
	`<Origin><Id>a</Id><CustomHeaders><Quantity>0</Quantity></CustomHeaders><OriginAccessControlId></OriginAccessControlId></Origin>` +
	`<Origin><Id>b</Id><CustomHeaders><Quantity>1</Quantity><Items><OriginCustomHeader><HeaderName>X-A</HeaderName><HeaderValue>1</HeaderValue></OriginCustomHeader></Items></CustomHeaders>` +
	`<OriginAccessControlId/></Origin></Items></Origins>` +
	`<DefaultCacheBehavior><FunctionAssociations><Quantity>0</Quantity></FunctionAssociations><CachePolicyId>one</CachePolicyId></DefaultCacheBehavior>` +
	`<CacheBehaviors><Quantity>1</Quantity><Items><CacheBehavior><PathPattern>/a*</PathPattern>` +
	`<ForwardedValues><QueryString>true</QueryString></ForwardedValues><MinTTL>0</MinTTL><DefaultTTL>5</DefaultTTL><MaxTTL>9</MaxTTL><Compress>true</Compress></CacheBehavior></Items></CacheBehaviors>` +
	`</DistributionConfig>`

// TestSettings wants of each edit the one replacement given here and its effect; the
// opposite edit must restore the document.
func TestSettings(t *testing.T) {
	for _, tt := range []struct {
		name           string
		there, back    func(*Config) (*Config, error)
		read           func(*Config) (string, error)
		want, was      string
		remove, insert string
	}{
		{"cache policy",
			func(c *Config) (*Config, error) { return c.WithCache(Default, "two", "") },
			func(c *Config) (*Config, error) { return c.WithCache(Default, "one", "") },
			func(c *Config) (string, error) { policy, _, err := c.Cache(Default); return policy, err },
			"two", "one", "<CachePolicyId>one<", "<CachePolicyId>two<"},
		{"in the place of older settings",
			func(c *Config) (*Config, error) { return c.WithCache("/a*", "two", "") },
			func(c *Config) (*Config, error) {
				return c.WithCache("/a*", "", "<ForwardedValues><QueryString>true</QueryString></ForwardedValues><MinTTL>0</MinTTL><DefaultTTL>5</DefaultTTL><MaxTTL>9</MaxTTL>")
			},
			func(c *Config) (string, error) {
				policy, elements, err := c.Cache("/a*")
				return policy + elements, err
			},
			"two", "<ForwardedValues><QueryString>true</QueryString></ForwardedValues><MinTTL>0</MinTTL><DefaultTTL>5</DefaultTTL><MaxTTL>9</MaxTTL>",
			"<ForwardedValues><QueryString>true</QueryString></ForwardedValues><MinTTL>0</MinTTL><DefaultTTL>5</DefaultTTL><MaxTTL>9</MaxTTL>", "<CachePolicyId>two</CachePolicyId>"},
		{"origin request policy",
			func(c *Config) (*Config, error) { return c.WithSetting("/a*", OriginRequestPolicy, "p&q") },
			func(c *Config) (*Config, error) { return c.WithSetting("/a*", OriginRequestPolicy, "") },
			func(c *Config) (string, error) { return c.Setting("/a*", OriginRequestPolicy) },
			"p&q", "", "<Compress>true</Compress></CacheBehavior>", "<Compress>true</Compress><OriginRequestPolicyId>p&amp;q</OriginRequestPolicyId></CacheBehavior>"},
		{"viewer-request function",
			func(c *Config) (*Config, error) { return c.WithViewerFunction(Default, "f") },
			func(c *Config) (*Config, error) { return c.WithViewerFunction(Default, "") },
			func(c *Config) (string, error) { return c.ViewerFunction(Default) },
			"f", "", "<FunctionAssociations><Quantity>0</Quantity>", "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation>" +
				"<FunctionARN>f</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation></Items>"},
		{"cache tags",
			func(c *Config) (*Config, error) { return c.WithCacheTags("T") },
			func(c *Config) (*Config, error) { return c.WithCacheTags("") },
			(*Config).CacheTags, "T", "", "</DistributionConfig>", "<CacheTagConfig><HeaderName>T</HeaderName></CacheTagConfig></DistributionConfig>"},
		{"access control",
			func(c *Config) (*Config, error) { return c.WithAccessControl("a", "o") },
			func(c *Config) (*Config, error) { return c.WithAccessControl("a", "") },
			func(c *Config) (string, error) { return c.AccessControl("a") },
			"o", "", "<OriginAccessControlId></", "<OriginAccessControlId>o</"},
		{"an origin's first header",
			func(c *Config) (*Config, error) { return c.WithOriginHeader("a", "X-T", "T") },
			func(c *Config) (*Config, error) { return c.WithOriginHeader("a", "x-t", "") },
			func(c *Config) (string, error) { return c.OriginHeader("a", "x-t") },
			"T", "", "<CustomHeaders><Quantity>0</Quantity></CustomHeaders>", "<CustomHeaders><Quantity>1</Quantity><Items><OriginCustomHeader>" +
				"<HeaderName>X-T</HeaderName><HeaderValue>T</HeaderValue></OriginCustomHeader></Items></CustomHeaders>"},
		{"an origin's other header",
			func(c *Config) (*Config, error) { return c.WithOriginHeader("b", "X-A", "2") },
			func(c *Config) (*Config, error) { return c.WithOriginHeader("b", "X-A", "1") },
			func(c *Config) (string, error) { return c.OriginHeader("b", "X-A") },
			"2", "1", "<HeaderValue>1<", "<HeaderValue>2<"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := parsed(t, []byte(old))
			if got, err := tt.read(c); got != tt.was || err != nil {
				t.Errorf("before: got %q, %v", got, err)
			}
			there, err := tt.there(c)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Count(old, tt.remove) != 1 {
				t.Fatalf("%q is %d times in it", tt.remove, strings.Count(old, tt.remove))
			}
			if want := strings.Replace(old, tt.remove, tt.insert, 1); string(there.XML()) != want {
				t.Errorf("got\n%s\nwant\n%s", there.XML(), want)
			}
			if got, err := tt.read(there); got != tt.want || err != nil {
				t.Errorf("after: got %q, %v", got, err)
			}
			back, err := tt.back(there)
			if err != nil || string(back.XML()) != old {
				t.Errorf("and back: got %v and\n%s", err, back.XML())
			}
		})
	}
}

// TestSettingsThatAreNotThere edits an element written as one tag, and elements that do
// not exist.
func TestSettingsThatAreNotThere(t *testing.T) {
	c := parsed(t, []byte(old))
	edited, err := c.WithAccessControl("b", "o")
	if err != nil || !strings.Contains(string(edited.XML()), "<OriginAccessControlId>o</OriginAccessControlId></Origin></Items></Origins>") {
		t.Errorf("got %v", err)
	}
	if _, err := c.WithOriginHeader("c", "X", "1"); !errors.As(err, new(*NoOriginError)) {
		t.Errorf("got %v", err)
	}
	if _, err := c.WithCache("/b*", "p", ""); !errors.As(err, new(*NoBehaviorError)) {
		t.Errorf("got %v", err)
	}
	same, err := c.WithSetting(Default, OriginRequestPolicy, "")
	if err != nil || same != c {
		t.Errorf("got %v, %v", same, err)
	}
}
