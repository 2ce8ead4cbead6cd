// Package cloudfront is CloudFront's own rules as code: a distribution with
// one behaviour and one origin-response function, as an [http.Handler]. It
// builds the function's event, checks the function's response as CloudFront
// does, caches, revalidates and invalidates.
//
// Sources are pages of the CloudFront Developer Guide, named where they
// matter. What they leave open is decided so:
//
//   - Errors of CloudFront's own, 502 and 503 for a function among them, are
//     not cached. Every status of 400 or more from the origin is.
//   - The body of a function's response counts as base64 text.
//   - Headers that functions are not shown do not reach the viewer either.
//
// What is left out: compression, TLS, signed URLs, cookies, the caching of
// single ranges, other triggers, and the difference between edge locations.
package cloudfront

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/sync/singleflight"
)

// Distribution serves viewers. [New] makes one.
type Distribution struct {
	Origin   Origin
	Function Function
	Policy   CachePolicy
	// Now is the clock of the cache.
	Now func() time.Time
	// Noted, where set, is called before an answer is written, with the note
	// of the invocation that made it; it may set headers.
	Noted func(h http.Header, note string)

	cache   *cache
	flights singleflight.Group
}

// New is a distribution with the default policy and a cache of so many bytes.
func New(origin Origin, function Function, cacheBytes int) *Distribution {
	return &Distribution{
		Origin:   origin,
		Function: function,
		Policy:   DefaultPolicy(),
		Now:      time.Now,
		cache:    newCache(cacheBytes),
	}
}

// ServeHTTP answers a viewer, as a behaviour does that allows GET and HEAD.
func (d *Distribution) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v, refusal := d.newViewerRequest(r)
	if refusal != nil {
		d.write(w, r, v, refusal.answer())
		return
	}
	d.write(w, r, v, d.answer(r.Context(), v))
}

// answer is what a viewer gets who asks for the whole response.
func (d *Distribution) answer(ctx context.Context, v viewerRequest) answer {
	get := key{http.MethodGet, v.url}
	cached := d.cache.get(get)
	if d.isFresh(cached) {
		return answer{cached, hit}
	}
	if v.method == http.MethodHead {
		if head := d.cache.get(key{http.MethodHead, v.url}); d.isFresh(head) {
			return answer{head, hit}
		}
		return d.refresh(ctx, v, nil)
	}
	if cached == nil && len(v.conditions) > 0 {
		return d.refresh(ctx, v, nil)
	}
	return d.join(ctx, v, get)
}

func (d *Distribution) isFresh(e *entry) bool { return e != nil && d.Now().Before(e.expires) }

// join has viewers who ask for the same at the same time wait for one request
// to the origin, which goes on when the first of them leaves. CloudFront
// Developer Guide, "Simultaneous requests for the same object".
func (d *Distribution) join(ctx context.Context, v viewerRequest, k key) answer {
	first := false
	shared, _, _ := d.flights.Do(v.url, func() (any, error) {
		first = true
		cached := d.cache.get(k)
		if d.isFresh(cached) {
			return answer{cached, hit}, nil
		}
		v.conditions = nil
		return d.refresh(context.WithoutCancel(ctx), v, cached), nil
	})
	a := shared.(answer)
	if !first && a.xCache != failed {
		a.xCache = hit
	}
	return a
}
