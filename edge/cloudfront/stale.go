package cloudfront

import (
	"net/http"
	"time"
)

// mayServeMeanwhile reports whether an expired entry is served while it is
// revalidated. CloudFront Developer Guide, "Manage how long content stays in
// the cache", "Stale-While-Revalidate".
func (d *Distribution) mayServeMeanwhile(e *entry) bool {
	if e == nil || e.bare || e.status >= 400 {
		return false
	}
	allowed, ok := cacheControl(e.header, d.Readings).seconds("stale-while-revalidate")
	return ok && d.Now().Before(d.staleUntil(e, allowed))
}

// mayStandIn reports whether an expired entry is served instead of the origin's
// answer e or failure. CloudFront Developer Guide, "How CloudFront processes
// HTTP 4xx and 5xx status codes from your origin", "The requested object is in
// the edge cache".
func (d *Distribution) mayStandIn(stale, e *entry, failure *failure) bool {
	switch {
	case stale == nil || stale.status >= 400:
		return false
	case failure != nil && !failure.origin, failure == nil && e.status < 500:
		return false
	case stale.unreachable && failure == nil:
		return false
	}
	return d.Now().Before(d.standsInUntil(stale))
}

// standsInUntil returns until when an expired entry may stand in: as long as
// its stale-if-error says or, without one, as long as the cache has it.
func (d *Distribution) standsInUntil(e *entry) time.Time {
	if allowed, ok := cacheControl(e.header, d.Readings).seconds("stale-if-error"); ok {
		return d.staleUntil(e, allowed)
	}
	return d.staleUntil(e, d.Policy.MaxTTL)
}

// staleUntil returns until when an entry is available that may be served for
// allowed after it has expired. Same page, "Serve stale (expired) content":
// "whichever is less" of that and the maximum TTL.
func (d *Distribution) staleUntil(e *entry, allowed time.Duration) time.Time {
	until := e.expires.Add(min(allowed, d.Policy.MaxTTL))
	if most := e.stored.Add(d.Policy.MaxTTL); d.Readings.Stale == StaleSinceStored && until.After(most) {
		return most
	}
	return until
}

// keepsToStandIn reports whether a response that must not be stored is kept for
// when the origin cannot be reached. See [NoStoreStandsIn].
func (d *Distribution) keepsToStandIn(k key, e *entry) bool {
	return d.Readings.NoStore == NoStoreStandsIn && k.kind == kindWhole && e.status == http.StatusOK && d.Policy.MaxTTL > 0
}
