package cloudfront

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// policy returns the policy for the origin: errors of Amazon S3 are kept for at
// least a second. CloudFront Developer Guide, "Control how long CloudFront
// caches errors".
func (d *Distribution) policy() CachePolicy {
	p := d.Policy
	if d.Origin.Description.S3 != nil {
		p.ErrorTTL = max(p.ErrorTTL, time.Second)
	}
	return p
}

// ttl returns how long a response is fresh, and whether it may be stored at
// all. CloudFront Developer Guide, "Manage how long content stays in the
// cache".
func (p CachePolicy) ttl(readings Readings, status int, header http.Header, now time.Time) (fresh time.Duration, store bool) {
	if status >= 400 {
		return p.errorTTL(readings, status, header, now)
	}
	switch control := cacheControl(header, readings); {
	case control.has("no-store") || control.has("private"):
		return p.MinTTL, p.MinTTL > 0
	case control.has("no-cache"):
		return p.MinTTL, true
	case len(control) == 0 && (status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect):
		// Same guide, "How CloudFront processes HTTP 3xx status codes".
		return 0, false
	}
	life, ok := lifetime(header, readings, now)
	if !ok {
		return max(p.DefaultTTL, p.MinTTL), true
	}
	return min(max(life, p.MinTTL), p.MaxTTL), true
}

// heedNoStore lists the errors for which no-store, no-cache and private count.
var heedNoStore = []int{
	http.StatusNotFound, http.StatusGone, http.StatusRequestURITooLong, http.StatusNotImplemented,
}

// cachedErrors are cached whatever the origin says, errorsCachedByHeader only
// with max-age or s-maxage. CloudFront Developer Guide, "How CloudFront
// processes HTTP 4xx and 5xx status codes from your origin", "HTTP 4xx and 5xx
// status codes that CloudFront caches".
var (
	cachedErrors = []int{
		http.StatusNotFound, http.StatusRequestURITooLong, http.StatusInternalServerError, http.StatusNotImplemented,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}
	errorsCachedByHeader = []int{
		http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusPreconditionFailed,
		http.StatusUnsupportedMediaType,
	}
)

// errorTTL does what ttl does, for an error. See [ErrorReading].
func (p CachePolicy) errorTTL(readings Readings, status int, header http.Header, now time.Time) (time.Duration, bool) {
	if status == http.StatusRequestedRangeNotSatisfiable || p.MaxTTL == 0 {
		return 0, false
	}
	control := cacheControl(header, readings)
	if readings.Errors == ErrorsListed && !slices.Contains(cachedErrors, status) &&
		!(slices.Contains(errorsCachedByHeader, status) && control.hasAny("max-age", "s-maxage")) {
		return 0, false
	}
	if control.hasAny("no-store", "no-cache", "private") {
		return p.ErrorTTL, !slices.Contains(heedNoStore, status)
	}
	life, _ := lifetime(header, readings, now)
	return max(min(life, p.MaxTTL), p.ErrorTTL), true
}

// lifetime returns the time that Cache-Control or Expires give (RFC 9111,
// section 4.2.1).
func lifetime(header http.Header, readings Readings, now time.Time) (time.Duration, bool) {
	control := cacheControl(header, readings)
	for _, name := range []string{"s-maxage", "max-age"} {
		if age, ok := control.seconds(name); ok {
			return age, true
		}
	}
	if _, ok := header["Expires"]; !ok {
		return 0, false
	}
	expires, err := http.ParseTime(header.Get("Expires"))
	if err != nil { // such as "0": expired
		return 0, true
	}
	return max(0, expires.Sub(now)), true
}

// directives maps the lower-case names of Cache-Control's directives to their
// arguments.
type directives map[string]string

func cacheControl(header http.Header, readings Readings) directives {
	found := directives{}
	for _, value := range header.Values("Cache-Control") {
		for _, directive := range unquoted(value) {
			name, argument, qualified := strings.Cut(strings.TrimSpace(directive), "=")
			name = strings.ToLower(strings.TrimSpace(name))
			if qualified && (name == "no-cache" || name == "private") && readings.Qualified == QualifiedIgnored {
				continue
			}
			if name != "" {
				found[name] = strings.Trim(argument, `"`)
			}
		}
	}
	return found
}

// unquoted splits a list at the commas outside quotes.
func unquoted(list string) []string {
	quoted := false
	return strings.FieldsFunc(list, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ',' && !quoted
	})
}

func (d directives) has(name string) bool {
	_, ok := d[name]
	return ok
}

// seconds returns the argument of a directive, at most 100 years, which is
// longer than CloudFront keeps anything.
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
