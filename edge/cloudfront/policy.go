package cloudfront

import (
	"slices"
	"strings"
	"time"
)

// CachePolicy says what the cache key consists of and how long responses are
// kept. CloudFront Developer Guide, "Control the cache key" and "Manage how
// long content stays in the cache".
type CachePolicy struct {
	// QueryStrings are the parameters that are part of the cache key and are
	// forwarded to the origin. Others are not part of the key, and are forwarded
	// only if an origin request policy says so.
	QueryStrings []string
	// Headers are the request headers that are part of the cache key and are
	// forwarded to the origin.
	Headers []string
	// DefaultTTL is how long a response is fresh if its headers do not say;
	// MinTTL and MaxTTL bound what they say. If MinTTL is above 0, a response
	// is kept even if it says no-cache, no-store or private.
	MinTTL, DefaultTTL, MaxTTL time.Duration
	// ErrorTTL is CloudFront's error caching minimum TTL: the least time that a
	// status of 400 or more is kept, and that an expired response is served
	// while the origin fails.
	ErrorTTL time.Duration
}

// OriginRequestPolicy says what reaches the origin besides what the cache
// policy names. CloudFront Developer Guide, "Control origin requests with a
// policy".
type OriginRequestPolicy struct {
	// AllQueryStrings forwards the whole query string, although only the
	// parameters that the cache policy names are part of the cache key. The
	// policy calls it All.
	AllQueryStrings bool
}

// DefaultPolicy returns the policy that the function needs: width, height and
// format, with CloudFront's own times.
func DefaultPolicy() CachePolicy {
	return CachePolicy{
		QueryStrings: []string{"width", "height", "format"},
		DefaultTTL:   24 * time.Hour,
		MaxTTL:       365 * 24 * time.Hour,
		ErrorTTL:     10 * time.Second,
	}
}

// listed returns the part of a raw query string that the policy names. It keeps
// the viewer's order, case and spelling, which count: CloudFront Developer
// Guide, "Cache content based on query string parameters".
func (p CachePolicy) listed(query string) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		if name, _, _ := strings.Cut(pair, "="); slices.Contains(p.QueryStrings, name) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}
