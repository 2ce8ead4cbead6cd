package cloudfront

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// timed runs a test in which time passes by sleeping.
func timed(t *testing.T, f func(*testing.T)) { synctest.Test(t, f) }

func TestMissThenHit(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "photo", header: http.Header{"Cache-Control": {"max-age=60"}}}
		d := newDistribution(b, shouts)
		const url, body = "/a.jpg?width=5&v=1", `RESIZED "70686f746f" width=5`
		got := want(t, ask(d, "GET", url), 200, miss, body)
		for name, value := range map[string]string{
			"ETag": `"70686f746f"`, "Last-Modified": "Tue, 30 Apr 2024 09:41:07 GMT", "Content-Type": "image/jpeg",
			"Content-Length": "28", "Cache-Control": "max-age=60", "X-Note": "resized", "Age": "",
			"Via": "1.1 localhost (CloudFront)",
		} {
			if got := got.Header.Get(name); got != value {
				t.Errorf("%s: got %q, want %q", name, got, value)
			}
		}
		time.Sleep(59 * time.Second)
		got = want(t, ask(d, "GET", "/a.jpg?v=2&width=5"), 200, hit, body)
		if got.Header.Get("Age") != "59" || got.Header.Get("X-Note") != "resized" {
			t.Errorf("got %v", got.Header)
		}
		wantRequests(t, b, 1)
		want(t, ask(d, "GET", "/a.jpg?width=6"), 200, miss, `RESIZED "70686f746f" width=6`)
		want(t, ask(d, "GET", "/A.jpg?width=5"), 200, miss, body)
		wantRequests(t, b, 2)
	})
}

// A 304 also calls the function, and the variant stays.
func TestRevalidation(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "photo", header: http.Header{"Cache-Control": {"max-age=60"}}}
		d := newDistribution(b, shouts)
		const body = `RESIZED "70686f746f" width=5`
		want(t, ask(d, "GET", "/a.jpg?width=5"), 200, miss, body)
		b.requests()
		time.Sleep(60 * time.Second)
		b.set(func(b *bucket) { b.header = http.Header{"Cache-Control": {"max-age=30"}} })
		got := want(t, ask(d, "GET", "/a.jpg?width=5"), 200, refreshHit, body)
		sent := b.seen[0]
		if sent.Header.Get("If-None-Match") != `"70686f746f"` || sent.Header.Get("If-Modified-Since") != "Tue, 30 Apr 2024 09:41:07 GMT" {
			t.Errorf("asked with %v", sent.Header)
		}
		if got.Header.Get("Cache-Control") != "max-age=30" || got.Header.Get("X-Note") != "resized" ||
			got.Header.Get("Content-Type") != "image/jpeg" || got.Header.Get("X-Amz-Request-Id") != "" {
			t.Errorf("got %v", got.Header)
		}
		time.Sleep(29 * time.Second)
		want(t, ask(d, "GET", "/a.jpg?width=5"), 200, hit, body)
		wantRequests(t, b, 1)
		time.Sleep(time.Second)
		b.set(func(b *bucket) { b.body = "other" })
		want(t, ask(d, "GET", "/a.jpg?width=5"), 200, miss, `RESIZED "6f74686572" width=5`)
		wantRequests(t, b, 1)
	})
}

// A response without a validator is requested anew.
func TestNoValidator(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "photo", header: http.Header{"Cache-Control": {"max-age=10"}}}
		d := newDistribution(b, func(ctx ctx, event []byte) ([]byte, string, error) {
			response, note, err := handsBack(ctx, event)
			response = []byte(strings.NewReplacer(`"etag"`, `"x-was-etag"`, `"ETag"`, `"X-Was-ETag"`,
				`"last-modified"`, `"x-was"`, `"Last-Modified"`, `"X-Was"`).Replace(string(response)))
			return response, note, err
		})
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
		time.Sleep(10 * time.Second)
		want(t, ask(d, "GET", "/a.jpg", "If-None-Match", `"70686f746f"`), 200, miss, "photo")
		for _, sent := range b.seen {
			if sent.Header.Get("If-None-Match") != "" || sent.Header.Get("If-Modified-Since") != "" {
				t.Errorf("asked with %v", sent.Header)
			}
		}
		wantRequests(t, b, 2)
	})
}

func TestNotKept(t *testing.T) {
	for _, control := range []string{"no-store", "private"} {
		b := &bucket{body: "photo", header: http.Header{"Cache-Control": {control}}}
		d := newDistribution(b, handsBack)
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
		wantRequests(t, b, 2)
	}
	b := &bucket{body: "photo", header: http.Header{"Cache-Control": {"no-cache"}}}
	d := newDistribution(b, handsBack)
	want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
	want(t, ask(d, "GET", "/a.jpg"), 200, refreshHit, "photo")
}

func TestConditions(t *testing.T) {
	b := &bucket{body: "0123456789"}
	d := newDistribution(b, handsBack)
	const etag = `"30313233343536373839"`

	// Not in the cache: the origin answers, and only to this viewer.
	want(t, ask(d, "GET", "/a.jpg", "If-None-Match", etag), 304, miss, "")
	want(t, ask(d, "GET", "/a.jpg", "If-Match", `"else"`), 412, failed, "")
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=2-4", "If-Range", `"else"`), 200, miss, "0123456789")
	wantRequests(t, b, 3)

	// The last one got everything: that is in the cache.
	want(t, ask(d, "GET", "/a.jpg"), 200, hit, "0123456789")
	got := want(t, ask(d, "GET", "/a.jpg", "If-None-Match", etag), 304, hit, "")
	if got.Header.Get("ETag") != etag || got.Header.Get("X-Note") != "original" {
		t.Errorf("got %v", got.Header)
	}
	want(t, ask(d, "GET", "/a.jpg", "If-Modified-Since", "Tue, 30 Apr 2024 09:41:07 GMT"), 304, hit, "")
	got = want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=-3"), 206, hit, "789")
	if got.Header.Get("Content-Range") != "bytes 7-9/10" {
		t.Errorf("got %v", got.Header)
	}
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=2-4", "If-Range", `"else"`), 200, hit, "0123456789")
	wantRequests(t, b, 0)
}

// A viewer's conditions apply to what is in the cache, even if that has
// expired.
func TestConditionsOnExpired(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "photo", header: http.Header{"Cache-Control": {"max-age=60"}}}
		d := newDistribution(b, shouts)
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, `RESIZED "70686f746f" `)
		time.Sleep(time.Minute)
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=0-6", "If-Match", "*"), 206, refreshHit, "RESIZED")
		time.Sleep(time.Minute)
		want(t, ask(d, "GET", "/a.jpg", "If-None-Match", `"70686f746f"`), 304, refreshHit, "")
		want(t, ask(d, "GET", "/a.jpg"), 200, hit, `RESIZED "70686f746f" `)
	})
}

func TestHead(t *testing.T) {
	b := &bucket{body: "0123456789"}
	d := newDistribution(b, shouts)
	for _, xCache := range []string{miss, hit} {
		got := want(t, ask(d, "HEAD", "/a.jpg"), 200, xCache, "")
		if got.Header.Get("Content-Length") != "10" || got.Header.Get("X-Note") != "original" {
			t.Errorf("got %v", got.Header)
		}
	}
	wantRequests(t, b, 1)
	body := `RESIZED "30313233343536373839" `
	want(t, ask(d, "GET", "/a.jpg"), 200, miss, body)
	got := want(t, ask(d, "HEAD", "/a.jpg"), 200, hit, "")
	if got.ContentLength != int64(len(body)) {
		t.Errorf("got %v", got.Header)
	}
	wantRequests(t, b, 1)
	b.set(func(b *bucket) { b.status = 404 })
	want(t, ask(d, "HEAD", "/missing.jpg"), 404, failed, "")
}

func TestRefused(t *testing.T) {
	b := &bucket{body: "photo"}
	d := newDistribution(b, handsBack)
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"} {
		if got := ask(d, method, "/a.jpg"); got.StatusCode != 403 || got.Header.Get("X-Cache") != failed {
			t.Errorf("%s: got %d, %v", method, got.StatusCode, got.Header)
		}
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequest("GET", "/a.jpg", strings.NewReader("a body")))
	if w.Code != 403 {
		t.Errorf("with a body: got %d", w.Code)
	}
	for length, status := range map[int]int{8192: 200, 8193: 414} {
		url := "/" + strings.Repeat("a", length-1)
		if got := ask(d, "GET", url); got.StatusCode != status {
			t.Errorf("URL of %d bytes: got %d, want %d", length, got.StatusCode, status)
		}
	}
	if got := ask(d, "GET", "http://example.com/a.jpg"); got.StatusCode != 400 {
		t.Errorf("as a proxy: got %d", got.StatusCode)
	}
	wantRequests(t, b, 1)
}

// Viewers who ask at the same time share one request and one invocation.
func TestSimultaneousRequests(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "photo"}
		d := newDistribution(b, func(ctx ctx, event []byte) ([]byte, string, error) {
			time.Sleep(time.Second)
			return handsBack(ctx, event)
		})
		var group sync.WaitGroup
		xCache := make(chan string, 100)
		for i := range 100 {
			group.Go(func() {
				time.Sleep(time.Duration(i) * 10 * time.Millisecond)
				xCache <- want(t, ask(d, "GET", "/a.jpg"), 200, []string{miss, hit}[min(i, 1)], "photo").Header.Get("X-Cache")
			})
		}
		group.Wait()
		wantRequests(t, b, 1)
		for range 100 {
			group.Go(func() { ask(d, "GET", "/b.jpg") })
			group.Go(func() { ask(d, "GET", "/b.jpg?width=1") })
			group.Go(func() { ask(d, "GET", "/b.jpg?v=1&width=1") })
		}
		group.Wait()
		wantRequests(t, b, 2)
	})
}

// When the first viewer leaves, the others still get the answer.
func TestFirstViewerLeaves(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "photo"}
		d := newDistribution(b, func(ctx ctx, event []byte) ([]byte, string, error) {
			select {
			case <-time.After(time.Second):
				return handsBack(ctx, event)
			case <-ctx.Done():
				return nil, "", ctx.Err()
			}
		})
		first := httptest.NewRequest("GET", "/a.jpg", nil)
		leaving, leave := contextOf(first)
		var group sync.WaitGroup
		group.Go(func() { d.ServeHTTP(httptest.NewRecorder(), leaving) })
		group.Go(func() {
			time.Sleep(100 * time.Millisecond)
			leave()
			want(t, ask(d, "GET", "/a.jpg"), 200, hit, "photo")
		})
		group.Wait()
		wantRequests(t, b, 1)
	})
}

// An invalidation also covers responses that are on their way.
func TestInvalidateWhileAsking(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "old"}
		d := newDistribution(b, func(ctx ctx, event []byte) ([]byte, string, error) {
			time.Sleep(time.Second)
			return handsBack(ctx, event)
		})
		var group sync.WaitGroup
		group.Go(func() { want(t, ask(d, "GET", "/a.jpg"), 200, miss, "old") })
		time.Sleep(500 * time.Millisecond)
		b.set(func(b *bucket) { b.body = "new" })
		if err := d.Invalidate("/a.jpg"); err != nil {
			t.Fatal(err)
		}
		group.Wait()
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, "new")
	})
}
