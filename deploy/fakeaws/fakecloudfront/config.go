package fakecloudfront

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// distributionConfig has the parts of a config that the API Reference requires, and
// those that matter to functions.
type distributionConfig struct {
	XMLName              xml.Name `xml:"DistributionConfig"`
	CallerReference      string
	Comment              *string
	Enabled              *bool
	Origins              *origins
	OriginGroups         originGroups
	DefaultCacheBehavior *behavior
	CacheTagConfig       *cacheTagConfig
	CacheBehaviors       struct {
		Quantity *int
		Items    struct{ CacheBehavior []behavior }
	}
}

// cacheTagConfig names the header with the cache tags.
type cacheTagConfig struct{ HeaderName string }

type behavior struct {
	PathPattern                string
	TargetOriginId             string
	ViewerProtocolPolicy       string
	CachePolicyId              string
	OriginRequestPolicyId      string
	ResponseHeadersPolicyId    string
	ForwardedValues            *struct{ QueryString bool }
	MinTTL, DefaultTTL, MaxTTL *int
	LambdaFunctionAssociations struct {
		Quantity *int
		Items    struct{ LambdaFunctionAssociation []association }
	}
	FunctionAssociations struct {
		Quantity *int
		Items    struct{ FunctionAssociation []functionAssociation }
	}
}

type association struct {
	LambdaFunctionARN, EventType string
	IncludeBody                  bool
}

// functionAssociation is the association of a CloudFront Function.
type functionAssociation struct{ FunctionARN, EventType string }

// eventTypes are the events with which functions can be associated.
var eventTypes = []string{"viewer-request", "viewer-response", "origin-request", "origin-response"}

// maxAssociations is the maximum number of Lambda functions of a distribution.
// CloudFront Developer Guide, "Quotas on Lambda@Edge".
const maxAssociations = 100

// parseConfig parses a config in XML.
func parseConfig(config []byte) (*distributionConfig, error) {
	var parsed distributionConfig
	if err := xml.Unmarshal(config, &parsed); err != nil {
		return nil, invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: %v", err)
	}
	return &parsed, nil
}

// behaviors returns the default behaviour and then the others.
func (d *distributionConfig) behaviors() []behavior {
	return append([]behavior{*d.DefaultCacheBehavior}, d.CacheBehaviors.Items.CacheBehavior...)
}

// functions returns the ARNs of the functions in a config, each once.
func (d *distributionConfig) functions() (arns []string) {
	for _, b := range d.behaviors() {
		for _, a := range b.LambdaFunctionAssociations.Items.LambdaFunctionAssociation {
			arns = append(arns, a.LambdaFunctionARN)
		}
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}

// check parses a config, and refuses what CloudFront refuses of it.
func (c *CloudFront) check(config []byte) (*distributionConfig, error) {
	if len(config) == 0 {
		return nil, invalid("MissingBody", "This operation requires a body. Ensure that the body is present and the Content-Type header is set.")
	}
	parsed, err := parseConfig(config)
	if err != nil {
		return nil, err
	}
	if parsed.XMLName.Space != namespace {
		return nil, invalid("MalformedXML", "The namespace is %q", parsed.XMLName.Space)
	}
	if parsed.CallerReference == "" || parsed.Comment == nil || parsed.Enabled == nil || parsed.Origins == nil || parsed.DefaultCacheBehavior == nil {
		return nil, invalid("MalformedXML", "CallerReference, Comment, Enabled, Origins and DefaultCacheBehavior are required")
	}
	if parsed.CacheTagConfig != nil && !headerName.MatchString(parsed.CacheTagConfig.HeaderName) {
		return nil, invalid("InvalidArgument", "CacheTagConfig's HeaderName is %q", parsed.CacheTagConfig.HeaderName)
	}
	if err := c.checkOrigins(parsed); err != nil {
		return nil, err
	}
	if !consistent(parsed.CacheBehaviors.Quantity, len(parsed.CacheBehaviors.Items.CacheBehavior)) {
		return nil, inconsistent("CacheBehaviors")
	}
	total := 0
	for i, b := range parsed.behaviors() {
		if b.TargetOriginId == "" || b.ViewerProtocolPolicy == "" || (i > 0) == (b.PathPattern == "") {
			return nil, invalid("MalformedXML", "A behavior needs TargetOriginId, ViewerProtocolPolicy and, unless it is the default one, PathPattern")
		}
		if err := c.checkFunctions(b); err != nil {
			return nil, err
		}
		if err := c.checkViewerFunctions(b); err != nil {
			return nil, err
		}
		total += len(b.LambdaFunctionAssociations.Items.LambdaFunctionAssociation)
	}
	if total > maxAssociations {
		return nil, invalid("TooManyLambdaFunctionAssociations", "Your request contains more Lambda@Edge function associations than are allowed per distribution.")
	}
	return parsed, nil
}

// checkFunctions refuses associations of Lambda functions that CloudFront refuses.
func (c *CloudFront) checkFunctions(b behavior) error {
	associations := b.LambdaFunctionAssociations.Items.LambdaFunctionAssociation
	if !consistent(b.LambdaFunctionAssociations.Quantity, len(associations)) {
		return inconsistent("LambdaFunctionAssociations")
	}
	var seen []string
	for _, a := range associations {
		if !slices.Contains(eventTypes, a.EventType) {
			return invalid("MalformedXML", "EventType is %q", a.EventType)
		}
		if slices.Contains(seen, a.EventType) {
			return invalid("InvalidLambdaFunctionAssociation", "A cache behavior cannot have more than one function for the event type %s", a.EventType)
		}
		if a.IncludeBody && strings.HasSuffix(a.EventType, "-response") {
			return invalid("InvalidLambdaFunctionAssociation", "IncludeBody is for request events only: %s", a.LambdaFunctionARN)
		}
		seen = append(seen, a.EventType)
		if err := c.functions.CheckAssociation(a.LambdaFunctionARN, a.EventType); err != nil {
			return err
		}
	}
	return nil
}

// headerName matches the names of headers. RFC 9110, section 5.1.
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// checkNamed refuses a config that names something unknown, unless the config before
// names it too, and a config with settings that exclude each other. CloudFront API
// Reference, "CacheBehavior" and "Origin".
func (c *CloudFront) checkNamed(before []byte, d *distributionConfig) error {
	known := func(element, id string) bool {
		return id == "" || strings.Contains(string(before), "<"+element+">"+id+"</"+element+">")
	}
	for _, b := range d.behaviors() {
		older := b.ForwardedValues != nil || b.MinTTL != nil || b.DefaultTTL != nil || b.MaxTTL != nil
		switch {
		case b.CachePolicyId == "" && b.ForwardedValues == nil:
			return invalid("InvalidArgument", "The parameter ForwardedValues is required.")
		case b.CachePolicyId != "" && older:
			return invalid("InvalidArgument", "The parameter ForwardedValues cannot be used when a cache policy is associated to the cache behavior.")
		case b.OriginRequestPolicyId != "" && b.CachePolicyId == "":
			return invalid("InvalidArgument", "An origin request policy needs a cache policy.")
		}
		for _, p := range []struct {
			id string
			of *policies
		}{{b.CachePolicyId, c.cachePolicies}, {b.OriginRequestPolicyId, c.originRequestPolicies}, {b.ResponseHeadersPolicyId, c.responseHeadersPolicies}} {
			if p.of.all[p.id] == nil && !known(p.of.kind+"Id", p.id) {
				return &fakeaws.Error{Status: 404, Code: "NoSuch" + p.of.kind, Message: "The policy does not exist: " + p.id}
			}
		}
	}
	for _, o := range d.Origins.Items.Origin {
		identity := o.S3OriginConfig != nil && o.S3OriginConfig.OriginAccessIdentity != ""
		switch {
		case o.OriginAccessControlId == "":
		case identity || o.S3OriginConfig == nil && o.CustomOriginConfig != nil:
			return invalid("InvalidOriginAccessControl", "The origin %s cannot have an origin access control.", o.Id)
		case c.accessControls[o.OriginAccessControlId] == nil && !known("OriginAccessControlId", o.OriginAccessControlId):
			return invalid("InvalidOriginAccessControl", "The origin access control %s does not exist.", o.OriginAccessControlId)
		}
	}
	return nil
}

// consistent reports whether a Quantity equals have. A missing one stands for 0.
func consistent(quantity *int, have int) bool {
	if quantity == nil {
		return have == 0
	}
	return *quantity == have
}

func inconsistent(name string) error {
	return invalid("InconsistentQuantities", "The value of Quantity and the size of Items don't match: %s", name)
}

// summarised are the elements of a config that a list shows.
var summarised = []string{
	"Aliases", "Origins", "OriginGroups", "DefaultCacheBehavior", "CacheBehaviors", "CustomErrorResponses", "Comment",
	"PriceClass", "Enabled", "ViewerCertificate", "Restrictions", "WebACLId", "HttpVersion", "IsIPV6Enabled", "Staging",
}

// summaryOf returns the summarised elements of a config, byte for byte.
func summaryOf(config []byte) string {
	dec := xml.NewDecoder(bytes.NewReader(config))
	var parts strings.Builder
	for inRoot := false; ; {
		start := dec.InputOffset()
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return parts.String()
		} else if err != nil {
			return fmt.Sprintf("<!-- %v -->", err) // cannot happen: the config was checked
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !inRoot {
			inRoot = true
			continue
		}
		if err := dec.Skip(); err == nil && slices.Contains(summarised, element.Name.Local) {
			parts.Write(config[start:dec.InputOffset()])
		}
	}
}
