package cloudfront

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// eventFor returns the event for a viewer's request.
func eventFor(t *testing.T, b *bucket, origin edge.Origin, method, target string, header ...string) (edge.Event, []byte) {
	t.Helper()
	var payload []byte
	d := newDistribution(b, func(ctx ctx, event []byte) ([]byte, string, error) {
		payload = event
		return handsBack(ctx, event)
	})
	d.Origin.Description = origin
	ask(d, method, target, header...)
	var event edge.Event
	if err := json.Unmarshal(payload, &event); err != nil {
		t.Fatal(err)
	}
	return event, payload
}

func TestEvent(t *testing.T) {
	b := &bucket{body: "photo", header: http.Header{"X-Amz-Meta-A": {"1"}, "X-Two": {"1", "2"}}}
	event, _ := eventFor(t, b, s3Origin, "GET", "/a%20b/%c3%a9+%2B.jpg?v=7&width=%35&height=3&height=4",
		"User-Agent", "curl/8", "Cookie", "a=b", "X-Forwarded-For", "203.0.113.7", "Accept", "image/*")
	cf := event.Records[0].CF
	request := cf.Request
	if request.URI != "/a%20b/%c3%a9+%2B.jpg" || request.QueryString != "width=%35&height=3&height=4" ||
		request.Method != "GET" || request.ClientIP != "192.0.2.1" || cf.Config.EventType != "origin-response" {
		t.Errorf("got %+v", cf)
	}
	if request.Origin.S3.DomainName != "pics.s3.eu-west-1.amazonaws.com" || request.Origin.Custom != nil {
		t.Errorf("got %+v", request.Origin)
	}
	wantHeaders(t, "request", request.Headers, map[string]string{
		"host": "pics.s3.eu-west-1.amazonaws.com", "user-agent": "Amazon CloudFront",
		"via": "1.1 localhost (CloudFront)", "x-forwarded-for": "203.0.113.7,192.0.2.1",
	})
	wantHeaders(t, "response", cf.Response.Headers, map[string]string{
		"accept-ranges": "bytes", "content-length": "5", "content-type": "image/jpeg", "etag": `"70686f746f"`,
		"last-modified": "Tue, 30 Apr 2024 09:41:07 GMT", "x-amz-meta-a": "1", "x-amz-request-id": "1", "x-two": "1|2",
	})
	for name, key := range map[string]string{"etag": "ETag", "x-amz-meta-a": "x-amz-meta-a", "x-two": "X-Two"} {
		if got := cf.Response.Headers[name][0].Key; got != key {
			t.Errorf("%s is spelled %s, want %s", name, got, key)
		}
	}
	if cf.Response.Status != "200" || cf.Response.StatusDescription != "OK" || cf.Response.Body != "" {
		t.Errorf("got %+v", cf.Response)
	}
	if sent := b.seen[0]; sent.URL.EscapedPath() != request.URI || sent.URL.RawQuery != request.QueryString ||
		sent.Header.Get("X-Amz-Cf-Id") != cf.Config.RequestID {
		t.Errorf("asked the origin for %s with %v", sent.URL, sent.Header)
	}
}

// wantHeaders checks names and values; the values of one name are joined by
// "|".
func wantHeaders(t *testing.T, of string, headers edge.Headers, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for name, values := range headers {
		var joined []string
		for _, h := range values {
			joined = append(joined, h.Value)
		}
		got[name] = strings.Join(joined, "|")
	}
	if !maps.Equal(got, want) {
		t.Errorf("%s: got headers %q, want %q", of, got, want)
	}
}

// Keys go to the origin as viewers spell them.
func TestEventURIs(t *testing.T) {
	for _, uri := range []string{
		"/", "//a.jpg", "/a//b.jpg", "/a/../b.jpg", "/./a.jpg", "/a%2Fb.jpg", "/a%2e%2e/b", "/~!*'();:@$,=.jpg", "/a%00b", "/%F0%9F%98%80.jpg",
	} {
		b := &bucket{body: "photo"}
		event, _ := eventFor(t, b, s3Origin, "GET", uri)
		if got := event.Records[0].CF.Request; got.URI != uri || got.QueryString != "" || b.seen[0].URL.EscapedPath() != uri {
			t.Errorf("%s: got %s, asked for %s", uri, got.URI, b.seen[0].URL)
		}
	}
}

func TestEventOfCustomOrigin(t *testing.T) {
	b := &bucket{body: "photo"}
	origin := edge.Origin{Custom: &edge.CustomOrigin{DomainName: "www.example.com", Path: "/pictures", Port: 443, Protocol: "https"}}
	event, _ := eventFor(t, b, origin, "HEAD", "/a.jpg")
	request := event.Records[0].CF.Request
	if request.Headers.Get("Host") != "www.example.com" || request.URI != "/a.jpg" || request.Method != "HEAD" ||
		request.Origin.Custom.Path != "/pictures" || b.seen[0].URL.Path != "/pictures/a.jpg" {
		t.Errorf("got %+v, asked for %s", request, b.seen[0].URL)
	}
}

// Functions see the viewer's conditions and the transfer encoding, but not the
// headers about the connection.
func TestEventHeaders(t *testing.T) {
	b := &bucket{body: "photo", header: http.Header{
		"Connection": {"close"}, "X-Cache": {"Hit"}, "X-Edge-A": {"1"}, "X-Amz-Cf-Pop": {"FRA"}, "X-Amzn-Requestid": {"1"},
	}}
	d := newDistribution(b, nil)
	d.Origin.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		got, err := b.RoundTrip(r)
		got.TransferEncoding = []string{"chunked"}
		return got, err
	})
	var event edge.Event
	d.Function = func(ctx ctx, payload []byte) ([]byte, string, error) {
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, "", err
		}
		return handsBack(ctx, payload)
	}
	got := want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=0-1", "Connection", "close"), 206, miss, "ph")
	if len(got.TransferEncoding) > 0 || got.Header.Get("Transfer-Encoding") != "" || got.Header.Get("X-Amz-Cf-Pop") != "" {
		t.Errorf("the viewer got %v", got.Header)
	}
	request, response := event.Records[0].CF.Request.Headers, event.Records[0].CF.Response.Headers
	if request.Get("Range") != "bytes=0-1" || response.Get("Transfer-Encoding") != "chunked" {
		t.Errorf("got %v and %v", request, response)
	}
	for _, headers := range []edge.Headers{request, response} {
		for name := range headers {
			if isDisallowed(name) {
				t.Errorf("%s is shown", name)
			}
		}
	}
}

// Events have the same members as the recorded ones.
func TestEventShape(t *testing.T) {
	recorded, err := os.ReadFile("../../testdata/events/resize-jpeg.json")
	if err != nil {
		t.Fatal(err)
	}
	_, payload := eventFor(t, &bucket{body: "photo"}, s3Origin, "GET", "/PHOTO.jpg?width=500&height=300")
	if got, want := members(t, payload), members(t, recorded); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// members returns the paths of an event's members, except those in headers.
func members(t *testing.T, payload []byte) []string {
	var event any
	if err := json.Unmarshal(payload, &event); err != nil {
		t.Fatal(err)
	}
	var paths []string
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				paths = append(paths, path+"."+name)
				if name != "headers" && name != "customHeaders" {
					walk(path+"."+name, member)
				}
			}
		case []any:
			for _, member := range v {
				walk(path+"[]", member)
			}
		}
	}
	walk("", event)
	slices.Sort(paths)
	return paths
}

func TestRequestIDs(t *testing.T) {
	a, b := newRequestID(), newRequestID()
	if like := regexp.MustCompile(`^[\w-]{54}==$`); a == b || !like.MatchString(a) {
		t.Errorf("got %s and %s", a, b)
	}
}
