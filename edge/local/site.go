package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/local/page"
)

// What tells of a request, beside X-Cache: what became of it, and the
// function's invocation that made the answer, by the id of its event.
const (
	outcomeHeader    = "X-Local-Outcome"
	invocationHeader = "X-Local-Invocation"
)

// cacheBytes is how much CloudFront on this machine keeps.
const cacheBytes = 256 << 20

func newDistribution(origin *origin, s *sandboxes) *cloudfront.Distribution {
	distribution := cloudfront.New(origin.Origin, s.function, cacheBytes)
	distribution.Noted = func(h http.Header, _, note string) {
		invocation, outcome, ok := strings.Cut(note, " ")
		if !ok {
			outcome = "none" // CloudFront answered by itself
		}
		h.Set(outcomeHeader, outcome)
		if ok {
			h.Set(invocationHeader, invocation)
		}
	}
	return distribution
}

// newSite is the distribution, with the page at "/". Each request to the
// distribution is a line on log.
func newSite(distribution *cloudfront.Distribution, origin *origin, s *sandboxes, log io.Writer) http.Handler {
	served := logged(log, distribution)
	index := &page.Page{
		Memory:      origin.memory,
		Config:      s.config,
		Invocations: &s.invocations,
		Invalidate:  distribution.Invalidate,
	}
	if origin.remote != nil {
		index.Store = &page.Remote{Bucket: origin.remote, Source: origin.source, MaxBytes: s.config.MaxSourceBytes}
		index.Bucket = origin.remote.Name
	} else {
		index.Store = &page.Folder{Root: origin.folder, Memory: origin.memory, MaxBytes: s.config.MaxSourceBytes}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			index.ServeHTTP(w, r)
			return
		}
		served.ServeHTTP(w, r)
	})
}

// logged writes a line for each request.
func logged(log io.Writer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r)
		fmt.Fprintf(log, "%s %s %d %s; %s; %d bytes in %.1f ms\n", r.Method, r.RequestURI, recorder.status,
			w.Header().Get("X-Cache"), w.Header().Get(outcomeHeader), recorder.bytes, milliseconds(time.Since(start)))
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status, bytes int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *statusRecorder) Write(p []byte) (int, error) {
	n, err := r.ResponseWriter.Write(p)
	r.bytes += n
	return n, err
}
