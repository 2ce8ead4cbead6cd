package cloudfront

import (
	"context"
	"errors"
	"net/http"
)

// refresh asks the origin. stale is what the cache has, or nil.
func (d *Distribution) refresh(ctx context.Context, v viewerRequest, stale *entry) answer {
	asked := d.cache.now()
	k := key{v.method, v.url}
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
