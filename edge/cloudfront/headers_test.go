package cloudfront

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// Viewers see in Vary what is forwarded, and no headers about the request to
// S3.
func TestHeadersForViewers(t *testing.T) {
	for _, tt := range []struct {
		vary, forwarded []string
		want            string
	}{
		{[]string{"Accept"}, nil, ""},
		{[]string{"Origin, Access-Control-Request-Headers", "accept-encoding"}, nil, "accept-encoding"},
		{[]string{"Origin, Accept"}, []string{"origin"}, "Origin"},
		{[]string{"Cookie"}, nil, "Cookie"},
	} {
		b := &bucket{body: "photo", header: http.Header{"Vary": tt.vary, "X-Amz-Id-2": {"host"}, "X-Amz-Meta-A": {"1"}}}
		d := newDistribution(b, handsBack)
		d.Policy.Headers = tt.forwarded
		got := want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo").Header
		if got.Get("Vary") != tt.want || got.Get("X-Amz-Id-2") != "" || got.Get("X-Amz-Request-Id") != "" || got.Get("X-Amz-Meta-A") != "1" {
			t.Errorf("%v, forwarded %v: got %v", tt.vary, tt.forwarded, got)
		}
	}
}

// The headers that the policy names are part of the key, and reach the origin
// and the function; the case of their values counts.
func TestForwardedHeaders(t *testing.T) {
	b := &bucket{body: "photo"}
	d := newDistribution(b, handsBack)
	d.Policy.Headers = []string{"origin"}
	want(t, ask(d, "GET", "/a.jpg", "Origin", "https://a.example", "Accept", "image/*"), 200, miss, "photo")
	want(t, ask(d, "GET", "/a.jpg", "origin", "https://a.example"), 200, hit, "photo")
	want(t, ask(d, "GET", "/a.jpg", "Origin", "https://A.example"), 200, miss, "photo")
	want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
	if sent := b.seen[0].Header; sent.Get("Origin") != "https://a.example" || sent.Get("Accept") != "" {
		t.Errorf("asked with %v", sent)
	}
	if err := d.Invalidate("/a.jpg"); err != nil {
		t.Fatal(err)
	}
	want(t, ask(d, "GET", "/a.jpg", "Origin", "https://a.example"), 200, miss, "photo")
	wantRequests(t, b, 4)
}

// A response with Vary: * is requested every time, without validators.
func TestVaryByAll(t *testing.T) {
	b := &bucket{body: "photo", header: http.Header{"Vary": {"*"}}}
	d := newDistribution(b, handsBack)
	for range 2 {
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
	}
	if sent := b.seen[1].Header; sent.Get("If-None-Match") != "" || sent.Get("If-Modified-Since") != "" {
		t.Errorf("asked with %v", sent)
	}
	b.set(func(b *bucket) { b.status = 503 })
	want(t, ask(d, "GET", "/a.jpg"), 200, hit, "photo")

	d = newDistribution(&bucket{body: "photo", header: http.Header{"Vary": {"*"}}}, handsBack)
	d.Policy.MinTTL = time.Second
	want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
	want(t, ask(d, "GET", "/a.jpg"), 200, hit, "photo")
}

// The response headers policy wins if it overrides.
func TestResponseHeadersPolicy(t *testing.T) {
	b := &bucket{body: "photo", header: http.Header{"Vary": {"Accept"}, "X-Old": {"origin"}, "X-Kept": {"origin"}}}
	d := newDistribution(b, handsBack)
	d.ResponseHeaders = []PolicyHeader{
		{"Vary", "Accept", true}, {"X-Old", "policy", true}, {"X-Kept", "policy", false}, {"X-New", "policy", false},
	}
	for _, target := range []string{"/a.jpg", "/a.jpg", "/" + strings.Repeat("a", maxURL)} {
		got := ask(d, "GET", target)
		kept := "origin"
		if got.StatusCode != 200 {
			kept = "policy"
		}
		for name, want := range map[string]string{"Vary": "Accept", "X-Old": "policy", "X-Kept": kept, "X-New": "policy"} {
			if value := strings.Join(got.Header.Values(name), "|"); value != want {
				t.Errorf("%d: %s is %q, want %q", got.StatusCode, name, value, want)
			}
		}
	}
}

// A request that is too long is refused, and so are headers of the origin that
// are too long.
func TestTooLongHeaders(t *testing.T) {
	for reading, limit := range map[RequestReading]int{RequestOf32K: 32_768, RequestOf20K: 20_480} {
		b := &bucket{body: "photo"}
		d := newDistribution(b, handsBack)
		d.Readings.Request = reading
		const fixed = len("/a.jpg") + len("X-A: ") + len("\r\n")
		if got := ask(d, "GET", "/a.jpg", "X-A", strings.Repeat("a", limit-fixed)); got.StatusCode != 200 {
			t.Errorf("%d bytes: got %d", limit, got.StatusCode)
		}
		got := ask(d, "GET", "/a.jpg", "X-A", strings.Repeat("a", limit-fixed+1))
		if got.StatusCode != 494 || got.Header.Get("X-Cache") != failed || got.Header.Get("Connection") != "close" {
			t.Errorf("%d bytes and one: got %d, %v", limit, got.StatusCode, got.Header)
		}
		b.header = http.Header{"X-Amz-Meta-A": {strings.Repeat("a", limit)}}
		if got := ask(d, "GET", "/b.jpg"); got.StatusCode != 502 {
			t.Errorf("origin's headers of more than %d bytes: got %d", limit, got.StatusCode)
		}
	}
}
