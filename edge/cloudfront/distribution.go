// Package cloudfront implements CloudFront's rules: a distribution with one
// behaviour, a function on viewer requests and one on origin responses, as an
// [http.Handler]. It runs the first function, makes the cache key, builds the
// second one's event, checks its response as CloudFront does, caches, revalidates
// and invalidates.
//
// Sources are pages of the CloudFront Developer Guide, named where they matter.
// Sentences that can be read in several ways have a field in [Readings]. The package
// decides what the guide leaves open:
//
//   - CloudFront's own errors, including 502 and 503 for a function, are not
//     cached.
//   - The body of a function's response counts as base64 text.
//   - Headers that functions do not see do not reach the viewer either.
//   - The pieces of a range are joined by their strong ETag, and fetched again
//     instead of revalidated.
//   - The response to HEAD answers HEAD until GET brings more.
//   - A custom error page is fetched without the function on viewer requests; if
//     it is missing, the error itself is served.
//
// It leaves out compression, TLS, signed URLs, cookies, other triggers, and the
// differences between edge locations.
package cloudfront

import (
	"context"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Distribution serves viewers. [New] creates one.
type Distribution struct {
	Origin Origin
	// Viewer, if set, is the function on viewer requests.
	Viewer        ViewerFunction
	Function      Function
	Policy        CachePolicy
	OriginRequest OriginRequestPolicy
	Readings      Readings
	// TagHeader, if set, is the response header whose values are cache tags:
	// CacheTagConfig's HeaderName.
	TagHeader string
	// ResponseHeaders are the custom headers of the response headers policy.
	ResponseHeaders []PolicyHeader
	// ErrorResponses say how errors are answered: CustomErrorResponses.
	ErrorResponses []ErrorResponse
	// Invalidations, if set, limits what Invalidate accepts.
	Invalidations *Invalidations
	// Now is the clock of the cache.
	Now func() time.Time
	// Noted, if set, is called before an answer is written, with Viewer's note
	// about the request and Function's note about the invocation that made the
	// answer. It may set headers.
	Noted func(h http.Header, viewer, function string)

	cache   *cache
	flights singleflight.Group
	viewers waiting
}

// New returns a distribution with the default policy and readings and a cache
// of cacheBytes.
func New(origin Origin, function Function, cacheBytes int) *Distribution {
	return &Distribution{
		Origin:   origin,
		Function: function,
		Policy:   DefaultPolicy(),
		Now:      time.Now,
		cache:    newCache(cacheBytes),
	}
}

// ServeHTTP answers a viewer, as a behaviour that allows GET and HEAD does.
func (d *Distribution) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v, end := d.newViewerRequest(r)
	if end != nil {
		_ = d.write(w, v, *end) // if it fails, the cache has nothing to drop
		return
	}
	a, ok := d.answer(r.Context(), v)
	if !ok {
		return // the viewer left
	}
	if err := d.write(w, v, a); err != nil && a.xCache == miss {
		d.cache.drop(v.key(kindWhole), a.entry)
	}
}

// answer returns the viewer's answer; [Distribution.write] may send only a part
// of it. ok reports whether the viewer is still there.
func (d *Distribution) answer(ctx context.Context, v viewerRequest) (a answer, ok bool) {
	if a, ok := d.cached(v); ok {
		return a, true
	}
	if whole := d.cache.get(v.key(kindWhole)); d.mayServeMeanwhile(whole) {
		background := v
		background.method, background.conditions = http.MethodGet, nil
		go d.join(context.WithoutCancel(ctx), background)
		return answer{entry: whole, xCache: hit}, true
	}
	return d.join(ctx, v)
}

// cached returns an answer from the cache. It reports false if that has nothing
// that is fresh and enough for the viewer.
func (d *Distribution) cached(v viewerRequest) (answer, bool) {
	if whole := d.cache.get(v.key(kindWhole)); d.isFresh(whole) {
		return answer{entry: whole, xCache: hit}, true
	}
	if v.method == http.MethodHead {
		head := d.cache.get(v.key(kindHead))
		return answer{entry: head, xCache: hit}, d.isFresh(head)
	}
	pieces := d.cache.get(v.key(kindPieces))
	return answer{entry: pieces, xCache: hit}, d.isFresh(pieces) && pieces.covers(v.conditions)
}

func (d *Distribution) isFresh(e *entry) bool {
	now := d.Now()
	return e != nil && (now.Before(e.expires) || now.Before(e.retry))
}

// join makes viewers who ask for the same at the same time wait for one request
// to the origin. The request continues when the first of them leaves.
// CloudFront Developer Guide, "Simultaneous requests for the same object". ok
// is false for a viewer who left.
func (d *Distribution) join(ctx context.Context, v viewerRequest) (a answer, ok bool) {
	k := v.method + " " + v.url + v.headers
	d.viewers.add(k, 1)
	defer d.viewers.add(k, -1)
	first := false
	shared := d.flights.DoChan(k, func() (any, error) {
		first = true
		if a, ok := d.cached(v); ok {
			return a, nil
		}
		return d.refresh(context.WithoutCancel(ctx), v, func() bool { return d.viewers.any(k) }), nil
	})
	select {
	case <-ctx.Done():
		return answer{}, false
	case result := <-shared:
		a = result.Val.(answer)
	}
	switch {
	case first:
	case a.private:
		a = d.refresh(ctx, v, func() bool { return ctx.Err() == nil })
	default:
		a.decided, a.whole = false, false
		if a.xCache != failed {
			a.xCache = hit
		}
	}
	return a, true
}

// waiting counts the viewers who wait for the same answer.
type waiting struct {
	mu    sync.Mutex
	count map[string]int
}

func (w *waiting) add(k string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.count == nil {
		w.count = map[string]int{}
	}
	if w.count[k] += n; w.count[k] == 0 {
		delete(w.count, k)
	}
}

// any reports whether anybody waits for k.
func (w *waiting) any(k string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.count[k] > 0
}
