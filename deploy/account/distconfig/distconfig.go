// Package distconfig edits what a distribution has of functions, policies and
// headers, in the very XML in which CloudFront gives a distribution's config and
// takes it back. All else stays as it is, byte for byte: what a behaviour has
// that neither this project nor the SDK knows of, too, which a decoded and
// encoded config would lose.
//
// Source: Amazon CloudFront API Reference, "DistributionConfig". The order of
// elements does not matter to CloudFront.
package distconfig

import (
	"fmt"
	"strings"
)

// The events of a function that answers after the origin, and of one that a
// request goes through before the cache is looked into.
const (
	OriginResponse = "origin-response"
	ViewerRequest  = "viewer-request"
)

// Default is in place of a path pattern for the default behaviour.
const Default = ""

// Config is a distribution's config. It does not change.
type Config struct {
	xml  []byte
	root *element
	// prefix is what stands in front of the names of elements, such as "ns0:";
	// it is empty where CloudFront itself has written the document.
	prefix string
}

// Parse reads a config. Its errors are [*FormatError].
func Parse(xml []byte) (*Config, error) {
	document, err := readElements(xml)
	if err != nil {
		return nil, err
	}
	root, err := document.only("DistributionConfig")
	if err != nil {
		return nil, err
	}
	if root == nil {
		return nil, &FormatError{"there is no DistributionConfig"}
	}
	prefix, _, _ := strings.Cut(string(xml[root.start+len("<"):root.inner]), "DistributionConfig")
	return &Config{xml, root, prefix}, nil
}

// XML is the document.
func (c *Config) XML() []byte { return c.xml }

// NoBehaviorError says that there is no behaviour for a path pattern.
type NoBehaviorError struct {
	Pattern  string
	Patterns []string // that there are
}

func (e *NoBehaviorError) Error() string {
	if len(e.Patterns) == 0 {
		return fmt.Sprintf("no behaviour has the path pattern %q: the distribution has the default behaviour only", e.Pattern)
	}
	return fmt.Sprintf("no behaviour has the path pattern %q: want one of %q, or none for the default behaviour", e.Pattern, e.Patterns)
}

// behavior is the element of a behaviour.
func (c *Config) behavior(pattern string) (*element, error) {
	if pattern == Default {
		behavior, err := c.root.only("DefaultCacheBehavior")
		if behavior == nil && err == nil {
			err = &FormatError{"there is no DefaultCacheBehavior"}
		}
		return behavior, err
	}
	items, err := c.root.path("CacheBehaviors", "Items")
	if err != nil {
		return nil, err
	}
	missing := &NoBehaviorError{Pattern: pattern}
	if items == nil {
		return nil, missing
	}
	for _, behavior := range items.children {
		path, err := behavior.textOf("PathPattern")
		if err != nil {
			return nil, err
		}
		if path == pattern && behavior.name == "CacheBehavior" {
			return behavior, nil
		}
		missing.Patterns = append(missing.Patterns, path)
	}
	return nil, missing
}

// The lists of a behaviour's functions, of Lambda and of CloudFront itself.
const (
	lambdaFunctions = "LambdaFunctionAssociations"
	viewerFunctions = "FunctionAssociations"
)

// find looks for a behaviour's function for an event in a list of its.
func (c *Config) find(pattern, name, event string) (l list, one *element, err error) {
	behavior, err := c.behavior(pattern)
	if err != nil {
		return list{}, nil, err
	}
	if l, err = listIn(behavior, name); err != nil {
		return list{}, nil, err
	}
	one, err = l.find("EventType", event)
	return l, one, err
}

// Function is the ARN of the function that the behaviour of a path pattern
// calls for an event, "" if it calls none.
func (c *Config) Function(pattern, event string) (string, error) {
	_, one, err := c.find(pattern, lambdaFunctions, event)
	if one == nil || err != nil {
		return "", err
	}
	return one.textOf("LambdaFunctionARN")
}

// ChangesRequests reports whether a function of Lambda or of CloudFront itself
// may change a request for the behaviour of a path pattern before the cache is
// looked into.
func (c *Config) ChangesRequests(pattern string) (bool, error) {
	for _, name := range []string{lambdaFunctions, viewerFunctions} {
		if _, one, err := c.find(pattern, name, ViewerRequest); one != nil || err != nil {
			return err == nil, err
		}
	}
	return false, nil
}

// Behaviors returns the path patterns of all behaviours: the default behaviour first,
// the others in the order in which CloudFront tries them.
func (c *Config) Behaviors() ([]string, error) {
	all := []string{Default}
	items, err := c.root.path("CacheBehaviors", "Items")
	if items == nil || err != nil {
		return all, err
	}
	for _, behavior := range items.children {
		pattern, err := behavior.textOf("PathPattern")
		if err != nil {
			return nil, err
		}
		all = append(all, pattern)
	}
	return all, nil
}

// Patterns returns the path patterns of the behaviours that call a version of a
// function for an event, in the order of [Config.Behaviors]. functionARN is without a
// version.
func (c *Config) Patterns(event, functionARN string) ([]string, error) {
	all, err := c.Behaviors()
	if err != nil {
		return nil, err
	}
	var patterns []string
	for _, pattern := range all {
		arn, err := c.Function(pattern, event)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(arn, functionARN+":") {
			patterns = append(patterns, pattern)
		}
	}
	return patterns, nil
}

// Functions is what the behaviour's config says of functions, as it is written.
func (c *Config) Functions(pattern string) string {
	l, _, err := c.find(pattern, lambdaFunctions, "")
	if l.all == nil || err != nil {
		return ""
	}
	return string(c.xml[l.all.start:l.all.end])
}

// WithFunction is the config with another function for an event of the
// behaviour of a path pattern; with "" for arn it has none.
func (c *Config) WithFunction(pattern, event, arn string) (*Config, error) {
	l, one, err := c.find(pattern, lambdaFunctions, event)
	if err != nil {
		return nil, err
	}
	return c.withARN(l, one, "LambdaFunctionARN", arn, c.written("LambdaFunctionAssociation", c.written("LambdaFunctionARN", escaped(arn))+
		c.written("EventType", escaped(event))+c.written("IncludeBody", "false")))
}

// withARN is the config with another ARN, under a name, in the item of a list,
// without the item for "", or with a new one where there is none.
func (c *Config) withARN(l list, one *element, name, arn, item string) (*Config, error) {
	switch {
	case one == nil && arn == "":
		return c, nil
	case one == nil:
		return c.add(l, item)
	case arn == "":
		return c.remove(l, one)
	}
	return c.withText(one, name, arn)
}
