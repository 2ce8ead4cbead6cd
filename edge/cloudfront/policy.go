package cloudfront

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CachePolicy says what is told apart in the cache and how long it is kept.
// CloudFront Developer Guide, "Control the cache key" and "Manage how long
// content stays in the cache".
type CachePolicy struct {
	// QueryStrings are the parameters that are part of the cache key and are
	// forwarded to the origin; others are neither.
	QueryStrings []string
	// DefaultTTL is how long a response is fresh whose headers do not say;
	// MinTTL and MaxTTL bound what they say.
	MinTTL, DefaultTTL, MaxTTL time.Duration
	// ErrorTTL is the least time that a status of 400 or more is kept:
	// CloudFront's error caching minimum TTL.
	ErrorTTL time.Duration
}

// DefaultPolicy is the one that the function needs: width and height, and
// CloudFront's own times with a MinTTL of 0.
func DefaultPolicy() CachePolicy {
	return CachePolicy{
		QueryStrings: []string{"width", "height"},
		DefaultTTL:   24 * time.Hour,
		MaxTTL:       365 * 24 * time.Hour,
		ErrorTTL:     10 * time.Second,
	}
}

// forwarded is the part of a raw query string that the policy lets through,
// in the viewer's order and spelling.
func (p CachePolicy) forwarded(query string) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil && slices.Contains(p.QueryStrings, decoded) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

// ttl is how long a response is fresh, and whether it may be stored at all.
func (p CachePolicy) ttl(status int, header http.Header, now time.Time) (fresh time.Duration, store bool) {
	told, ok := lifetime(header, now)
	if !ok {
		told = p.DefaultTTL
	}
	control := directives(header)
	if _, ok := control["no-store"]; ok {
		return p.MinTTL, p.MinTTL > 0
	}
	for _, name := range []string{"no-cache", "private"} {
		if _, ok := control[name]; ok {
			told = 0
		}
	}
	if status >= 400 {
		if !ok {
			told = 0
		}
		return max(told, p.ErrorTTL), true
	}
	return min(max(told, p.MinTTL), p.MaxTTL), true
}

// lifetime is what Cache-Control or Expires say (RFC 9111, section 4.2.1).
func lifetime(header http.Header, now time.Time) (time.Duration, bool) {
	control := directives(header)
	for _, name := range []string{"s-maxage", "max-age"} {
		if seconds, err := strconv.Atoi(control[name]); err == nil && seconds >= 0 {
			return time.Duration(seconds) * time.Second, true
		}
	}
	if expires, err := http.ParseTime(header.Get("Expires")); err == nil {
		return max(0, expires.Sub(now)), true
	}
	return 0, false
}

// directives are those of Cache-Control, by lower-case name.
func directives(header http.Header) map[string]string {
	found := map[string]string{}
	for _, value := range header.Values("Cache-Control") {
		for directive := range strings.SplitSeq(value, ",") {
			name, argument, _ := strings.Cut(strings.TrimSpace(directive), "=")
			found[strings.ToLower(name)] = strings.Trim(argument, `"`)
		}
	}
	return found
}
