package main

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cachetag"
	"github.com/edgeresize/edgeresize/edge/local/page"
)

// Every spelling of a request has the same cache entry, and the viewer learns
// the canonical one.
func TestOneRequest(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	first := get(t, s.url+"/jpeg-420.jpg?width=50&height=30")
	expect(t, first, "Miss", "resized")
	for _, spelling := range []string{
		"/jpeg-420.jpg?height=30&width=50", "/jpeg-420.jpg?width=0050&height=%33%30", "/%6Apeg%2D420.jpg?width=50&height=30&width=50",
		"/jpeg-420.jpg?v=7&width=50&response-content-type=text/html&height=30", "/jpeg-420.jpg?acl&width=50&height=30&format=bmp",
	} {
		got := get(t, s.url+spelling)
		expect(t, got, "Hit", "resized")
		if !bytes.Equal(got.body, first.body) || got.header.Get(requestHeader) != "/jpeg-420.jpg?width=50&height=30" {
			t.Errorf("%s: got %d bytes for %s", spelling, len(got.body), got.header.Get(requestHeader))
		}
	}
}

// The page knows for each request why its size was ignored, although all of
// them share the cached original.
func TestReasonsOfHits(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	xCache := "Miss"
	for query, reason := range map[string]edge.Reason{
		"": edge.NoSize, "width=asdf&height=3": edge.BadSize, "width=0&height=3": edge.ZeroSize, "width=5": edge.OneSide,
		"width=5&height=3&width=6": edge.TwoSizes, "width=99999&height=3": edge.OverMaximum, "v=1": edge.NoSize,
	} {
		got := get(t, s.url+"/jpeg-420.jpg?"+query)
		expect(t, got, xCache, "original "+string(reason))
		xCache = "Hit"
		if i := invocation(t, s, got); i.Reason != reason || i.Because != reason.Meaning() || i.Resized || i.Event.Records[0].CF.Request.QueryString != "" {
			t.Errorf("%s: the page is told %s, %q", query, i.Reason, i.Because)
		}
		if got.header.Get(requestHeader) != "/jpeg-420.jpg" {
			t.Errorf("%s: got %s", query, got.header.Get(requestHeader))
		}
	}
	// Other reasons than the size are reported as they are.
	if got := get(t, s.url+"/none.jpg?width=asdf&height=3"); got.outcome() != "original origin-not-200" {
		t.Errorf("got %s", got.outcome())
	}
	// An invented reason is ignored.
	got := get(t, s.url+"/jpeg-420.jpg?width=5")
	for _, reason := range []string{"", "made-up", "<script>"} {
		shown := get(t, s.url+"/?"+url.Values{"invocation": {got.header.Get(invocationHeader)}, "reason": {reason}}.Encode())
		if !strings.Contains(string(shown.body), `"reason":"no-size"`) {
			t.Errorf("%s: got %s", reason, shown.body)
		}
	}
}

// A path that CloudFront resolves in one place and not in another is refused.
func TestDotSegments(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	for _, path := range []string{"/a/../PHOTO.jpg", "/./PHOTO.jpg?width=50&height=30", "/%2e%2E/originals/PHOTO.jpg", "/a/%2e%2e"} {
		got := get(t, s.url+path)
		if got.status != http.StatusBadRequest || got.xCache() != "FunctionGeneratedResponse from cloudfront" || len(got.body) > 0 ||
			got.outcome() != `refused because the path has a segment "." or ".."` || got.header.Get(requestHeader) != "" || got.header.Get(invocationHeader) != "" {
			t.Errorf("%s: got %d, %s, %v", path, got.status, got.outcome(), got.header)
		}
	}
	if got := get(t, s.url+"/"+strings.Repeat("a", 5000)); got.status != http.StatusRequestURITooLong || !strings.HasPrefix(got.outcome(), "refused because ") {
		t.Errorf("got %d, %s", got.status, got.outcome())
	}
}

// With -raw, each spelling has a cache entry of its own, only listed parameters
// count, and no other request is reported to the viewer.
func TestRaw(t *testing.T) {
	s := startRaw(t, edge.DefaultConfig(), folder(testOriginals))
	for _, tt := range []struct{ query, xCache, outcome string }{
		{"width=50&height=30", "Miss", "resized"}, {"height=30&width=50", "Miss", "resized"}, {"width=050&height=30", "Miss", "resized"},
		{"width=50&height=30&v=1", "Hit", "resized"}, {"width=asdf", "Miss", "original bad-size"}, {"", "Miss", "original no-size"},
		{"response-content-type=text/html", "Hit", "original no-size"}, {"width=50&height=30&format=png", "Miss", "resized"},
	} {
		got := get(t, s.url+"/jpeg-420.jpg?"+tt.query)
		expect(t, got, tt.xCache, tt.outcome)
		if got.header.Get(requestHeader) != "" {
			t.Errorf("%s: got %s", tt.query, got.header.Get(requestHeader))
		}
	}
}

// Answers carry the tag of their object. With it the page makes CloudFront
// remove them all, of any size and status. The config may name another header.
func TestInvalidateByTag(t *testing.T) {
	config := edge.DefaultConfig()
	for _, header := range []string{"Edgeresize-Cache-Tag", "X-Tags"} {
		for _, name := range []string{"사진 (1).jpg", "été +1 %.jpg", "a~b.jpg", "u/1/*"} {
			dir := newFolder(t, map[string][]byte{name: original(t, "jpeg-420.jpg"), "other.jpg": original(t, "jpeg-420.jpg")})
			s := startSite(t, config, folder(dir))
			path := page.EscapePath(name)
			asked := []string{path, path + "?width=50&height=30", path + "?width=20&height=30&format=png", "/other.jpg?width=50&height=30"}
			for _, p := range asked {
				if got := get(t, s.url+p); got.status != http.StatusOK || p != asked[3] && !strings.Contains(got.header.Get(header), cachetag.Of(localBucket, name)) {
					t.Errorf("%s: got %d, %v", p, got.status, got.header)
				}
			}
			form := strings.NewReader(url.Values{"path": {path}}.Encode())
			if got := post(t, s, "application/x-www-form-urlencoded", nil, form); got.status != http.StatusSeeOther {
				t.Errorf("%s: got %d %s", path, got.status, got.body)
			}
			for i, p := range asked {
				if got := get(t, s.url+p); strings.HasPrefix(got.xCache(), "Hit") != (i == 3) {
					t.Errorf("%s: got %s after %s was invalidated", p, got.xCache(), path)
				}
			}
		}
		config.CacheTagHeader = "X-Tags"
	}
	// The same with a bucket.
	s := startSite(t, edge.DefaultConfig(), remote(t, testOriginals, nil))
	expect(t, get(t, s.url+"/jpeg-420.jpg?width=50&height=30"), "Miss", "resized")
	if got := post(t, s, "application/x-www-form-urlencoded", nil, strings.NewReader("path=/jpeg-420.jpg")); got.status != http.StatusSeeOther {
		t.Errorf("got %d", got.status)
	}
	expect(t, get(t, s.url+"/jpeg-420.jpg?width=50&height=30"), "Miss", "resized")
	if got := post(t, s, "application/x-www-form-urlencoded", nil, strings.NewReader("path=/%25zz")); got.status != http.StatusBadRequest {
		t.Errorf("got %d", got.status)
	}
}
