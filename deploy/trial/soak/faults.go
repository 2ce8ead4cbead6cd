package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// faulty is an S3 that fails now and then.
type faulty struct {
	next http.Handler
	seed uint64
	// rate is how often each fault comes, of all requests.
	rate float64

	mu       sync.Mutex
	asked    map[string]int // requests by what they were for, since there is a rate
	happened atomic.Int64
}

// fault is what may happen in place of S3's answer.
type fault struct {
	name   string
	answer func(next http.Handler, w http.ResponseWriter, r *http.Request)
}

// faults are those that S3 and the way there are known for.
var faults = []fault{
	{"reset", func(_ http.Handler, w http.ResponseWriter, _ *http.Request) { hijack(w, "") }},
	{"hang", func(_ http.Handler, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
	{"hang within the body", func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		half(next, w, r)
		<-r.Context().Done()
	}},
	{"trickle", trickle},
	{"short body", half},
	{"wrong length", func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
		hijack(w, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfew bytes")
	}},
	{"403", status(http.StatusForbidden, "AccessDenied")},
	{"404", status(http.StatusNotFound, "NoSuchKey")},
	{"412", status(http.StatusPreconditionFailed, "PreconditionFailed")},
	{"416", status(http.StatusRequestedRangeNotSatisfiable, "InvalidRange")},
	{"500", status(http.StatusInternalServerError, "InternalError")},
	{"503", status(http.StatusServiceUnavailable, "SlowDown")},
	{"expired token", status(http.StatusBadRequest, "ExpiredToken")},
	{"another region", elsewhere},
	{"no XML", func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		io.WriteString(w, "<html>\x00\xff not what S3 says")
	}},
}

// ServeHTTP answers one request.
func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if chosen := f.choose(r); chosen != nil {
		f.happened.Add(1)
		chosen.answer(f.next, w, r)
		return
	}
	f.next.ServeHTTP(w, r)
}

// choose returns the fault that a request meets, nil where it meets none.
func (f *faulty) choose(r *http.Request) *fault {
	if f.rate == 0 {
		return nil
	}
	object := r.URL.Path + " " + r.Header.Get("Range")
	f.mu.Lock()
	if f.asked == nil {
		f.asked = map[string]int{}
	}
	n := f.asked[object]
	f.asked[object]++
	f.mu.Unlock()
	return planFault(f.seed, object, n, f.rate)
}

// status is an error answer. Amazon S3 API Reference, "Error responses".
func status(code int, name string) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(code)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>A fault.</Message><RequestId>R</RequestId></Error>", name)
	}
}

// elsewhere sends to a region that the bucket is not in either.
func elsewhere(_ http.Handler, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Amz-Bucket-Region", "eu-central-1")
	status(http.StatusMovedPermanently, "PermanentRedirect")(nil, w, r)
}

// half is S3's answer without the second half of the object.
func half(next http.Handler, w http.ResponseWriter, r *http.Request) {
	whole := httptest.NewRecorder()
	next.ServeHTTP(whole, r)
	for name, values := range whole.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(whole.Body.Len()))
	w.WriteHeader(whole.Code)
	w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
	w.(http.Flusher).Flush()
}

// trickle is S3's answer a byte at a time.
func trickle(next http.Handler, w http.ResponseWriter, r *http.Request) {
	whole := httptest.NewRecorder()
	next.ServeHTTP(whole, r)
	for name, values := range whole.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(whole.Body.Len()))
	w.WriteHeader(whole.Code)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for _, b := range whole.Body.Bytes() {
		if _, err := w.Write([]byte{b}); err != nil {
			return
		}
		w.(http.Flusher).Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

// hijack writes an answer of its own and drops the connection.
func hijack(w http.ResponseWriter, answer string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if answer == "" {
		_ = conn.(*net.TCPConn).SetLinger(0) // a reset, not an end
		return
	}
	_, _ = io.WriteString(conn, answer) // whoever asked may be gone
}
