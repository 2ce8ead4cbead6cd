package fakefacts

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakes3"
)

// Edge serves the probe's behaviours of a distribution.
type Edge struct {
	// Facts may be set before the first request.
	Facts Facts
	// TagHeader is the header with cache tags, or "".
	TagHeader string

	distributions *fakecloudfront.CloudFront
	logs          *fakelogs.Logs
	buckets       *fakes3.S3
	id, bucket    string
	function      *Function

	mu      sync.Mutex // of what follows; a request holds it while it waits for the server
	entries map[string]*entry
	failed  error // of the function
	sandbox sandbox

	// callbacks is of what follows. CloudFront calls Now and invalidate while the server is
	// locked: they take no other lock.
	callbacks   sync.Mutex
	now         time.Time
	invalidated []string
}

// New returns an Edge for the distribution id, whose origin is bucket. It sets
// Invalidated and Now of distributions.
func New(distributions *fakecloudfront.CloudFront, logs *fakelogs.Logs, buckets *fakes3.S3, id, bucket string, function *Function) *Edge {
	e := &Edge{Facts: Facts{AuthMethod: "none"}, distributions: distributions, logs: logs, buckets: buckets, id: id, bucket: bucket, function: function,
		now: time.Now(), entries: map[string]*entry{}}
	distributions.Invalidated, distributions.Now = e.invalidate, e.Now
	return e
}

// Now returns the edge's time. Only [Edge.Pass] lets it pass.
func (e *Edge) Now() time.Time {
	e.callbacks.Lock()
	defer e.callbacks.Unlock()
	return e.now
}

// Pass lets time pass.
func (e *Edge) Pass(d time.Duration) {
	e.callbacks.Lock()
	defer e.callbacks.Unlock()
	e.now = e.now.Add(d)
}

// Failed returns the first error of the function.
func (e *Edge) Failed() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.failed
}

// request is a viewer's request behind the viewer-request function.
type request struct {
	method, path, query string
	header              http.Header
	behavior            string // such as "all"
	route               fakecloudfront.Route
	shown               string // the origin's path in the event, such as "/media"
}

// ServeHTTP answers a viewer.
func (e *Edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, query, _ := strings.Cut(r.RequestURI, "?")
	parts := strings.Split(raw, "/")
	w.Header().Set("X-Amz-Cf-Pop", "FRA60-P1")
	if len(parts) < 6 || e.distributions.Live(e.id, "/"+parts[1]+"/"+parts[2]+"/*", "origin-response") == "" {
		http.Error(w, "another behaviour", http.StatusNotFound)
		return
	}
	route := e.distributions.LiveRoute(e.id, "/"+parts[1]+"/"+parts[2]+"/*")
	e.mu.Lock()
	defer e.mu.Unlock()
	if size := sizeOf(r); size > 32_768 || e.Facts.ShortRequests && size > 20_480 {
		http.Error(w, "the headers are too long", 494)
		return
	}
	e.drop()
	q := request{r.Method, raw, query, r.Header, parts[2], route, route.Paths[0]}
	if parts[2] == "function" && e.viewerRequest(w, &q, strings.Split(parts[4], ".")) {
		return
	}
	a, from := e.serve(q)
	maps.Copy(w.Header(), a.header)
	w.Header().Set("X-Cache", from+" from cloudfront")
	switch {
	case parts[2] == "listed" && !e.Facts.PolicyVaryRemoved:
		w.Header().Set("Vary", "Accept")
	case e.Facts.VaryRemoved:
		w.Header().Del("Vary")
	}
	if e.TagHeader != "" && !e.Facts.TagShown {
		w.Header().Del(e.TagHeader)
	}
	if !e.Facts.NoLength {
		w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	}
	w.WriteHeader(a.status)
	if flusher, ok := w.(http.Flusher); ok && e.Facts.NoLength {
		flusher.Flush() // sends the header before the length is known
	}
	_, _ = w.Write(a.body) // the viewer may be gone
}

// sizeOf returns the size of a request's line and headers, in bytes.
func sizeOf(r *http.Request) int {
	size := len(r.RequestURI)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	return size
}

// viewerRequest does what viewer.js does, and reports whether it has answered.
func (e *Edge) viewerRequest(w http.ResponseWriter, q *request, steps []string) bool {
	if slices.Contains(steps, "echo") {
		uri := q.path
		if e.Facts.NormalisesViewer {
			uri = normal(uri)
		}
		w.Header().Set("X-Probe-Uri", url.QueryEscape(uri))
		return true
	}
	if slices.Contains(steps, "norange") {
		switch e.Facts.RangeDeletion {
		case Fails:
			w.Header().Set("X-Cache", "FunctionExecutionError from cloudfront")
			http.Error(w, "the function failed", http.StatusServiceUnavailable)
			return true
		case Deleted:
			q.header = q.header.Clone()
			q.header.Del("Range")
		}
	}
	parameters := strings.Split(q.query, "&")
	q.query = ""
	for _, parameter := range parameters {
		if strings.HasPrefix(parameter, "width=") {
			q.query = parameter
		}
	}
	return false
}

// serve answers from the cache or from the origin.
func (e *Edge) serve(q request) (a answer, from string) {
	key := q.path
	for parameter := range strings.SplitSeq(q.query, "&") {
		if strings.HasPrefix(parameter, "width=") {
			key += "?" + parameter
		}
	}
	if e.Facts.HeadApart {
		key = q.method + key
	}
	n := e.entries[key]
	switch {
	case n == nil:
		return e.fetch(key, q)
	case e.Now().Before(n.until):
		if n.status >= http.StatusBadRequest {
			return n.answer, "Error"
		}
		return n.answer.piece(q.header.Get("Range")), "Hit"
	case e.Now().Before(n.stale) && !e.Facts.StaleIgnored:
		served := n.answer
		e.revalidate(key, q, n)
		return served, "Hit"
	}
	return e.revalidate(key, q, n)
}
