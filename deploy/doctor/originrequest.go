package doctor

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

// originRequestPolicy returns the policy with an ID, nil for "", and reports whether it
// could be read.
func (d *Doctor) originRequestPolicy(ctx context.Context, id string) (*types.OriginRequestPolicyConfig, bool) {
	if id == "" {
		return nil, true
	}
	out, err := d.cloudFront.GetOriginRequestPolicy(ctx, &cloudfront.GetOriginRequestPolicyInput{Id: &id})
	if err != nil {
		d.unknown("origin request policy", "cloudfront:GetOriginRequestPolicy", err)
		return nil, false
	}
	return out.OriginRequestPolicy.OriginRequestPolicyConfig, true
}

// forwardsMore reports whether parameters that no policy names reach the origin.
func forwardsMore(c *types.OriginRequestPolicyConfig) bool {
	if c == nil || c.QueryStringsConfig == nil {
		return false
	}
	b := c.QueryStringsConfig.QueryStringBehavior
	return b == types.OriginRequestPolicyQueryStringBehaviorAll || b == types.OriginRequestPolicyQueryStringBehaviorAllExcept
}

// checkOriginRequestPolicy checks what reaches S3 without being in the cache key.
func (d *Doctor) checkOriginRequestPolicy(c *types.OriginRequestPolicyConfig, f filter) {
	const subject = "origin request policy"
	switch {
	case !forwardsMore(c):
	case !f.trusted:
		d.poison(subject, d.filterFix(f)+" (until then, remove the origin request policy: "+d.noOriginRequestPolicy()+")", f)
	case c.QueryStringsConfig.QueryStringBehavior != types.OriginRequestPolicyQueryStringBehaviorAll:
		d.note(subject, d.originRequestFix(), "some query strings are excluded, so sizes may not reach the function: choose All")
	default:
		d.good(subject, "forwards every parameter that the viewer-request function keeps")
	}
	if forwardsHeader(c.HeadersConfig, "Host") {
		d.problem(subject, d.originRequestFix(), "the viewer's Host reaches S3, which has no bucket of that name")
	}
	var conditional []string
	for _, name := range conditionalHeaders {
		if forwardsHeader(c.HeadersConfig, name) {
			conditional = append(conditional, name)
		}
	}
	if len(conditional) > 0 {
		d.problem(subject, d.originRequestFix(), "the viewer's %s reach S3 but are not in the cache key: "+
			"if one viewer's headers make S3 answer with 304, 412 or a part of a picture, all viewers get that", strings.Join(conditional, ", "))
	}
}

// poison adds a finding for parameters that reach S3 without being in the cache key,
// where no function is known to remove them. Signed requests may have parameters such
// as response-content-type, which change S3's answer: Amazon S3 API Reference,
// "GetObject".
func (d *Doctor) poison(subject, fix string, f filter) {
	const text = "every query string%s reaches S3, which obeys some parameters, such as response-content-type: " +
		"they are not in the cache key, so what one viewer asks for is served to all"
	if !f.active {
		d.problem(subject, fix, text, "")
		return
	}
	d.note(subject, d.filterFix(f), text, " that the viewer-request function keeps")
}

// namesOnly adds a note for policies that forward the sizes by their names. CloudFront
// Developer Guide, "Restrictions on all edge functions", "Query strings".
func (d *Doctor) namesOnly(f filter) {
	fix := d.originRequestFix()
	if !f.trusted {
		fix = d.filterFix(f) + " && " + fix
	}
	d.note("origin request policy", fix, "width and height are forwarded by name and may not reach the function: choose All")
}

// conditionalHeaders are the request headers that S3 may answer with something else
// than the whole object. RFC 9110, sections 13.1 and 14.2.
var conditionalHeaders = []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"}

// forwardsHeader reports whether the viewer's header called name reaches the origin.
// CloudFront Developer Guide, "Understand origin request policies".
func forwardsHeader(c *types.OriginRequestPolicyHeadersConfig, name string) bool {
	if c == nil {
		return false
	}
	listed := c.Headers != nil && slices.ContainsFunc(c.Headers.Items, func(n string) bool { return strings.EqualFold(n, name) })
	switch c.HeaderBehavior {
	case types.OriginRequestPolicyHeaderBehaviorAllViewer, types.OriginRequestPolicyHeaderBehaviorAllViewerAndWhitelistCloudFront:
		return true
	case types.OriginRequestPolicyHeaderBehaviorAllExcept:
		return !listed
	case types.OriginRequestPolicyHeaderBehaviorWhitelist:
		return listed
	}
	return false
}
