package doctor

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

const originRequestFix = "use one like deploy/policies/origin-request-policy.json, or none"

// lookAtOriginRequestPolicy looks at what reaches S3 without being in the cache
// key. filtered says that a function may take query strings away before.
func (d *Doctor) lookAtOriginRequestPolicy(c *types.OriginRequestPolicyConfig, filtered bool) {
	const subject = "origin request policy"
	if q := c.QueryStringsConfig; q != nil && (q.QueryStringBehavior == types.OriginRequestPolicyQueryStringBehaviorAll ||
		q.QueryStringBehavior == types.OriginRequestPolicyQueryStringBehaviorAllExcept) {
		// Amazon S3 API Reference, "GetObject": response-content-type and the
		// like, which S3 heeds in signed requests.
		say, but := d.problem, ""
		if filtered {
			say, but = d.note, " that the viewer-request function leaves"
		}
		say(subject, originRequestFix,
			"every query string%s reaches S3, and S3 heeds some, such as response-content-type: "+
				"as they are not in the cache key, what one viewer asks for is served to all", but)
	}
	if forwardsHeader(c.HeadersConfig, "Host") {
		d.problem(subject, originRequestFix, "the viewer's Host reaches S3, which knows no bucket of that name")
	}
	var conditional []string
	for _, name := range conditionalHeaders {
		if forwardsHeader(c.HeadersConfig, name) {
			conditional = append(conditional, name)
		}
	}
	if len(conditional) > 0 {
		d.problem(subject, originRequestFix, "the viewer's %s reach S3, and are not in the cache key: "+
			"a 304, a 412 or a piece of a picture that one viewer's headers call for is served to all", strings.Join(conditional, ", "))
	}
}

// conditionalHeaders are those of a request that S3 answers otherwise than with
// the whole object. RFC 9110, sections 13.1 and 14.2.
var conditionalHeaders = []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"}

// forwardsHeader reports whether a viewer's header reaches the origin. CloudFront
// Developer Guide, "Understand origin request policies".
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
