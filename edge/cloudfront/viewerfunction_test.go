package cloudfront

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// leaves returns a function that changes the request.
func leaves(change func(*ViewerRequest)) ViewerFunction {
	return func(r ViewerRequest) (ViewerRequest, string, *Refusal) {
		change(&r)
		return r, "changed", nil
	}
}

// Shows what the function sees of a request, and what it does not see.
func TestViewerRequest(t *testing.T) {
	var seen ViewerRequest
	b := &bucket{body: "photo"}
	d := newDistribution(b, handsBack)
	d.Viewer = leaves(func(r *ViewerRequest) { seen = *r })
	want(t, ask(d, "GET", "/a%20(1)/%c3%a9.jpg?width=%35&v", "Host", "www.example.com", "Range", "bytes=0-1", "Connection", "close", "X-Edge-A", "1"), 206, miss, "ph")
	if seen.Method != "GET" || seen.Path != "/a%20(1)/%c3%a9.jpg" || seen.Query != "width=%35&v" {
		t.Errorf("got %+v", seen)
	}
	if got := map[string][]string(seen.Header); !maps.EqualFunc(got, map[string][]string{"Host": {"www.example.com"}, "Range": {"bytes=0-1"}},
		func(a, b []string) bool { return strings.Join(a, "|") == strings.Join(b, "|") }) {
		t.Errorf("got %v", got)
	}
	if sent := b.seen[0]; sent.URL.EscapedPath() != "/a%20(1)/%c3%a9.jpg" || sent.Host != "127.0.0.1:1" {
		t.Errorf("asked for %s of %s", sent.URL, sent.Host)
	}
}

// The function sees text that is not UTF-8 as if it were ISO-8859-1; the text
// goes on unchanged unless the function changes it.
func TestViewerRequestOfBytes(t *testing.T) {
	for change, path := range map[string]string{"": "/%E9.jpg", "/%C3%A9.jpg": "/%C3%A9.jpg"} {
		b := &bucket{body: "photo"}
		d := newDistribution(b, handsBack)
		d.Viewer = leaves(func(r *ViewerRequest) {
			if r.Path != "/é.jpg" || r.Query != "é=日" && r.Query != "é" {
				t.Errorf("got %q, %q", r.Path, r.Query)
			}
			if change != "" {
				r.Path = change
			}
		})
		askRaw(d, "/\xe9.jpg?\xe9")
		if got := b.seen[0].URL.EscapedPath(); got != path {
			t.Errorf("asked for %s, want %s", got, path)
		}
		askRaw(d, "/é.jpg?é=日")
	}
}

// The cache, the origin and the other function get the request that the
// function left, and the answer belongs to that.
func TestViewerFunctionChanges(t *testing.T) {
	b := &bucket{body: "photo"}
	d := newDistribution(b, nil)
	var event edge.Event
	d.Function = func(ctx ctx, payload []byte) ([]byte, string, error) {
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, "", err
		}
		return shouts(ctx, payload)
	}
	d.Viewer = leaves(func(r *ViewerRequest) {
		r.Path = strings.Replace(r.Path, "/old/", "/media/", 1)
		r.Query = "width=5"
		r.Header.Del("Range")
	})
	const body = `RESIZED "70686f746f" width=5`
	got := want(t, ask(d, "GET", "/old/a.jpg?height=9&width=05", "Range", "bytes=0-1"), 200, miss, body)
	if got.Header.Get("X-Note") != "resized" || got.Header.Get("X-Viewer-Note") != "changed" {
		t.Errorf("got %v", got.Header)
	}
	want(t, ask(d, "GET", "/old/a.jpg"), 200, hit, body)
	want(t, ask(d, "GET", "/media/a.jpg?width=6&v=7"), 200, hit, body)
	if request := event.Records[0].CF.Request; request.URI != "/media/a.jpg" || request.QueryString != "width=5" || len(request.Headers["range"]) > 0 {
		t.Errorf("got %+v", request)
	}
	if sent := b.seen[0]; sent.URL.RequestURI() != "/media/a.jpg?width=5" || sent.Header.Get("Range") != "" {
		t.Errorf("asked for %s with %v", sent.URL, sent.Header)
	}
	wantRequests(t, b, 1)
	if err := d.Invalidate("/media/a.jpg?width=5"); err != nil {
		t.Fatal(err)
	}
	want(t, ask(d, "GET", "/old/a.jpg"), 200, miss, body)
}

// A refusal is the whole answer, and does not affect the next viewer.
func TestViewerFunctionRefuses(t *testing.T) {
	b := &bucket{body: "photo"}
	d := newDistribution(b, handsBack)
	d.Viewer = func(r ViewerRequest) (ViewerRequest, string, *Refusal) {
		if r.Header.Get("Host") != "www.example.com" {
			return r, "not by this name", &Refusal{Status: http.StatusForbidden}
		}
		return r, "", nil
	}
	for range 2 {
		got := want(t, ask(d, "GET", "/a.jpg", "Host", "d1.cloudfront.net"), 403, generated, "")
		if got.Header.Get("X-Viewer-Note") != "not by this name" || got.Header.Get("X-Note") != "" || got.Header.Get("Content-Length") != "0" {
			t.Errorf("got %v", got.Header)
		}
	}
	wantRequests(t, b, 0)
	want(t, ask(d, "GET", "/a.jpg", "Host", "www.example.com"), 200, miss, "photo")
	if got := ask(d, "POST", "/a.jpg", "Host", "d1.cloudfront.net"); got.StatusCode != 403 || got.Header.Get("X-Cache") != failed {
		t.Errorf("got %d %v: the behaviour allows no POST, and the function is not asked", got.StatusCode, got.Header)
	}
}

// A request that CloudFront does not accept from a function gives 502, and so
// do changes to read-only headers.
func TestViewerFunctionInvalid(t *testing.T) {
	set := func(name, value string) func(*ViewerRequest) {
		return func(r *ViewerRequest) { r.Header.Set(name, value) }
	}
	for name, change := range map[string]func(*ViewerRequest){
		"method":             func(r *ViewerRequest) { r.Method = "HEAD" },
		"relative uri":       func(r *ViewerRequest) { r.Path = "a.jpg" },
		"no uri":             func(r *ViewerRequest) { r.Path = "" },
		"query in the uri":   func(r *ViewerRequest) { r.Path = "/a.jpg?width=5" },
		"control in the uri": func(r *ViewerRequest) { r.Path = "/a\n" },
		"space in the query": func(r *ViewerRequest) { r.Query = "a= " },
		"fragment":           func(r *ViewerRequest) { r.Query = "a#b" },
		"control":            func(r *ViewerRequest) { r.Query = "a=\x7f" },
		"too long":           func(r *ViewerRequest) { r.Path = "/" + strings.Repeat("a", 8191) },
		"host":               set("Host", "www.example.org"),
		"no host":            func(r *ViewerRequest) { r.Header.Del("Host") },
		"via":                set("Via", "1.1 me"),
		"loop":               set("Cdn-Loop", "me"),
		"length":             set("Content-Length", "0"),
		"encoding":           set("Transfer-Encoding", "chunked"),
		"disallowed":         set("X-Edge-A", "1"),
		"upgrade":            set("Upgrade", "h2c"),
		"no name":            func(r *ViewerRequest) { r.Header["A B"] = []string{"1"} },
		"odd case":           func(r *ViewerRequest) { r.Header["range"] = []string{"bytes=0-1"} },
		"line end":           set("X-A", "1\r\nX-B: 2"),
	} {
		b := &bucket{body: "photo"}
		d := newDistribution(b, handsBack)
		d.Viewer = leaves(change)
		if got := ask(d, "GET", "/a.jpg"); got.StatusCode != 502 || got.Header.Get("X-Cache") != failed || len(b.seen) > 0 {
			t.Errorf("%s: got %d %v and %d requests to the origin", name, got.StatusCode, got.Header, len(b.seen))
		}
	}
	for name, change := range map[string]func(*ViewerRequest){
		"nothing": func(*ViewerRequest) {},
		"long":    func(r *ViewerRequest) { r.Path = "/" + strings.Repeat("a", 8190) },
		"headers": func(r *ViewerRequest) { r.Header = http.Header{"Host": r.Header["Host"], "X-A": {"1", "2"}} },
		"conditions": func(r *ViewerRequest) {
			for _, name := range []string{"Range", "If-Range", "Request-Range", "If-Match", "If-Unmodified-Since"} {
				r.Header.Del(name)
			}
		},
	} {
		d := newDistribution(&bucket{body: "photo"}, handsBack)
		d.Viewer = leaves(change)
		if got := ask(d, "GET", "/a.jpg", "If-Match", `"b"`, "Range", "bytes=0-1"); got.StatusCode >= 500 {
			t.Errorf("%s: got %d", name, got.StatusCode)
		}
	}
}

// Headers that functions do not see stay unchanged.
func TestViewerFunctionKeepsDisallowedHeaders(t *testing.T) {
	b := &bucket{body: "photo"}
	d := newDistribution(b, handsBack)
	d.Policy.Headers = []string{"X-Real-Ip"}
	d.Viewer = leaves(func(r *ViewerRequest) { r.Header = http.Header{"Host": r.Header["Host"]} })
	ask(d, "GET", "/a.jpg", "X-Real-Ip", "192.0.2.7")
	if got := b.seen[0].Header.Get("X-Real-Ip"); got != "192.0.2.7" {
		t.Errorf("the origin got %q", got)
	}
}

// With All, every parameter reaches the origin and the function, and only those
// that the cache policy lists are in the key. Read strictly, the function sees
// no parameter without All.
func TestQueryStrings(t *testing.T) {
	for _, tt := range []struct {
		all           bool
		reading       QueryReading
		origin, event string
	}{
		{false, QueryListed, "width=%35", "width=%35"},
		{false, QueryOnlyIfAll, "width=%35", ""},
		{true, QueryListed, "v=7&width=%35&w", "v=7&width=%35&w"},
		{true, QueryOnlyIfAll, "v=7&width=%35&w", "v=7&width=%35&w"},
	} {
		b := &bucket{body: "photo"}
		d := newDistribution(b, shouts)
		d.OriginRequest.AllQueryStrings, d.Readings.Query = tt.all, tt.reading
		want(t, ask(d, "GET", "/a.jpg?v=7&width=%35&w"), 200, miss, `RESIZED "70686f746f" `+tt.event)
		want(t, ask(d, "GET", "/a.jpg?v=8&width=%35"), 200, hit, `RESIZED "70686f746f" `+tt.event)
		if got := b.seen[0].URL.RawQuery; got != tt.origin {
			t.Errorf("%+v: asked with %q", tt, got)
		}
		if got := ask(d, "GET", "/a.jpg?v=7&width=5"); got.Header.Get("X-Cache") != miss {
			t.Errorf("%+v: another spelling has the same key", tt)
		}
	}
}
