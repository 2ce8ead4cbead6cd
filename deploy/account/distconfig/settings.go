package distconfig

import "strings"

// Names of what a behaviour has one of, for [Config.Setting] and
// [Config.WithSetting].
const (
	OriginRequestPolicy   = "OriginRequestPolicyId"
	ResponseHeadersPolicy = "ResponseHeadersPolicyId"
	cachePolicy           = "CachePolicyId"
)

// legacy are the elements that stand in the place of a cache policy. CloudFront
// API Reference, "CacheBehavior".
var legacy = []string{"ForwardedValues", "MinTTL", "DefaultTTL", "MaxTTL"}

// Setting is the text of an element of the behaviour of a path pattern, "" if it
// has none.
func (c *Config) Setting(pattern, name string) (string, error) {
	behavior, err := c.behavior(pattern)
	if err != nil {
		return "", err
	}
	return behavior.textOf(name)
}

// WithSetting is the config with another text in an element of the behaviour of a
// path pattern, which it gets if it has none; with "" for text it has none.
func (c *Config) WithSetting(pattern, name, text string) (*Config, error) {
	behavior, err := c.behavior(pattern)
	if err != nil {
		return nil, err
	}
	one, err := behavior.only(name)
	switch {
	case err != nil:
		return nil, err
	case text == "" && one == nil:
		return c, nil
	case text == "":
		return Parse(splice(c.xml, one.start, one.end, ""))
	case one == nil:
		return c.append(behavior, c.written(name, escaped(text)))
	}
	return c.withText(behavior, name, text)
}

// append is the config with xml behind all else in an element.
func (c *Config) append(parent *element, xml string) (*Config, error) {
	if parent.isOneTag() {
		return nil, &FormatError{parent.name + " is empty"}
	}
	return Parse(splice(c.xml, parent.innerEnd, parent.innerEnd, xml))
}

// withText is the config with another text in the one child of a name, which has
// to be there.
func (c *Config) withText(parent *element, name, text string) (*Config, error) {
	child, err := parent.only(name)
	switch {
	case err != nil:
		return nil, err
	case child == nil:
		return nil, &FormatError{parent.name + " without its " + name}
	case child.isOneTag():
		return Parse(splice(c.xml, child.start, child.end, c.written(name, escaped(text))))
	}
	return Parse(splice(c.xml, child.inner, child.innerEnd, escaped(text)))
}

// Cache is how the behaviour of a path pattern keeps answers: the ID of its cache
// policy or, of one from before there were policies, "" and the elements that it
// has in its place, as they are written.
func (c *Config) Cache(pattern string) (policy, elements string, err error) {
	behavior, err := c.behavior(pattern)
	if err != nil {
		return "", "", err
	}
	if policy, err = behavior.textOf(cachePolicy); policy != "" || err != nil {
		return policy, "", err
	}
	var b strings.Builder
	for _, name := range legacy {
		one, err := behavior.only(name)
		if err != nil {
			return "", "", err
		}
		if one != nil {
			b.Write(c.xml[one.start:one.end])
		}
	}
	return "", b.String(), nil
}

// WithCache is the config with a cache policy for the behaviour of a path pattern,
// in the place of what it has, or with elements where policy is "": see
// [Config.Cache].
func (c *Config) WithCache(pattern, policy, elements string) (*Config, error) {
	config, at := c, 0
	for _, name := range append([]string{cachePolicy}, legacy...) {
		behavior, err := config.behavior(pattern)
		if err != nil {
			return nil, err
		}
		one, err := behavior.only(name)
		if err != nil {
			return nil, err
		}
		if one == nil {
			continue
		}
		if at == 0 || one.start < at {
			at = one.start
		}
		if config, err = Parse(splice(config.xml, one.start, one.end, "")); err != nil {
			return nil, err
		}
	}
	xml := elements
	if policy != "" {
		xml = c.written(cachePolicy, escaped(policy))
	}
	if at > 0 {
		return Parse(splice(config.xml, at, at, xml))
	}
	behavior, err := config.behavior(pattern)
	if err != nil {
		return nil, err
	}
	return config.append(behavior, xml)
}

// ViewerFunction is the ARN of the CloudFront Function that the requests for the
// behaviour of a path pattern go through, "" if there is none.
func (c *Config) ViewerFunction(pattern string) (string, error) {
	_, one, err := c.find(pattern, viewerFunctions, ViewerRequest)
	if one == nil || err != nil {
		return "", err
	}
	return one.textOf("FunctionARN")
}

// WithViewerFunction is the config with another CloudFront Function before the
// behaviour of a path pattern; with "" for arn it has none.
func (c *Config) WithViewerFunction(pattern, arn string) (*Config, error) {
	l, one, err := c.find(pattern, viewerFunctions, ViewerRequest)
	if err != nil {
		return nil, err
	}
	return c.withARN(l, one, "FunctionARN", arn, c.written("FunctionAssociation",
		c.written("FunctionARN", escaped(arn))+c.written("EventType", ViewerRequest)))
}

// CacheTags is the name of the header that cache tags are read from, "" if none
// is.
func (c *Config) CacheTags() (string, error) {
	tags, err := c.root.only("CacheTagConfig")
	if tags == nil || err != nil {
		return "", err
	}
	return tags.textOf("HeaderName")
}

// WithCacheTags is the config of a distribution that reads cache tags from a
// header; with "" it reads none.
func (c *Config) WithCacheTags(header string) (*Config, error) {
	tags, err := c.root.only("CacheTagConfig")
	if err != nil {
		return nil, err
	}
	xml := ""
	if header != "" {
		xml = c.written("CacheTagConfig", c.written("HeaderName", escaped(header)))
	}
	if tags != nil {
		return Parse(splice(c.xml, tags.start, tags.end, xml))
	}
	return c.append(c.root, xml)
}
