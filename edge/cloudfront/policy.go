package cloudfront

import (
	"math"
	"net/http"
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
	// MinTTL and MaxTTL bound what they say. With a MinTTL above 0 a response
	// is kept even where it says no-cache, no-store or private.
	MinTTL, DefaultTTL, MaxTTL time.Duration
	// ErrorTTL is the least time that a status of 400 or more is kept, and for
	// which an expired response is served while the origin fails: CloudFront's
	// error caching minimum TTL.
	ErrorTTL time.Duration
}

// DefaultPolicy is the one that the function needs: width and height, with
// CloudFront's own times.
func DefaultPolicy() CachePolicy {
	return CachePolicy{
		QueryStrings: []string{"width", "height"},
		DefaultTTL:   24 * time.Hour,
		MaxTTL:       365 * 24 * time.Hour,
		ErrorTTL:     10 * time.Second,
	}
}

// forwarded is the part of a raw query string that the policy lets through.
// Order, case and spelling stay the viewer's, and count: CloudFront Developer
// Guide, "Cache content based on query string parameters".
func (p CachePolicy) forwarded(query string) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		if name, _, _ := strings.Cut(pair, "="); slices.Contains(p.QueryStrings, name) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

// ttl is how long a response is fresh, and whether it may be stored at all.
// CloudFront Developer Guide, "Manage how long content stays in the cache".
func (p CachePolicy) ttl(status int, header http.Header, now time.Time) (fresh time.Duration, store bool) {
	if status >= 400 {
		return p.errorTTL(status, header, now)
	}
	switch control := cacheControl(header); {
	case control.has("no-store") || control.has("private"):
		return p.MinTTL, p.MinTTL > 0
	case control.has("no-cache"):
		return p.MinTTL, true
	case len(control) == 0 && (status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect):
		// Same guide, "How CloudFront processes HTTP 3xx status codes".
		return 0, false
	}
	told, ok := lifetime(header, now)
	if !ok {
		return max(p.DefaultTTL, p.MinTTL), true
	}
	return min(max(told, p.MinTTL), p.MaxTTL), true
}

// heedNoStore are the errors of which no-store, no-cache and private are
// heeded; of others they are not.
var heedNoStore = []int{
	http.StatusNotFound, http.StatusGone, http.StatusRequestURITooLong, http.StatusNotImplemented,
}

// errorTTL is ttl for an error. CloudFront Developer Guide, "Control how long
// CloudFront caches errors".
func (p CachePolicy) errorTTL(status int, header http.Header, now time.Time) (time.Duration, bool) {
	if status == http.StatusRequestedRangeNotSatisfiable {
		return 0, false
	}
	if cacheControl(header).hasAny("no-store", "no-cache", "private") {
		return p.ErrorTTL, !slices.Contains(heedNoStore, status)
	}
	told, _ := lifetime(header, now)
	return max(min(told, p.MaxTTL), p.ErrorTTL), true
}

// lifetime is what Cache-Control or Expires say (RFC 9111, section 4.2.1).
func lifetime(header http.Header, now time.Time) (time.Duration, bool) {
	control := cacheControl(header)
	for _, name := range []string{"s-maxage", "max-age"} {
		if age, ok := control.seconds(name); ok {
			return age, true
		}
	}
	if _, ok := header["Expires"]; !ok {
		return 0, false
	}
	expires, err := http.ParseTime(header.Get("Expires"))
	if err != nil { // "0", for one: expired
		return 0, true
	}
	return max(0, expires.Sub(now)), true
}

// directives are those of Cache-Control, by lower-case name.
type directives map[string]string

func cacheControl(header http.Header) directives {
	found := directives{}
	for _, value := range header.Values("Cache-Control") {
		for directive := range strings.SplitSeq(value, ",") {
			name, argument, _ := strings.Cut(strings.TrimSpace(directive), "=")
			if name != "" {
				found[strings.ToLower(name)] = strings.Trim(argument, `"`)
			}
		}
	}
	return found
}

func (d directives) has(name string) bool {
	_, ok := d[name]
	return ok
}

// seconds is the argument of a directive. More than CloudFront keeps anything,
// 100 years, is as good as that.
func (d directives) seconds(name string) (time.Duration, bool) {
	argument := d[name]
	if argument == "" || strings.Trim(argument, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(argument, 10, 64)
	if err != nil {
		n = math.MaxInt64
	}
	return time.Duration(min(n, 100*365*86400)) * time.Second, true
}

func (d directives) hasAny(names ...string) bool { return slices.ContainsFunc(names, d.has) }
