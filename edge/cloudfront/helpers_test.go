package cloudfront

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// bucket is an origin like S3: it supports ETags, ranges and HEAD.
type bucket struct {
	mu     sync.Mutex
	body   string
	at     time.Time   // when the object was stored; zero means modified
	header http.Header // besides those that S3 always sends
	status int         // instead of the real one, unless 0
	err    error
	seen   []*http.Request
}

var modified = time.Date(2024, 4, 30, 9, 41, 7, 0, time.UTC)

func (b *bucket) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen = append(b.seen, r)
	if b.err != nil {
		return nil, b.err
	}
	w := httptest.NewRecorder()
	for name, values := range b.header {
		w.Header()[name] = values
	}
	w.Header().Set("X-Amz-Request-Id", fmt.Sprint(len(b.seen)))
	if b.status != 0 {
		w.WriteHeader(b.status)
		io.WriteString(w, "<Error/>")
	} else {
		w.Header().Set("Content-Type", "image/jpeg")
		w.Header().Set("ETag", fmt.Sprintf(`"%x"`, b.body))
		at := modified
		if !b.at.IsZero() {
			at = b.at
		}
		http.ServeContent(w, r, "", at, bytes.NewReader([]byte(b.body)))
	}
	return w.Result(), nil
}

// requests returns how many requests there were since the last call.
func (b *bucket) requests() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(b.seen)
	b.seen = nil
	return n
}

// set changes the bucket between requests.
func (b *bucket) set(change func(*bucket)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(b)
}

// handsBack returns the origin's response unchanged.
func handsBack(_ context.Context, event []byte) ([]byte, string, error) {
	var e edge.Event
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, "", err
	}
	response, err := json.Marshal(e.Records[0].CF.Response)
	return response, "original", err
}

// shouts answers 200 with another body, as resizing does.
func shouts(ctx context.Context, event []byte) ([]byte, string, error) {
	var e edge.Event
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, "", err
	}
	cf := e.Records[0].CF
	if cf.Response.Status != "200" || cf.Request.Method != "GET" {
		return handsBack(ctx, event)
	}
	cf.Response.Body = "RESIZED " + cf.Response.Headers.Get("ETag") + " " + cf.Request.QueryString
	delete(cf.Response.Headers, "content-length")
	response, err := json.Marshal(cf.Response)
	return response, "resized", err
}

// changed returns the origin's response with headers changed by change.
func changed(_ context.Context, event []byte, change func(http.Header)) ([]byte, string, error) {
	var e edge.Event
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, "", err
	}
	r := &e.Records[0].CF.Response
	header := http.Header{}
	for name, values := range r.Headers {
		for _, h := range values {
			header.Add(name, h.Value)
		}
	}
	change(header)
	r.Headers = eventHeaders(header)
	response, err := json.Marshal(*r)
	return response, "changed", err
}

var s3Origin = edge.Origin{S3: &edge.S3Origin{
	AuthMethod: "none", CustomHeaders: edge.Headers{}, DomainName: "pics.s3.eu-west-1.amazonaws.com", Region: "eu-west-1",
}}

func newDistribution(b *bucket, f Function) *Distribution {
	base := &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	d := New(Origin{Description: s3Origin, Base: base, Transport: b}, f, 1<<20)
	d.Noted = func(h http.Header, viewer, note string) {
		h.Set("X-Note", note)
		h.Set("X-Viewer-Note", viewer)
	}
	return d
}

// ask sends a viewer's request; header lists names and values in turn.
func ask(d http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" { // net/http keeps it separately
			r.Host = header[i+1]
			continue
		}
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result()
}

// askRaw sends a GET for target, which may be any bytes.
func askRaw(d http.Handler, target string) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RequestURI = target
	d.ServeHTTP(httptest.NewRecorder(), r)
}

// want checks an answer's status, X-Cache and body, and returns it.
func want(t *testing.T, got *http.Response, status int, xCache, body string) *http.Response {
	t.Helper()
	data, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got.StatusCode != status || got.Header.Get("X-Cache") != xCache || string(data) != body {
		t.Errorf("got %d, %q, body %q; want %d, %q, %q",
			got.StatusCode, got.Header.Get("X-Cache"), data, status, xCache, body)
	}
	return got
}

func wantRequests(t *testing.T, b *bucket, n int) {
	t.Helper()
	if got := b.requests(); got != n {
		t.Errorf("%d requests to the origin, want %d", got, n)
	}
}
