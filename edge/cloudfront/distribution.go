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
	"errors"
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
	if !first {
		a.xCache = hit
	}
	return a
}

// refresh asks the origin. stale is what the cache has, or nil.
func (d *Distribution) refresh(ctx context.Context, v viewerRequest, stale *entry) answer {
	asked := d.cache.now()
	k := key{v.method, v.url}
	if stale != nil && !stale.hasValidator() {
		v.conditions = nil
	}
	e, failure := d.fetch(ctx, v, stale)
	if mayStandIn(stale) && (failure != nil && failure.origin || failure == nil && e.status >= 500) {
		prolonged := *stale
		prolonged.expires = d.Now().Add(d.Policy.ErrorTTL)
		d.cache.put(k, &prolonged, asked)
		return answer{&prolonged, hit}
	}
	if failure != nil {
		return failure.answer()
	}
	how := miss
	if e.status == http.StatusNotModified && stale != nil {
		e, how = refreshed(stale, e), refreshHit
	}
	d.store(k, e, asked)
	return answer{e, how}
}

// mayStandIn reports whether an expired entry is served while the origin
// fails. CloudFront Developer Guide, "How CloudFront processes HTTP 4xx and
// 5xx status codes from your origin", "The requested object is in the edge
// cache".
func mayStandIn(stale *entry) bool { return stale != nil && stale.status < 400 }

// fetch is the origin's answer once the function has had its say.
func (d *Distribution) fetch(ctx context.Context, v viewerRequest, stale *entry) (*entry, *failure) {
	sent, err := d.Origin.request(ctx, v, stale)
	if err != nil {
		return nil, &failure{status: http.StatusBadRequest, message: err.Error()}
	}
	got, body, err := d.Origin.ask(sent)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &failure{status: http.StatusGatewayTimeout, origin: true,
			message: "CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection: " + err.Error()}
	case err != nil:
		return nil, &failure{status: http.StatusBadGateway, origin: true,
			message: "CloudFront wasn't able to connect to the origin: " + err.Error()}
	}
	event := newEvent(d.Origin.Description, v, sent, got)
	i := d.Function.invoke(ctx, event)
	if i.err != nil {
		return nil, &failure{status: http.StatusServiceUnavailable, note: i.note,
			message: "The Lambda function associated with the CloudFront distribution failed: " + i.err.Error()}
	}
	result, err := Check(i.response, event.Records[0].CF.Response)
	if err != nil {
		return nil, &failure{status: http.StatusBadGateway, note: i.note, message: err.Error()}
	}
	if result.Body != nil {
		body = result.Body
	}
	return d.newEntry(v.method, result, body, i.note), nil
}

func (d *Distribution) newEntry(method string, result Result, body []byte, note string) *entry {
	e := &entry{
		status:   result.Status,
		header:   viewerHeader(result.Headers),
		body:     body,
		bodiless: method == http.MethodHead,
		note:     note,
		stored:   d.Now(),
	}
	if !e.bodiless {
		e.header.Del("Content-Length")
	}
	return e
}

// refreshed is a stale entry that the origin said still holds: with the new
// answer's headers over its own (RFC 9111, section 4.3.4).
func refreshed(stale, update *entry) *entry {
	e := *stale
	e.header = stale.header.Clone()
	for name, values := range update.header {
		if name != "Content-Type" {
			e.header[name] = values
		}
	}
	e.stored = update.stored
	return &e
}

// store keeps an answer for as long as the policy says, unless it is one for
// this viewer's conditions only.
func (d *Distribution) store(k key, e *entry, asked int) {
	switch e.status {
	case http.StatusPartialContent, http.StatusNotModified, http.StatusPreconditionFailed:
		return
	}
	fresh, keep := d.Policy.ttl(e.status, e.header, e.stored)
	e.expires = e.stored.Add(fresh)
	if keep && (fresh > 0 || e.hasValidator()) {
		d.cache.put(k, e, asked)
	}
}
