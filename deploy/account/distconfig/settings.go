package distconfig

import "strings"

// Elements that a behaviour has at most once, for [Config.Setting] and
// [Config.WithSetting].
const (
	OriginRequestPolicy   = "OriginRequestPolicyId"
	ResponseHeadersPolicy = "ResponseHeadersPolicyId"
	cachePolicy           = "CachePolicyId"
)

// legacy are the elements of a behaviour without a cache policy. CloudFront API
// Reference, "CacheBehavior".
var legacy = []string{"ForwardedValues", "MinTTL", "DefaultTTL", "MaxTTL"}

// Setting returns the text of the element called name of the behaviour with a path
// pattern, "" if it has none.
func (c *Config) Setting(pattern, name string) (string, error) {
	behavior, err := c.behavior(pattern)
	if err != nil {
		return "", err
	}
	return behavior.textOf(name)
}

// WithSetting returns the config with text in the element called name of the behaviour
// with a path pattern, which it adds if missing. With "" for text it removes the
// element.
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
		return c.append(behavior, c.written(name, Escaped(text)))
	}
	return c.withText(behavior, name, text)
}

// append returns the config with xml at the end of an element.
func (c *Config) append(parent *element, xml string) (*Config, error) {
	if parent.isOneTag() {
		return nil, &FormatError{parent.name + " is empty"}
	}
	return Parse(splice(c.xml, parent.innerEnd, parent.innerEnd, xml))
}

// withText returns the config with text in the child called name, which must exist.
func (c *Config) withText(parent *element, name, text string) (*Config, error) {
	child, err := parent.only(name)
	switch {
	case err != nil:
		return nil, err
	case child == nil:
		return nil, &FormatError{parent.name + " without its " + name}
	case child.isOneTag():
		return Parse(splice(c.xml, child.start, child.end, c.written(name, Escaped(text))))
	}
	return Parse(splice(c.xml, child.inner, child.innerEnd, Escaped(text)))
}

// Cache returns the ID of the cache policy of the behaviour with a path pattern. For a
// behaviour without one it returns "" and the legacy elements, as the document writes
// them.
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

// WithCache returns the config with a cache policy for the behaviour with a path
// pattern, or with the legacy elements of [Config.Cache] where policy is "". It
// replaces either.
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
		xml = c.written(cachePolicy, Escaped(policy))
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

// ViewerFunction returns the ARN of the CloudFront Function that the behaviour with a
// path pattern calls for viewer requests, "" if it calls none.
func (c *Config) ViewerFunction(pattern string) (string, error) {
	_, one, err := c.find(pattern, viewerFunctions, ViewerRequest)
	if one == nil || err != nil {
		return "", err
	}
	return one.textOf("FunctionARN")
}

// WithViewerFunction returns the config with arn as the CloudFront Function that the
// behaviour with a path pattern calls for viewer requests. With "" for arn it calls
// none.
func (c *Config) WithViewerFunction(pattern, arn string) (*Config, error) {
	l, one, err := c.find(pattern, viewerFunctions, ViewerRequest)
	if err != nil {
		return nil, err
	}
	return c.withARN(l, one, "FunctionARN", arn, c.written("FunctionAssociation",
		c.written("FunctionARN", Escaped(arn))+c.written("EventType", ViewerRequest)))
}

// CacheTags returns the name of the header from which CloudFront reads cache tags, ""
// if it reads none.
func (c *Config) CacheTags() (string, error) {
	tags, err := c.root.only("CacheTagConfig")
	if tags == nil || err != nil {
		return "", err
	}
	return tags.textOf("HeaderName")
}

// WithCacheTags returns the config with header as the one from which CloudFront reads
// cache tags. With "" it reads none.
func (c *Config) WithCacheTags(header string) (*Config, error) {
	tags, err := c.root.only("CacheTagConfig")
	if err != nil {
		return nil, err
	}
	xml := ""
	if header != "" {
		xml = c.written("CacheTagConfig", c.written("HeaderName", Escaped(header)))
	}
	if tags != nil {
		return Parse(splice(c.xml, tags.start, tags.end, xml))
	}
	return c.append(c.root, xml)
}
