package edge

import (
	"maps"
	"net/http"
	"time"
)

// fallback returns the response to serve instead of a variant: the origin's,
// changed only where a cache would otherwise keep or store something wrong.
//
//   - A piece of the original under a variant's URL is not stored: a cache could
//     join it with a piece of the variant.
//   - The answer to HEAD for a variant is not stored: it describes the original, or
//     says that there is none, where GET gets the fallback picture. GET and HEAD
//     share a key: CloudFront Developer Guide, "Understand the cache key".
//   - A refusal because of a viewer's own headers is not stored under a variant's
//     URL, nor if it sets no time itself: it holds for no other viewer.
//   - A response for a reason that may pass gets a short time, and no validators,
//     which would keep it alive longer.
//   - An error that sets no time itself gets a short one: one page of the guide
//     says that CloudFront caches it for the error caching minimum TTL, another
//     that it does not cache it ("Control how long CloudFront caches errors").
//   - A response that may be cached carries the cache tag of its object, if tags
//     are configured: it leaves the cache when the object changes.
func fallback(origin received, out Outcome, cfg Config) []byte {
	headers := make(Headers, len(origin.Headers)+1)
	maps.Copy(headers, origin.Headers)
	sized := out.Asked != Ask{}
	timed := len(headers["cache-control"])+len(headers["expires"]) > 0
	switch {
	case sized && out.Method == http.MethodHead && (origin.Status == statusOK || origin.Status == statusPartial):
		headers = withoutRepresentation(headers)
		expireSoon(headers, "no-store")
	case sized && out.Method == http.MethodHead && cfg.FallbackKey != "" && isClientError(origin.Status):
		expireSoon(headers, "no-store")
	case sized && origin.Status == statusPartial:
		expireSoon(headers, "no-store")
	case isRefusal(origin.Status) && (sized || !timed):
		expireSoon(headers, "no-store")
	case out.Reason.Passing():
		expireSoon(headers, shortened(headers, out.Reason.maxAge(cfg), time.Now()))
	case isClientError(origin.Status) && !timed:
		headers.Set("Cache-Control", shortened(nil, cfg.TransientMaxAgeS, time.Time{}))
	case !origin.tags.any():
		return origin.untouched
	}
	origin.tags.add(headers, origin.Headers)
	if headerBytes(headers) > max(maxHeaderBytes, headerBytes(origin.Headers)) {
		return origin.untouched
	}
	answer, err := origin.patched(headers, nil, nil)
	if err != nil {
		return origin.untouched
	}
	return answer
}

// expireSoon sets Cache-Control and deletes what else headers say about
// caching, validators included: with those a cache would keep a response
// longer.
func expireSoon(headers Headers, cacheControl string) {
	for _, name := range []string{"etag", "last-modified", "expires"} {
		delete(headers, name)
	}
	headers.Set("Cache-Control", cacheControl)
}

// maxAge returns how many seconds a cache may keep what was served for r, which
// is not permanent.
func (r Reason) maxAge(cfg Config) int {
	if r.Lifetime() == Lasting {
		return cfg.LastingMaxAgeS
	}
	return cfg.TransientMaxAgeS
}

func isClientError(status string) bool { return len(status) == 3 && status[0] == '4' }
