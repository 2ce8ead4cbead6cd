package cloudfront

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// refresh asks the origin, or whether an expired response in the cache still
// holds. wanted reports whether a viewer still waits for the answer: otherwise
// it is not stored. CloudFront Developer Guide, "Request and response behavior
// for Amazon S3 origins", "Canceled requests".
func (d *Distribution) refresh(ctx context.Context, v viewerRequest, wanted func() bool) answer {
	asked := d.cache.now()
	stale := d.stale(v)
	conditions := d.conditions(v, stale)
	e, failure := d.fetch(ctx, v, conditions)
	if d.mayStandIn(stale, e, failure) {
		prolonged := *stale
		prolonged.retry = d.Now().Add(d.policy().ErrorTTL)
		if until := d.standsInUntil(stale); prolonged.retry.After(until) {
			prolonged.retry = until
		}
		d.cache.put(v.key(kindWhole), &prolonged, asked)
		return answer{entry: &prolonged, xCache: hit}
	}
	if failure != nil {
		return failure.answer()
	}
	switch {
	case e.status == http.StatusNotModified && stale != nil:
		e = d.refreshed(stale, e)
		d.store(v.key(kindWhole), e, asked)
		return answer{entry: e, xCache: refreshHit}
	case e.status == http.StatusPartialContent:
		return d.partial(v, e, asked, wanted())
	}
	e = d.errorPage(ctx, v, e)
	k := v.key(kindWhole)
	if v.method == http.MethodHead {
		k = v.key(kindHead)
	}
	if wanted() {
		d.store(k, e, asked)
	}
	return answer{
		entry: e, xCache: miss,
		private: isForOne(e.status) && len(v.conditions) > 0,
		whole:   conditions.Get("Range") != "" && d.Readings.Whole == WholeSent,
	}
}

// isForOne reports whether a status answers the conditions of one viewer.
func isForOne(status int) bool {
	switch status {
	case http.StatusPartialContent, http.StatusNotModified, http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable:
		return true
	}
	return false
}

// stale returns the expired response to revalidate, or nil.
func (d *Distribution) stale(v viewerRequest) *entry {
	if v.method == http.MethodHead && d.Readings.Heads == HeadsApart {
		return nil
	}
	return d.cache.get(v.key(kindWhole))
}

// partial returns the answer to a range, and stores it as the readings say.
func (d *Distribution) partial(v viewerRequest, e *entry, asked int, wanted bool) answer {
	raw := answer{entry: e, xCache: miss, private: true}
	reading := d.Readings.Ranges
	pieces, ok := e.asPieces()
	if !ok || v.method == http.MethodHead || reading == RangesNotCached || reading == RangesNever {
		return raw
	}
	if fresh, keep := d.policy().ttl(d.Readings, e.status, e.header, e.stored); keep && fresh > 0 && wanted {
		joined := *pieces
		joined.expires = e.stored.Add(fresh)
		if old := d.cache.get(v.key(kindPieces)); d.isFresh(old) {
			joined.join(old)
		}
		d.cache.put(v.key(kindPieces), &joined, asked)
	}
	if reading == RangesEnlarged && pieces.covers(http.Header{"Range": v.conditions["Range"]}) {
		return answer{entry: pieces, xCache: miss, private: true, decided: true}
	}
	return raw
}

// fetch asks the origin, calls the function and returns its response.
func (d *Distribution) fetch(ctx context.Context, v viewerRequest, conditions http.Header) (*entry, *failure) {
	sent, err := d.Origin.request(ctx, v, conditions)
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
	case httpBytes(got.Header) > d.Readings.Request.bytes():
		return nil, &failure{status: http.StatusBadGateway,
			message: fmt.Sprintf("The origin's headers are longer than %d bytes.", d.Readings.Request.bytes())}
	}
	event := newEvent(d.Origin.Description, v, d.queryInEvents(v), sent, got)
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

// queryInEvents returns the part of the query string that a function on origin
// responses sees. See [QueryReading].
func (d *Distribution) queryInEvents(v viewerRequest) string {
	if d.Readings.Query == QueryOnlyIfAll && !d.OriginRequest.AllQueryStrings {
		return ""
	}
	return v.query
}

func (d *Distribution) newEntry(method string, result Result, body []byte, note string) *entry {
	e := &entry{
		status:   result.Status,
		header:   viewerHeader(result.Headers, d.Policy.Headers),
		body:     body,
		bodiless: method == http.MethodHead,
		note:     note,
		stored:   d.Now(),
		bare:     d.Policy.MinTTL == 0 && variesByAll(result.Headers),
	}
	e.tags = tagsOf(e.header.Values(d.TagHeader))
	if !e.bodiless {
		e.header.Del("Content-Length")
	}
	return e
}

// refreshed returns a stale entry after the origin has confirmed it with
// update.
func (d *Distribution) refreshed(stale, update *entry) *entry {
	e := *stale
	e.stored, e.retry = update.stored, time.Time{}
	if d.Readings.Tags == TagsOfLast {
		e.tags = update.tags
	}
	if d.Readings.NotModified == NotModifiedKeeps {
		return &e
	}
	e.header = stale.header.Clone()
	for name, values := range update.header {
		if name != "Content-Type" {
			e.header[name] = values
		}
	}
	return &e
}

// store keeps an answer for as long as the policy says, unless it only answers
// one viewer's conditions.
func (d *Distribution) store(k key, e *entry, asked int) {
	if e.status == http.StatusPartialContent || e.status == http.StatusNotModified {
		return
	}
	fresh, keep := d.ttl(e)
	if e.bare {
		fresh = 0
	}
	e.expires = e.stored.Add(fresh)
	switch {
	case keep && (fresh > 0 || e.hasValidator() || e.bare):
	case !keep && d.keepsToStandIn(k, e):
		e.bare, e.unreachable = true, true
	default:
		return
	}
	d.cache.put(k, e, asked)
}
