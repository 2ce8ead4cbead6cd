package edge

import (
	"maps"
	"net/http"
	"time"
)

// fallback returns the origin's response as it is served in place of a variant:
// untouched, but for what would keep or put something wrong into a cache.
//
//   - A piece of the original under a variant's URL is stored nowhere: a cache
//     could join it with a piece of the variant.
//   - Nor is the answer to HEAD for a variant, of which it says nothing. GET and
//     HEAD share a key: CloudFront Developer Guide, "Understand the cache key".
//   - Nor is a refusal that a viewer's own headers led to, under a variant's URL or
//     without a time of its own: it holds for nobody else.
//   - What was served for a reason that may go away has a short time, and no
//     validators by which it would be kept alive beyond that.
//   - Errors without a time of their own have a short one: one page of the guide
//     has CloudFront cache them for its error caching minimum TTL, another not at
//     all ("Control how long CloudFront caches errors").
//   - Whatever may be cached carries the cache tag of its object, where there are
//     tags: by that it leaves the cache when the object changes.
func fallback(origin received, out Outcome, cfg Config) []byte {
	headers := make(Headers, len(origin.Headers)+1)
	maps.Copy(headers, origin.Headers)
	sized := out.Asked != Size{}
	timed := len(headers["cache-control"])+len(headers["expires"]) > 0
	switch {
	case sized && out.Method == http.MethodHead && (origin.Status == statusOK || origin.Status == statusPartial):
		headers = withoutRepresentation(headers)
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

// expireSoon replaces what headers say of caching, validators included, by which a
// cache would keep a response alive beyond cacheControl.
func expireSoon(headers Headers, cacheControl string) {
	for _, name := range []string{"etag", "last-modified", "expires"} {
		delete(headers, name)
	}
	headers.Set("Cache-Control", cacheControl)
}

// maxAge returns for how many seconds a cache may keep what was served for a
// reason that is not permanent.
func (r Reason) maxAge(cfg Config) int {
	if r.Lifetime() == Lasting {
		return cfg.LastingMaxAgeS
	}
	return cfg.TransientMaxAgeS
}

func isClientError(status string) bool { return len(status) == 3 && status[0] == '4' }
