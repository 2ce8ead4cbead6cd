// Package distconfig edits the functions, policies and headers of a distribution's
// config, in the XML that CloudFront returns and takes. All other bytes stay as they
// are. Decoding and encoding the config instead would lose what neither this project
// nor the SDK knows.
//
// Source: Amazon CloudFront API Reference, "DistributionConfig". The order of elements
// does not matter to CloudFront.
package distconfig

import (
	"fmt"
	"strings"
)

// The events at which CloudFront calls a function: after the origin's response, and
// before it looks into the cache.
const (
	OriginResponse = "origin-response"
	ViewerRequest  = "viewer-request"
)

// Default stands for the default behaviour, in place of a path pattern.
const Default = ""

// Config is a distribution's config. It is immutable: edits return another one.
type Config struct {
	xml  []byte
	root *element
	// prefix stands in front of the names of elements, such as "ns0:". It is empty in
	// CloudFront's own documents.
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

// XML returns the document.
func (c *Config) XML() []byte { return c.xml }

// NoBehaviorError says that no behaviour has the path pattern.
type NoBehaviorError struct {
	Pattern  string
	Patterns []string // of the behaviours that exist
}

func (e *NoBehaviorError) Error() string {
	if len(e.Patterns) == 0 {
		return fmt.Sprintf("no behaviour has the path pattern %q: the distribution has the default behaviour only", e.Pattern)
	}
	return fmt.Sprintf("no behaviour has the path pattern %q: want one of %q, or no -behavior for the default behaviour", e.Pattern, e.Patterns)
}

// behavior returns the element of the behaviour with a path pattern.
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

// The names of a behaviour's lists of functions: Lambda's and CloudFront's own.
const (
	lambdaFunctions = "LambdaFunctionAssociations"
	viewerFunctions = "FunctionAssociations"
)

// find returns the list called name of the behaviour with a path pattern, and its item
// for event: nil if there is none.
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

// Function returns the ARN of the Lambda function that the behaviour with a path
// pattern calls for event, "" if it calls none.
func (c *Config) Function(pattern, event string) (string, error) {
	_, one, err := c.find(pattern, lambdaFunctions, event)
	if one == nil || err != nil {
		return "", err
	}
	return one.textOf("LambdaFunctionARN")
}

// ChangesRequests reports whether the behaviour with a path pattern has a
// viewer-request function, of Lambda or of CloudFront itself, which may change requests
// before CloudFront looks into the cache.
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

// Patterns returns the path patterns of the behaviours that call any version of a
// Lambda function for event, in the order of [Config.Behaviors]. functionARN has no
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

// Functions returns the behaviour's list of Lambda functions as the document writes it,
// "" if there is none.
func (c *Config) Functions(pattern string) string {
	l, _, err := c.find(pattern, lambdaFunctions, "")
	if l.all == nil || err != nil {
		return ""
	}
	return string(c.xml[l.all.start:l.all.end])
}

// WithFunction returns the config with arn as the Lambda function that the behaviour
// with a path pattern calls for event. With "" for arn it calls none.
func (c *Config) WithFunction(pattern, event, arn string) (*Config, error) {
	l, one, err := c.find(pattern, lambdaFunctions, event)
	if err != nil {
		return nil, err
	}
	return c.withARN(l, one, "LambdaFunctionARN", arn, c.written("LambdaFunctionAssociation", c.written("LambdaFunctionARN", Escaped(arn))+
		c.written("EventType", Escaped(event))+c.written("IncludeBody", "false")))
}

// withARN returns the config with arn in the child called name of one, which is an item
// of l or nil. With nil it adds item to l. With "" for arn it removes one.
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
