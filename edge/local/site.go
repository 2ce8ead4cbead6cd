package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cachetag"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/cloudfront/canonical"
	"github.com/edgeresize/edgeresize/edge/local/page"
)

// Headers that describe how a request was answered, besides X-Cache: the
// outcome, the request as the viewer-request function left it, and the
// invocation that made the answer, by the id of its event.
const (
	outcomeHeader    = "X-Local-Outcome"
	requestHeader    = "X-Local-Request"
	invocationHeader = "X-Local-Invocation"
)

// noFunction is the outcome of an answer by CloudFront itself.
const noFunction = "none"

// refusedBecause begins the outcome of an answer by the viewer-request
// function.
const refusedBecause = "refused because "

// cacheBytes is the size of the cache.
const cacheBytes = 256 << 20

// newDistribution returns CloudFront in front of an origin and the sandboxes.
// raw leaves out the viewer-request function, and the policy that needs it.
func newDistribution(origin *origin, s *sandboxes, raw bool) *cloudfront.Distribution {
	distribution := cloudfront.New(origin.Origin, s.function, cacheBytes)
	distribution.Policy.QueryStrings = append(distribution.Policy.QueryStrings, s.config.Cached()...)
	distribution.TagHeader = s.config.CacheTagHeader
	if distribution.TagHeader == "" {
		distribution.TagHeader = tagHeader
	}
	if origin.notFoundPage != "" {
		distribution.ErrorResponses = []cloudfront.ErrorResponse{{
			Code: http.StatusNotFound, Page: page.EscapePath(origin.notFoundPage), Status: http.StatusNotFound, MinTTL: distribution.Policy.ErrorTTL,
		}}
	}
	if !raw {
		canonical.Front(distribution, s.settings())
	}
	distribution.Noted = func(h http.Header, viewer, function string) {
		request := canonical.ParseNote(viewer)
		invocation, outcome, ok := strings.Cut(function, " ")
		switch {
		case request.Refused != "":
			outcome = refusedBecause + request.Refused
		case !ok:
			outcome = noFunction
		case request.Reason != "" && outcome == "original "+string(edge.NoSize):
			outcome = "original " + string(request.Reason) // the function does not know it
		}
		h.Set(outcomeHeader, outcome)
		if request.URL != "" {
			h.Set(requestHeader, request.URL)
		}
		if ok {
			h.Set(invocationHeader, invocation)
		}
	}
	return distribution
}

// newSite returns the distribution with the page at "/". It writes a line to
// log for each request to the distribution.
func newSite(distribution *cloudfront.Distribution, origin *origin, s *sandboxes, log io.Writer) http.Handler {
	served := logged(log, distribution)
	index := &page.Page{
		Memory:      origin.memory,
		Config:      s.config,
		Signer:      signerFor(distribution, s),
		Invocations: &s.invocations,
		Invalidate:  distribution.Invalidate,
		TagOf:       func(key string) string { return cachetag.Of(origin.bucketName(), key) },
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

// signerFor returns the signer of requests to the distribution. It signs none if no
// function checks signatures.
func signerFor(distribution *cloudfront.Distribution, s *sandboxes) page.Signer {
	if distribution.Viewer == nil {
		return page.Signer{}
	}
	return page.Signer{Settings: s.settings()}
}

// logged writes a line to log for each request.
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
