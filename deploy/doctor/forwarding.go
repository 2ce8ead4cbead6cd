package doctor

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

// sizeParameters are what has to be in the cache key.
var sizeParameters = []string{"width", "height"}

const cachePolicyFix = "use a cache policy like deploy/policies/cache-policy.json"

// lookAtForwarding looks at what is in the cache key and what reaches the
// origin's event. CloudFront Developer Guide, "Control the cache key" and
// "Control origin requests".
func (d *Doctor) lookAtForwarding(ctx context.Context, b *behavior) {
	if aws.ToString(b.CachePolicyId) == "" {
		d.lookAtForwardedValues(b)
		return
	}
	const subject = "cache policy"
	out, err := d.cloudFront.GetCachePolicy(ctx, &cloudfront.GetCachePolicyInput{Id: b.CachePolicyId})
	if err != nil {
		d.unknown(subject, "cloudfront:GetCachePolicy", err)
	} else {
		d.lookAtCachePolicy(out.CachePolicy.CachePolicyConfig)
	}
	if aws.ToString(b.OriginRequestPolicyId) == "" {
		return
	}
	request, err := d.cloudFront.GetOriginRequestPolicy(ctx, &cloudfront.GetOriginRequestPolicyInput{Id: b.OriginRequestPolicyId})
	if err != nil {
		d.unknown("origin request policy", "cloudfront:GetOriginRequestPolicy", err)
		return
	}
	d.lookAtOriginRequestPolicy(request.OriginRequestPolicy.OriginRequestPolicyConfig, b.changesRequests())
}

func (d *Doctor) lookAtCachePolicy(c *types.CachePolicyConfig) {
	const subject = "cache policy"
	key := c.ParametersInCacheKeyAndForwardedToOrigin
	if key == nil || c.MaxTTL != nil && *c.MaxTTL == 0 {
		d.problem(subject, cachePolicyFix, "caching is off: every view of a picture resizes it again")
		return
	}
	d.lookAtTTLs(subject, c.MinTTL, c.DefaultTTL, c.MaxTTL)
	var listed []string
	if q := key.QueryStringsConfig; q != nil && q.QueryStrings != nil {
		listed = q.QueryStrings.Items
	}
	switch queries := key.QueryStringsConfig; {
	case queries == nil || queries.QueryStringBehavior == types.CachePolicyQueryStringBehaviorNone:
		d.notInKey(subject, sizeParameters)
	case queries.QueryStringBehavior == types.CachePolicyQueryStringBehaviorAll:
		d.allInKey(subject)
	case queries.QueryStringBehavior == types.CachePolicyQueryStringBehaviorAllExcept:
		if excepted := slices.DeleteFunc(listed, func(name string) bool { return !isSize(name) }); len(excepted) > 0 {
			d.notInKey(subject, excepted)
		} else {
			d.allInKey(subject)
		}
	default:
		d.lookAtListed(subject, listed)
	}
	if h := key.HeadersConfig; h != nil && h.HeaderBehavior != types.CachePolicyHeaderBehaviorNone {
		d.note(subject, cachePolicyFix, "headers are in the cache key: each of their values is resized and kept apart")
	}
	if c := key.CookiesConfig; c != nil && c.CookieBehavior != types.CachePolicyCookieBehaviorNone {
		d.note(subject, cachePolicyFix, "cookies are in the cache key: each of their values is resized and kept apart")
	}
	// CloudFront Developer Guide, "Serve compressed files".
	if aws.ToBool(key.EnableAcceptEncodingGzip) || aws.ToBool(key.EnableAcceptEncodingBrotli) {
		d.note(subject, cachePolicyFix, "Accept-Encoding is in the cache key: each size is resized again for viewers who take br, gzip or neither, and pictures do not get smaller by either")
	}
}

// notInKey is for sizes that the cache does not tell apart: whether they are
// forwarded or not, it answers with what it has.
func (d *Doctor) notInKey(subject string, missing []string) {
	d.problem(subject, cachePolicyFix, "%s not in the cache key: a picture has the same answer at every size", strings.Join(missing, " and "))
}

// allInKey is for policies that take every parameter.
func (d *Doctor) allInKey(subject string) {
	d.note(subject, cachePolicyFix, "every query string is in the cache key: anybody can have a picture resized as often as they please")
}

// lookAtListed looks at parameters that are listed.
func (d *Doctor) lookAtListed(subject string, listed []string) {
	var missing, more []string
	for _, name := range sizeParameters {
		if !slices.Contains(listed, name) {
			missing = append(missing, name)
		}
	}
	for _, name := range listed {
		if !isSize(name) {
			more = append(more, name)
		}
	}
	switch {
	case len(missing) > 0:
		d.notInKey(subject, missing)
	case len(more) > 0:
		d.note(subject, cachePolicyFix, "%s is in the cache key too: each of its values is resized and kept apart", strings.Join(more, ", "))
	default:
		d.good(subject, "forwards width and height, and nothing else")
	}
}

func isSize(name string) bool { return slices.Contains(sizeParameters, name) }

// lookAtForwardedValues looks at settings from before there were policies.
func (d *Doctor) lookAtForwardedValues(b *behavior) {
	const subject = "forwarded values"
	//lint:ignore SA1019 as where they were read
	f, minTTL, defaultTTL, maxTTL := b.ForwardedValues, b.MinTTL, b.DefaultTTL, b.MaxTTL
	d.lookAtTTLs(subject, minTTL, defaultTTL, maxTTL)
	if f != nil && f.Headers != nil {
		d.lookAtForwardedHeaders(subject, f.Headers.Items)
	}
	switch {
	case f == nil || !aws.ToBool(f.QueryString):
		d.problem(subject, cachePolicyFix, "no query string reaches the function: every picture stays the original")
	case f.QueryStringCacheKeys == nil || len(f.QueryStringCacheKeys.Items) == 0:
		d.allInKey(subject)
	default:
		// All of them reach S3, as with a policy that forwards all.
		d.lookAtListed(subject, f.QueryStringCacheKeys.Items)
		d.note(subject, cachePolicyFix, "these settings are legacy, and have every query string reach S3")
	}
}

// lookAtForwardedHeaders looks at headers that legacy settings list, which are in
// the cache key too.
func (d *Doctor) lookAtForwardedHeaders(subject string, names []string) {
	forwarded := func(name string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return n == "*" || strings.EqualFold(n, name) })
	}
	switch {
	case slices.Contains(names, "*"):
		d.problem(subject, cachePolicyFix, "all headers are forwarded, so caching is off, and S3 knows no bucket of the viewer's Host")
	case forwarded("Host"):
		d.problem(subject, cachePolicyFix, "the viewer's Host reaches S3, which knows no bucket of that name")
	case len(names) > 0:
		d.note(subject, cachePolicyFix, "headers are in the cache key: each of their values is resized and kept apart")
	}
}
