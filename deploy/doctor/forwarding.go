package doctor

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
)

// kept returns the query parameters that belong into the cache key.
func (d *Doctor) kept() []string { return viewerfunction.Kept(d.options.Config) }

// inSentence returns two or more names as a list in a sentence.
func inSentence(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// checkForwarding checks what is in the cache key and what reaches the origin's event.
// CloudFront Developer Guide, "Control the cache key" and "Control origin requests".
func (d *Doctor) checkForwarding(ctx context.Context, b *behavior, f filter) {
	if aws.ToString(b.CachePolicyId) == "" {
		d.checkForwardedValues(b, f)
		return
	}
	request, known := d.originRequestPolicy(ctx, aws.ToString(b.OriginRequestPolicyId))
	cache, err := d.cloudFront.GetCachePolicy(ctx, &cloudfront.GetCachePolicyInput{Id: b.CachePolicyId})
	if err != nil {
		d.unknown("cache policy", "cloudfront:GetCachePolicy", err)
	} else {
		d.cachePolicy = policy{aws.ToString(b.CachePolicyId), aws.ToString(cache.CachePolicy.CachePolicyConfig.Name), aws.ToString(cache.CachePolicy.CachePolicyConfig.Comment)}
		d.checkCachePolicy(cache.CachePolicy.CachePolicyConfig, forwardsMore(request))
	}
	if request != nil {
		d.checkOriginRequestPolicy(request, f)
	}
	if err == nil && known && !forwardsMore(request) && listsSizes(cache.CachePolicy.CachePolicyConfig) {
		d.namesOnly(f)
	}
}

// checkCachePolicy checks a cache policy. more says that parameters other than the
// policy's reach the origin.
func (d *Doctor) checkCachePolicy(c *types.CachePolicyConfig, more bool) {
	const subject = "cache policy"
	key := c.ParametersInCacheKeyAndForwardedToOrigin
	if key == nil || c.MaxTTL != nil && *c.MaxTTL == 0 {
		d.problem(subject, d.cachePolicyFix(), "caching is off: a picture is resized again for every view")
		return
	}
	d.checkTTLs(subject, c.MinTTL, c.DefaultTTL, c.MaxTTL)
	switch listed := listedIn(key.QueryStringsConfig); queryBehavior(key) {
	case types.CachePolicyQueryStringBehaviorNone:
		d.notInKey(subject, d.kept(), more)
	case types.CachePolicyQueryStringBehaviorAll:
		d.allInKey(subject)
	case types.CachePolicyQueryStringBehaviorAllExcept:
		if excepted := slices.DeleteFunc(listed, func(name string) bool { return !slices.Contains(d.kept(), name) }); len(excepted) > 0 {
			d.notInKey(subject, excepted, more)
		} else {
			d.allInKey(subject)
		}
	default:
		d.checkListed(subject, listed, more)
	}
	if h := key.HeadersConfig; h != nil && h.HeaderBehavior != types.CachePolicyHeaderBehaviorNone {
		d.note(subject, d.cachePolicyFix(), "headers are in the cache key: a variant is made and cached for each of their values")
	}
	if c := key.CookiesConfig; c != nil && c.CookieBehavior != types.CachePolicyCookieBehaviorNone {
		d.note(subject, d.cachePolicyFix(), "cookies are in the cache key: a variant is made and cached for each of their values")
	}
	// CloudFront Developer Guide, "Serve compressed files".
	if aws.ToBool(key.EnableAcceptEncodingGzip) || aws.ToBool(key.EnableAcceptEncodingBrotli) {
		d.note(subject, d.cachePolicyFix(), "Accept-Encoding is in the cache key: each variant is made again for viewers that accept br, gzip or neither, although pictures do not get smaller by compression")
	}
}

// queryBehavior returns how a cache policy treats query strings.
func queryBehavior(key *types.ParametersInCacheKeyAndForwardedToOrigin) types.CachePolicyQueryStringBehavior {
	if key == nil || key.QueryStringsConfig == nil {
		return types.CachePolicyQueryStringBehaviorNone
	}
	return key.QueryStringsConfig.QueryStringBehavior
}

// listedIn returns the parameters that a cache policy names.
func listedIn(q *types.CachePolicyQueryStringsConfig) []string {
	if q == nil || q.QueryStrings == nil {
		return nil
	}
	return slices.Clone(q.QueryStrings.Items)
}

// listsSizes reports whether a cache policy forwards width and height by their names.
func listsSizes(c *types.CachePolicyConfig) bool {
	key := c.ParametersInCacheKeyAndForwardedToOrigin
	if queryBehavior(key) != types.CachePolicyQueryStringBehaviorWhitelist {
		return false
	}
	listed := listedIn(key.QueryStringsConfig)
	return slices.Contains(listed, "width") && slices.Contains(listed, "height")
}

// notInKey adds a finding for parameters that are missing in the cache key. A missing
// size does harm whether it is forwarded or not: the cache answers with what it has.
// Others do harm only if more says that they reach the origin.
func (d *Doctor) notInKey(subject string, missing []string, more bool) {
	sizes := slices.DeleteFunc(slices.Clone(missing), func(name string) bool { return name != "width" && name != "height" })
	switch {
	case len(sizes) > 0:
		d.problem(subject, d.queryStringsFix(), "%s not in the cache key: every size of a picture gets the same answer", strings.Join(sizes, " and "))
	case more:
		d.problem(subject, d.queryStringsFix(), "%s not in the cache key, but forwarded: the first viewer of a size decides for all", strings.Join(missing, " and "))
	case slices.Equal(missing, []string{"format"}):
		d.note(subject, d.queryStringsFix(), "format is not in the cache key: every variant has the original's format")
	default:
		d.note(subject, d.queryStringsFix(), "%s not in the cache key: what a request asks for by that has no effect", strings.Join(missing, " and "))
	}
}

// allInKey adds a finding for a cache key with every parameter.
func (d *Doctor) allInKey(subject string) {
	d.note(subject, d.queryStringsFix(), "every query string is in the cache key: anybody can make the function resize a picture again and again")
}

// checkListed checks the parameters in the cache key. more says that others reach the
// origin.
func (d *Doctor) checkListed(subject string, listed []string, more bool) {
	var missing, further []string
	kept := d.kept()
	for _, name := range kept {
		if !slices.Contains(listed, name) {
			missing = append(missing, name)
		}
	}
	for _, name := range listed {
		if !slices.Contains(kept, name) {
			further = append(further, name)
		}
	}
	switch {
	case len(missing) > 0:
		d.notInKey(subject, missing, more)
	case len(further) > 0:
		d.note(subject, d.queryStringsFix(), "%s is in the cache key too: a variant is made and cached for each of its values", strings.Join(further, ", "))
	default:
		d.good(subject, "has %s in the cache key, and nothing else", inSentence(kept))
	}
}

// checkForwardedValues checks the legacy settings of a behaviour without a cache
// policy.
func (d *Doctor) checkForwardedValues(b *behavior, filter filter) {
	const subject = "forwarded values"
	//lint:ignore SA1019 distributions with legacy settings have them
	f, minTTL, defaultTTL, maxTTL := b.ForwardedValues, b.MinTTL, b.DefaultTTL, b.MaxTTL
	d.checkTTLs(subject, minTTL, defaultTTL, maxTTL)
	if f != nil && f.Headers != nil {
		d.checkForwardedHeaders(subject, f.Headers.Items)
	}
	switch {
	case f == nil || !aws.ToBool(f.QueryString):
		d.problem(subject, d.cachePolicyFix(), "no query string reaches the function: originals are served as they are")
	case f.QueryStringCacheKeys == nil || len(f.QueryStringCacheKeys.Items) == 0:
		d.allInKey(subject)
	default:
		// All parameters reach S3, as with a policy that forwards all.
		d.checkListed(subject, f.QueryStringCacheKeys.Items, true)
		if !filter.trusted {
			d.poison(subject, d.cachePolicyFix(), filter)
			return
		}
		d.note(subject, d.cachePolicyFix(), "these settings are legacy and send every query string to S3")
	}
}

// checkForwardedHeaders checks the headers of legacy settings: those that reach the
// origin are in the cache key too.
func (d *Doctor) checkForwardedHeaders(subject string, names []string) {
	forwarded := func(name string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return n == "*" || strings.EqualFold(n, name) })
	}
	switch {
	case slices.Contains(names, "*"):
		d.problem(subject, d.cachePolicyFix(), "all headers are forwarded: caching is off, and S3 has no bucket with the name in the viewer's Host")
	case forwarded("Host"):
		d.problem(subject, d.cachePolicyFix(), "the viewer's Host reaches S3, which has no bucket of that name")
	case len(names) > 0:
		d.note(subject, d.cachePolicyFix(), "headers are in the cache key: a variant is made and cached for each of their values")
	}
}
