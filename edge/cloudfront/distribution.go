// Package cloudfront is CloudFront's own rules as code: a distribution with
// one behaviour and one origin-response function, as an [http.Handler]. It
// builds the function's event, checks the function's response as CloudFront
// does, caches, revalidates and invalidates.
//
// Sources are pages of the CloudFront Developer Guide, named where they
// matter. What it leaves out: compression, TLS, signed URLs, other triggers,
// and the difference between edge locations.
package cloudfront

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/edgeresize/edgeresize/edge"
)

// FunctionTimeout is how long an origin-response function may take. CloudFront
// Developer Guide, "Quotas on Lambda@Edge".
const FunctionTimeout = 30 * time.Second

// Function is an origin-response function: an event in, a response out. note
// is what the function has to say about the invocation; it is kept with the
// response in the cache and shown by [Distribution.Noted].
type Function func(ctx context.Context, event []byte) (response []byte, note string, err error)

// Distribution serves viewers. New makes one.
type Distribution struct {
	Origin   Origin
	Function Function
	Policy   CachePolicy
	// Now is the clock.
	Now func() time.Time
	// Noted, where set, is called before an answer is written with the note
	// of the invocation that led to it; it may add headers.
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

// Invalidate removes paths from the cache, as they stand in URLs. A path may
// end in "*"; one that does not leaves the variants with a query string where
// they are. CloudFront Developer Guide, "What you need to know when
// invalidating files".
func (d *Distribution) Invalidate(paths ...string) error { return d.cache.invalidate(paths) }

// The values of X-Cache.
const (
	hit        = "Hit from cloudfront"
	miss       = "Miss from cloudfront"
	refreshHit = "RefreshHit from cloudfront"
	failed     = "Error from cloudfront"
)

// answer is an entry and how it was come by.
type answer struct {
	entry  *entry
	xCache string
}

// ServeHTTP answers a viewer. Methods other than GET and HEAD are refused, as
// by a behaviour that allows these two.
func (d *Distribution) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		d.write(w, r, failure(http.StatusForbidden,
			"This distribution is not configured to allow the HTTP request method that was used for this request."))
		return
	}
	path, rawQuery, _ := strings.Cut(r.RequestURI, "?")
	query := d.Policy.forwarded(rawQuery)
	key := path
	if query != "" {
		key += "?" + query
	}
	cached := d.cache.get(key)
	if cached != nil && d.Now().Before(cached.expires) {
		d.write(w, r, answer{cached, hit})
		return
	}
	clientIP, _, _ := net.SplitHostPort(r.RemoteAddr)
	ask := func() (any, error) { return d.ask(r.Context(), r.Method, key, clientIP, cached), nil }
	if r.Method == http.MethodHead {
		a, _ := ask()
		d.write(w, r, a.(answer))
		return
	}
	// Viewers who ask for the same at the same time wait for one request, and
	// it goes on when the first of them leaves.
	ask = func() (any, error) {
		return d.ask(context.WithoutCancel(r.Context()), r.Method, key, clientIP, cached), nil
	}
	a, _, _ := d.flights.Do(key, ask)
	d.write(w, r, a.(answer))
}

// ask asks the origin, and has the function answer. cached is what the cache
// has, stale, or nil.
func (d *Distribution) ask(ctx context.Context, method, key, clientIP string, cached *entry) answer {
	sent, err := d.Origin.request(ctx, method, key, clientIP, cached)
	if err != nil {
		return failure(http.StatusBadRequest, err.Error())
	}
	got, err := d.Origin.Transport.RoundTrip(sent)
	if err != nil {
		return failure(http.StatusBadGateway, "CloudFront could not reach the origin: "+err.Error())
	}
	originBody, err := io.ReadAll(got.Body)
	got.Body.Close()
	if err != nil {
		return failure(http.StatusBadGateway, "The origin's answer broke off: "+err.Error())
	}
	event := d.newEvent(sent, key, clientIP, got)
	response, note, err := d.invoke(ctx, event)
	if err != nil {
		return failure(http.StatusServiceUnavailable,
			"The Lambda function associated with the CloudFront distribution failed: "+err.Error())
	}
	r, body, err := Check(response, event.Records[0].CF.Response)
	if err != nil {
		return failure(http.StatusBadGateway,
			"The Lambda function result failed validation: "+err.Error())
	}
	if body == nil {
		body = originBody
	}
	status, _ := strconv.Atoi(r.Status) // Check has seen to it
	e := &entry{status: status, header: httpHeader(r.Headers), body: body, note: note, stored: d.Now()}
	if status == http.StatusNotModified && cached != nil {
		e = refreshed(cached, e)
		d.store(method, key, e)
		return answer{e, refreshHit}
	}
	d.store(method, key, e)
	if status >= 400 {
		return answer{e, failed}
	}
	return answer{e, miss}
}

// refreshed is a stale entry that the origin said still holds: with the new
// answer's headers over its own (RFC 9111, section 4.3.4).
func refreshed(stale, update *entry) *entry {
	e := *stale
	e.header = stale.header.Clone()
	for name, values := range update.header {
		if name != "Content-Type" && name != "Content-Length" {
			e.header[name] = values
		}
	}
	e.stored = update.stored
	return &e
}

// store keeps an answer to a GET for as long as the policy says.
func (d *Distribution) store(method, key string, e *entry) {
	fresh, ok := d.Policy.ttl(e.status, e.header, e.stored)
	e.expires = e.stored.Add(fresh)
	if method == http.MethodGet && ok && (fresh > 0 || e.revalidates()) {
		d.cache.put(key, e)
	}
}

// invoke runs the function as Lambda does: with a deadline, and cut off there.
func (d *Distribution) invoke(ctx context.Context, event edge.Event) ([]byte, string, error) {
	payload, err := json.Marshal(event)
	if err != nil {
		return nil, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, FunctionTimeout)
	defer cancel()
	type result struct {
		response []byte
		note     string
		err      error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- result{err: fmt.Errorf("panic: %v", p)}
			}
		}()
		response, note, err := d.Function(ctx, payload)
		done <- result{response, note, err}
	}()
	select {
	case r := <-done:
		return r.response, r.note, r.err
	case <-ctx.Done():
		return nil, "", fmt.Errorf("no answer within %v", FunctionTimeout)
	}
}

// failure is an answer of CloudFront's own.
func failure(status int, message string) answer {
	return answer{&entry{
		status: status,
		header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "Cache-Control": {"no-store"}},
		body:   []byte(fmt.Sprintf("%d ERROR\nThe request could not be satisfied.\n%s\n", status, message)),
	}, failed}
}

// write sends an answer to the viewer, who may have it already (304) or want
// only a part of it (206).
func (d *Distribution) write(w http.ResponseWriter, r *http.Request, a answer) {
	for name, values := range a.entry.header {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	w.Header().Set("X-Cache", a.xCache)
	if a.xCache == hit {
		w.Header().Set("Age", strconv.Itoa(int(d.Now().Sub(a.entry.stored).Seconds())))
	}
	if d.Noted != nil {
		d.Noted(w.Header(), a.entry.note)
	}
	if a.entry.status == http.StatusOK {
		modified, _ := http.ParseTime(a.entry.header.Get("Last-Modified"))
		http.ServeContent(w, r, "", modified, bytes.NewReader(a.entry.body))
		return
	}
	w.WriteHeader(a.entry.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.entry.body) // the viewer may be gone
	}
}
