package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/backend"
)

// later moves the cache's clock forward by d.
func (s *site) later(d time.Duration) { s.ahead.Add(int64(d)) }

// expect fails the test unless an answer has that X-Cache and outcome.
func expect(t *testing.T, got answered, xCache, outcome string) {
	t.Helper()
	if got.xCache() != xCache+" from cloudfront" || got.outcome() != outcome {
		t.Errorf("got %d %q, %q; want %q, %q", got.status, got.xCache(), got.outcome(), xCache, outcome)
	}
}

// A variant is kept for its time, then made anew, whether or not the original
// has changed: its ETag shows that.
func TestRevalidation(t *testing.T) {
	dir := newFolder(t, map[string][]byte{"a.jpg": original(t, "jpeg-420.jpg")})
	s := startSite(t, edge.DefaultConfig(), folder(dir))
	url := s.url + "/a.jpg?width=50&height=30"

	first := get(t, url)
	expect(t, first, "Miss", "resized")
	checkPicture(t, first, "jpeg", 50, 30)
	expect(t, get(t, url), "Hit", "resized")
	s.later(23 * time.Hour)
	expect(t, get(t, url), "Hit", "resized")
	s.later(2 * time.Hour)
	again := get(t, url)
	expect(t, again, "Miss", "resized")
	if !bytes.Equal(again.body, first.body) || again.header.Get("ETag") != first.header.Get("ETag") || again.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("got %d bytes of %q, want the variant", len(again.body), again.header.Get("Content-Type"))
	}
	expect(t, get(t, url), "Hit", "resized")

	file := filepath.Join(dir, "a.jpg")
	if err := os.WriteFile(file, original(t, "PHOTO.jpg"), 0o644); err != nil {
		t.Fatal(err)
	}
	expect(t, get(t, url), "Hit", "resized")
	s.later(25 * time.Hour)
	changed := get(t, url)
	expect(t, changed, "Miss", "resized")
	checkPicture(t, changed, "jpeg", 50, 30)
	if bytes.Equal(changed.body, first.body) || changed.header.Get("ETag") == first.header.Get("ETag") {
		t.Error("got the variant of an older original")
	}
}

// The cache distinguishes sizes, but not other parameters.
func TestCacheKey(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	for _, tt := range []struct{ query, xCache, outcome string }{
		{"width=50&height=30", "Miss", "resized"},
		{"width=30&height=50", "Miss", "resized"},
		{"width=50&height=30&v=2", "Hit", "resized"},
		{"", "Miss", "original no-size"},
		{"v=3", "Hit", "original no-size"},
	} {
		expect(t, get(t, s.url+"/jpeg-420.jpg?"+tt.query), tt.xCache, tt.outcome)
	}
}

// cacheControl makes S3 answer with that Cache-Control.
func cacheControl(value string) func(http.Handler) http.Handler {
	return func(s3 http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", value)
			s3.ServeHTTP(w, r)
		})
	}
}

func TestMaxAgeOfTheOriginal(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), remote(t, testOriginals, cacheControl("public, max-age=60")))
	url := s.url + "/jpeg-420.jpg?width=50&height=30"
	first := get(t, url)
	expect(t, first, "Miss", "resized")
	if got := first.header.Get("Cache-Control"); got != "public, max-age=60, stale-while-revalidate=60" {
		t.Errorf("got Cache-Control %q", got)
	}
	s.later(59 * time.Second)
	expect(t, get(t, url), "Hit", "resized")
	s.later(62 * time.Second)
	expect(t, get(t, url), "Miss", "resized")
}

// An original that was served because S3 failed is soon replaced by the
// variant.
func TestTransientFailureIsNotKept(t *testing.T) {
	var failed atomic.Bool
	s := startSite(t, edge.DefaultConfig(), remote(t, testOriginals, func(s3 http.Handler) http.Handler {
		return cacheControl("max-age=86400")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if fromFunction(r) && !failed.Swap(true) {
				w.WriteHeader(http.StatusPreconditionFailed)
				return
			}
			s3.ServeHTTP(w, r)
		}))
	}))
	url := s.url + "/jpeg-420.jpg?width=50&height=30"

	first := get(t, url)
	expect(t, first, "Miss", "original s3-changed")
	if !bytes.Equal(first.body, original(t, "jpeg-420.jpg")) || first.header.Get("Cache-Control") != "max-age=10" ||
		first.header.Get("ETag") != "" || first.header.Get("Last-Modified") != "" {
		t.Errorf("got %d bytes, %v", len(first.body), first.header)
	}
	s.later(9 * time.Second)
	expect(t, get(t, url), "Hit", "original s3-changed")
	s.later(2 * time.Second)
	resized := get(t, url)
	expect(t, resized, "Miss", "resized")
	checkPicture(t, resized, "jpeg", 50, 30)
	if got := resized.header.Get("Cache-Control"); got != "max-age=86400, stale-while-revalidate=60" {
		t.Errorf("got Cache-Control %q", got)
	}
}

// A range of a cached variant is a range of that variant.
func TestRangeOfAVariant(t *testing.T) {
	s := startRaw(t, edge.DefaultConfig(), folder(testOriginals))
	url := s.url + "/jpeg-420.jpg?width=50&height=30"
	whole := get(t, url)
	got := ask(t, http.MethodGet, url, http.Header{"Range": {"bytes=1-5"}})
	expect(t, got, "Hit", "resized")
	if got.status != http.StatusPartialContent || !bytes.Equal(got.body, whole.body[1:6]) {
		t.Errorf("got %d %q", got.status, got.body)
	}
}

// An object that is stored compressed stays compressed.
func TestContentEncoding(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(original(t, "svg.svg")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	dir := newFolder(t, map[string][]byte{"a.svg": zipped.Bytes()})
	s := startSite(t, edge.DefaultConfig(), remote(t, dir, func(s3 http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			s3.ServeHTTP(w, r)
		})
	}))
	got := get(t, s.url+"/a.svg")
	if !bytes.Equal(got.body, zipped.Bytes()) || got.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("got %d bytes, %v; want the %d that are stored", len(got.body), got.header, zipped.Len())
	}
}

// An event that finds no free sandbox has no outcome.
func TestNoSandbox(t *testing.T) {
	s := &sandboxes{Sandboxes: backend.NewSandboxes(0, edge.DefaultConfig(), nil, 0, functionFlags{}.log(nil))}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if response, note, err := s.function(ctx, nil); err == nil || note != "" || response != nil {
		t.Errorf("got %q, %q, %v", response, note, err)
	}
}
