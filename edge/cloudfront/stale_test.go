package cloudfront

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// An expired response is served while the function makes it anew, once.
func TestStaleWhileRevalidate(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "old", header: http.Header{"Cache-Control": {"max-age=60, stale-while-revalidate=30"}}}
		d := newDistribution(b, func(ctx ctx, event []byte) ([]byte, string, error) {
			time.Sleep(time.Second)
			return shouts(ctx, event)
		})
		const before, after = `RESIZED "6f6c64" `, `RESIZED "6e6577" `
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, before)
		b.set(func(b *bucket) { b.body, b.seen = "new", nil })
		time.Sleep(80 * time.Second)
		start := time.Now()
		for range 5 {
			want(t, ask(d, "GET", "/a.jpg", "If-Match", `"6f6c64"`), 200, hit, before)
			want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=0-2"), 206, hit, "RES")
		}
		if time.Since(start) != 0 {
			t.Errorf("waited %v", time.Since(start))
		}
		time.Sleep(2 * time.Second)
		want(t, ask(d, "GET", "/a.jpg"), 200, hit, after)
		if sent := b.seen[0].Header; len(b.seen) != 1 || sent.Get("If-Match") != "" || sent.Get("If-None-Match") != `"6f6c64"` {
			t.Errorf("%d requests, %v", len(b.seen), sent)
		}
		// Later, it is revalidated before it is served.
		time.Sleep(100 * time.Second)
		b.set(func(b *bucket) { b.body = "old" })
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, before)
	})
}

// Stale content is served up to the maximum TTL, whatever its directives say.
func TestStaleIsBounded(t *testing.T) {
	for _, tt := range []struct {
		name    string
		control string
		most    time.Duration
		reading StaleReading
		after   time.Duration
		served  bool
	}{
		{"no directive", "max-age=60", time.Hour, StaleSinceStored, 59 * time.Minute, true},
		{"no directive, too late", "max-age=60", time.Hour, StaleSinceStored, time.Hour, false},
		{"since it expired", "max-age=60", time.Hour, StaleSinceExpired, time.Hour + 59*time.Second, true},
		{"since it expired, too late", "max-age=60", time.Hour, StaleSinceExpired, time.Hour + time.Minute, false},
		{"stale-if-error", "max-age=60, stale-if-error=30", time.Hour, StaleSinceStored, 89 * time.Second, true},
		{"stale-if-error, too late", "max-age=60, stale-if-error=30", time.Hour, StaleSinceStored, 90 * time.Second, false},
		{"stale-if-error beyond the maximum", "max-age=60, stale-if-error=7200", time.Hour, StaleSinceStored, time.Hour, false},
		{"stale-if-error=0", "max-age=60, stale-if-error=0", time.Hour, StaleSinceStored, time.Minute, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, fail := range map[string]func(*bucket){
				"503":         func(b *bucket) { b.status = 503 },
				"unreachable": func(b *bucket) { b.err = io.ErrUnexpectedEOF },
			} {
				timed(t, func(t *testing.T) {
					b := &bucket{body: "photo", header: http.Header{"Cache-Control": {tt.control}}}
					d := newDistribution(b, handsBack)
					d.Policy.MaxTTL, d.Readings.Stale = tt.most, tt.reading
					want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
					b.set(fail)
					time.Sleep(tt.after)
					if got := ask(d, "GET", "/a.jpg"); (got.StatusCode == 200) != tt.served {
						t.Errorf("%s: got %d", name, got.StatusCode)
					}
				})
			}
		})
	}
}

// A stand-in is not served for longer than allowed, even if the origin was
// asked a moment ago.
func TestStandInEndsInTime(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "photo", header: http.Header{"Cache-Control": {"max-age=60, stale-if-error=15"}}}
		d := newDistribution(b, handsBack)
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
		b.set(func(b *bucket) { b.status = 503 })
		time.Sleep(70 * time.Second)
		want(t, ask(d, "GET", "/a.jpg"), 200, hit, "photo")
		time.Sleep(5 * time.Second)
		want(t, ask(d, "GET", "/a.jpg"), 503, failed, "<Error/>")
	})
}

// A response with no-store is not stored, or only for when the origin cannot be
// reached.
func TestNoStoreReadings(t *testing.T) {
	for _, tt := range []struct {
		reading NoStoreReading
		control string
		status  int
	}{
		{NoStoreHeeded, "no-store", 502}, {NoStoreStandsIn, "no-store", 200}, {NoStoreStandsIn, "private", 200},
		{NoStoreStandsIn, "no-store, stale-if-error=0", 502},
	} {
		b := &bucket{body: "photo", header: http.Header{"Cache-Control": {tt.control}}}
		d := newDistribution(b, handsBack)
		d.Readings.NoStore = tt.reading
		for range 2 {
			want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
		}
		for _, sent := range b.seen {
			if sent.Header.Get("If-None-Match") != "" {
				t.Errorf("asked with %v", sent.Header)
			}
		}
		b.set(func(b *bucket) { b.err = errors.New("gone") })
		if got := ask(d, "GET", "/a.jpg"); got.StatusCode != tt.status {
			t.Errorf("%+v: got %d", tt, got.StatusCode)
		}

		// An origin that answers can be reached, even if it answers with an
		// error.
		b.set(func(b *bucket) { b.err = nil })
		want(t, ask(d, "GET", "/b.jpg"), 200, miss, "photo")
		b.set(func(b *bucket) { b.status = 503 })
		want(t, ask(d, "GET", "/b.jpg"), 503, failed, "<Error/>")
	}
}

// An answer whose viewers have all left is not kept; if one remains, it is.
func TestViewersLeave(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "photo"}
		d := newDistribution(b, func(ctx ctx, event []byte) ([]byte, string, error) {
			time.Sleep(time.Second)
			return handsBack(ctx, event)
		})
		leaves := func(after time.Duration, header ...string) {
			r := httptest.NewRequest("GET", "/a.jpg", nil)
			for i := 0; i < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
			}
			r, leave := contextOf(r)
			go d.ServeHTTP(httptest.NewRecorder(), r)
			time.Sleep(after)
			leave()
		}
		leaves(100 * time.Millisecond)
		time.Sleep(time.Minute)
		leaves(100*time.Millisecond, "Range", "bytes=0-4")
		time.Sleep(time.Minute)
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=0-4"), 206, miss, "photo")
		if err := d.Invalidate("/*"); err != nil {
			t.Fatal(err)
		}
		wantRequests(t, b, 3)

		leaves(100 * time.Millisecond)
		leaves(100 * time.Millisecond)
		want(t, ask(d, "GET", "/a.jpg"), 200, hit, "photo")
		want(t, ask(d, "GET", "/a.jpg"), 200, hit, "photo")
		wantRequests(t, b, 1)
		synctest.Wait()
	})
}

// cutOff is a viewer to whom nothing can be sent.
type cutOff struct{ *httptest.ResponseRecorder }

func (cutOff) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// An answer that could not be delivered is not kept, unless it was cached
// before.
func TestNotDelivered(t *testing.T) {
	for _, body := range []string{"photo", "<Error/>"} {
		b := &bucket{body: "photo"}
		if body != "photo" {
			b.status = 404
		}
		d := newDistribution(b, handsBack)
		for range 2 {
			d.ServeHTTP(cutOff{httptest.NewRecorder()}, httptest.NewRequest("GET", "/a.jpg", nil))
		}
		wantRequests(t, b, 2)
		ask(d, "GET", "/a.jpg")
		d.ServeHTTP(cutOff{httptest.NewRecorder()}, httptest.NewRequest("GET", "/a.jpg", nil))
		ask(d, "GET", "/a.jpg")
		wantRequests(t, b, 1)
	}
}
