package main

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"net/http"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// Requests for a size other than plain GETs: with Range, with conditions, with
// HEAD, and without the viewer-request function, which would change them.
// Whatever such a request gets, the next viewer gets the variant.

const sizedPath = "/jpeg-420.jpg?width=50&height=30"

// variantOf returns the variant at path from a site of its own, which does not
// see the other requests of a test.
func variantOf(t *testing.T, path string) answered {
	t.Helper()
	got := get(t, startRaw(t, edge.DefaultConfig(), folder(testOriginals)).url+path)
	checkPicture(t, got, "jpeg", 50, 30)
	return got
}

// describing lists headers that describe a representation.
var describing = []string{"ETag", "Last-Modified", "Content-Length", "Content-Range", "Accept-Ranges", "Content-Md5", "X-Amz-Checksum-Sha256", "X-Amz-Meta-Width"}

// checkSaysNothing fails the test if an answer has a header that describes the
// original.
func checkSaysNothing(t *testing.T, got answered) {
	t.Helper()
	for _, name := range describing {
		if value := got.header.Get(name); value != "" {
			t.Errorf("got %s: %s of the original", name, value)
		}
	}
	if got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("got Cache-Control %q", got.header.Get("Cache-Control"))
	}
}

func TestSizedRanges(t *testing.T) {
	want := variantOf(t, sizedPath)
	etag := want.header.Get("ETag")
	n := len(want.body)
	for _, first := range []string{"bytes=0-99", "bytes=10-", "bytes=-50", "bytes=0-", fmt.Sprintf("bytes=%d-%d", n-1, n+1000)} {
		s := startRaw(t, edge.DefaultConfig(), folder(testOriginals))
		// Whatever the first viewer asks for, the pieces make up the variant.
		got := ask(t, http.MethodGet, s.url+sizedPath, http.Header{"Range": {first}})
		if got.outcome() != "resized" || got.header.Get("ETag") != etag || !bytes.Contains(want.body, got.body) || len(got.body) == 0 {
			t.Errorf("%s: got %d %s, %v", first, got.status, got.outcome(), got.header)
		}
		var whole []byte
		for at := 0; at < n; at += 400 {
			piece := ask(t, http.MethodGet, s.url+sizedPath, http.Header{"Range": {fmt.Sprintf("bytes=%d-%d", at, at+399)}, "If-Range": {etag}})
			if piece.status != http.StatusPartialContent || piece.header.Get("ETag") != etag {
				t.Errorf("%s, then at %d: got %d %v", first, at, piece.status, piece.header)
			}
			whole = append(whole, piece.body...)
		}
		if !bytes.Equal(whole, want.body) {
			t.Errorf("%s: the pieces are %d bytes that are not the variant's %d", first, len(whole), n)
		}
		all := get(t, s.url+sizedPath)
		if expect(t, all, "Hit", "resized"); !bytes.Equal(all.body, want.body) {
			t.Errorf("%s: got %d bytes, want the variant's %d", first, len(all.body), n)
		}
	}
	// A range that the original has and the variant does not.
	s := startRaw(t, edge.DefaultConfig(), folder(testOriginals))
	beyond := fmt.Sprintf("bytes=%d-%d", n+10, n+20)
	for range 2 {
		got := ask(t, http.MethodGet, s.url+sizedPath, http.Header{"Range": {beyond}})
		if got.status == http.StatusPartialContent || got.status == http.StatusOK && !bytes.Equal(got.body, want.body) {
			t.Errorf("%s: got %d, %d bytes %v", beyond, got.status, len(got.body), got.header)
		}
	}
}

// If no variant can be made, the origin's piece is not cached.
func TestSizedRangeThatFails(t *testing.T) {
	failing := true
	s := startRaw(t, edge.DefaultConfig(), remote(t, testOriginals, func(s3 http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if failing && fromFunction(r) {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			s3.ServeHTTP(w, r)
		})
	}))
	got := ask(t, http.MethodGet, s.url+sizedPath, http.Header{"Range": {"bytes=0-99"}})
	if got.status != http.StatusPartialContent || !bytes.Equal(got.body, original(t, "jpeg-420.jpg")[:100]) || got.outcome() != "original s3-failed" {
		t.Errorf("got %d, %d bytes, %s", got.status, len(got.body), got.outcome())
	}
	if cc := got.header.Get("Cache-Control"); cc != "no-store" || got.header.Get("ETag") != "" || got.header.Get("Last-Modified") != "" {
		t.Errorf("got %v", got.header)
	}
	failing = false
	again := get(t, s.url+sizedPath)
	expect(t, again, "Miss", "resized")
	checkPicture(t, again, "jpeg", 50, 30)
}

// A HEAD for a size does not describe the original.
func TestSizedHead(t *testing.T) {
	s := startRaw(t, edge.DefaultConfig(), remote(t, testOriginals, func(s3 http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Amz-Checksum-Sha256", "c3Vt")
			w.Header().Set("X-Amz-Meta-Width", "301")
			s3.ServeHTTP(w, r)
		})
	}))
	got := ask(t, http.MethodHead, s.url+sizedPath, nil)
	if got.status != http.StatusOK || got.outcome() != "original not-get" || len(got.body) > 0 {
		t.Errorf("got %d %s, %d bytes", got.status, got.outcome(), len(got.body))
	}
	checkSaysNothing(t, got)
	variant := get(t, s.url+sizedPath)
	expect(t, variant, "Miss", "resized")
	checkPicture(t, variant, "jpeg", 50, 30)
	after := ask(t, http.MethodHead, s.url+sizedPath, nil)
	if after.status != http.StatusOK || after.header.Get("ETag") != variant.header.Get("ETag") || after.header.Get("Content-Length") != fmt.Sprint(len(variant.body)) {
		t.Errorf("HEAD of a variant that is kept: got %d %v", after.status, after.header)
	}
	plain := ask(t, http.MethodHead, s.url+"/jpeg-420.jpg", nil)
	if plain.status != http.StatusOK || plain.header.Get("Content-Length") != fmt.Sprint(len(original(t, "jpeg-420.jpg"))) || plain.header.Get("ETag") == "" {
		t.Errorf("HEAD of no size: got %d %v", plain.status, plain.header)
	}
}

// Conditions apply only to the viewer who sends them: the next one gets the
// variant. A variant answers by its own ETag, not by the original's.
func TestSizedConditions(t *testing.T) {
	want := variantOf(t, sizedPath)
	ofOriginal := fmt.Sprintf(`"%x"`, md5.Sum(original(t, "jpeg-420.jpg")))
	own := want.header.Get("ETag")
	for _, first := range []http.Header{
		{"If-None-Match": {ofOriginal}}, {"If-None-Match": {own}}, {"If-None-Match": {`"other"`}}, {"If-Match": {`"other"`}}, {"If-Match": {ofOriginal}},
		{"If-Modified-Since": {"Mon, 01 Jan 2035 00:00:00 GMT"}}, {"If-Unmodified-Since": {"Mon, 01 Jan 1990 00:00:00 GMT"}},
	} {
		s := startRaw(t, edge.DefaultConfig(), folder(testOriginals))
		got := ask(t, http.MethodGet, s.url+sizedPath, first.Clone())
		switch got.status {
		case http.StatusOK:
			if !bytes.Equal(got.body, want.body) {
				t.Errorf("%v: got %d bytes, want the variant's", first, len(got.body))
			}
		case http.StatusNotModified, http.StatusPreconditionFailed:
		default:
			t.Errorf("%v: got %d", first, got.status)
		}
		next := get(t, s.url+sizedPath)
		if next.status != http.StatusOK || !bytes.Equal(next.body, want.body) || next.header.Get("ETag") != own || next.header.Get("Last-Modified") != "" {
			t.Errorf("%v: the next viewer got %d %s, %d bytes", first, next.status, next.outcome(), len(next.body))
		}
		if kept := ask(t, http.MethodGet, s.url+sizedPath, http.Header{"If-None-Match": {own}}); kept.status != http.StatusNotModified || len(kept.body) > 0 {
			t.Errorf("%v: the variant's own ETag brings %d", first, kept.status)
		}
		if other := ask(t, http.MethodGet, s.url+sizedPath, http.Header{"If-None-Match": {ofOriginal}}); other.status != http.StatusOK || !bytes.Equal(other.body, want.body) {
			t.Errorf("%v: the original's ETag brings %d", first, other.status)
		}
	}
}

// A variant's ETag differs whenever its bytes may: by original, size, config.
func TestVariantsETags(t *testing.T) {
	quality := edge.DefaultConfig()
	quality.Quality = 79
	seen := map[string]string{}
	for _, tt := range []struct {
		config edge.Config
		path   string
	}{
		{edge.DefaultConfig(), sizedPath}, {edge.DefaultConfig(), "/jpeg-420.jpg?width=50&height=31"}, {edge.DefaultConfig(), "/jpeg-444.jpg?width=50&height=30"},
		{quality, sizedPath}, {edge.DefaultConfig(), "/jpeg-420.jpg"},
	} {
		name := fmt.Sprint(tt.config.Quality, tt.path)
		etag := get(t, startRaw(t, tt.config, folder(testOriginals)).url+tt.path).header.Get("ETag")
		if before := seen[etag]; before != "" || etag == "" {
			t.Errorf("%s has the ETag %s of %s", name, etag, before)
		}
		seen[etag] = name
	}
	again := get(t, startRaw(t, edge.DefaultConfig(), folder(testOriginals)).url+"/jpeg-420.jpg?height=030&width=50&v=1")
	if seen[again.header.Get("ETag")] != fmt.Sprint(80, sizedPath) {
		t.Errorf("another spelling of a size has an ETag of its own, %s", again.header.Get("ETag"))
	}
}

// A plain 4xx of S3 is kept for seconds. One that depends on the viewer's
// headers is not cached.
func TestErrorsOfS3(t *testing.T) {
	s := startRaw(t, edge.DefaultConfig(), folder(testOriginals))
	for _, tt := range []struct {
		path         string
		header       http.Header
		status       int
		cacheControl string
	}{
		{"/none.jpg?width=50&height=30", nil, 403, "max-age=10"},
		{"/jpeg-420.jpg", http.Header{"If-Match": {`"other"`}}, 412, "no-store"},
		{"/jpeg-444.jpg", http.Header{"Range": {"bytes=99999999-"}}, 416, "no-store"},
	} {
		got := ask(t, http.MethodGet, s.url+tt.path, tt.header.Clone())
		if got.status != tt.status || got.header.Get("Cache-Control") != tt.cacheControl || !bytes.HasPrefix(got.body, []byte("<?xml")) {
			t.Errorf("%s: got %d %v", tt.path, got.status, got.header)
		}
	}
}
