package cloudfront

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

func TestErrorsAreCachedBriefly(t *testing.T) {
	timed(t, func(t *testing.T) {
		for _, status := range []int{403, 404, 500, 503} {
			b := &bucket{status: status}
			d := newDistribution(b, handsBack)
			d.Readings.Errors = ErrorsAlways
			want(t, ask(d, "GET", "/a.jpg"), status, failed, "<Error/>")
			time.Sleep(9 * time.Second)
			got := want(t, ask(d, "GET", "/a.jpg"), status, failed, "<Error/>")
			if got.Header.Get("Age") != "9" {
				t.Errorf("got %v", got.Header)
			}
			wantRequests(t, b, 1)
			time.Sleep(time.Second)
			b.set(func(b *bucket) { b.status, b.body = 0, "photo" })
			want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")

			// Errors of S3 are kept for at least a second.
			for kept, origin := range []edge.Origin{{Custom: &edge.CustomOrigin{}}, s3Origin} {
				d = newDistribution(b, handsBack)
				d.Origin.Description, d.Readings.Errors, d.Policy.ErrorTTL = origin, ErrorsAlways, 0
				b.set(func(b *bucket) { b.status, b.seen = status, nil })
				want(t, ask(d, "GET", "/a.jpg"), status, failed, "<Error/>")
				want(t, ask(d, "GET", "/a.jpg"), status, failed, "<Error/>")
				wantRequests(t, b, 2-kept)
				time.Sleep(time.Second)
				want(t, ask(d, "GET", "/a.jpg"), status, failed, "<Error/>")
				wantRequests(t, b, 1)
			}
		}
	})
}

// An expired response stands in while the origin fails, but not for a 404.
func TestExpiredStandsIn(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "photo", header: http.Header{"Cache-Control": {"max-age=60"}}}
		d := newDistribution(b, handsBack)
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
		for _, fail := range []func(*bucket){
			func(b *bucket) { b.status = 503 },
			func(b *bucket) { b.err = io.ErrUnexpectedEOF },
		} {
			b.set(fail)
			time.Sleep(time.Minute)
			b.requests()
			want(t, ask(d, "GET", "/a.jpg"), 200, hit, "photo")
			time.Sleep(9 * time.Second)
			want(t, ask(d, "GET", "/a.jpg"), 200, hit, "photo")
			wantRequests(t, b, 1)
			time.Sleep(time.Second)
			b.set(func(b *bucket) { b.status, b.err = 0, nil })
			want(t, ask(d, "GET", "/a.jpg"), 200, refreshHit, "photo")
		}
		time.Sleep(time.Minute)
		b.set(func(b *bucket) { b.status = 404 })
		want(t, ask(d, "GET", "/a.jpg"), 404, failed, "<Error/>")
	})
}

func TestOriginOutOfReach(t *testing.T) {
	b := &bucket{err: errors.New("connection refused")}
	got := ask(newDistribution(b, handsBack), "GET", "/a.jpg")
	body, _ := io.ReadAll(got.Body)
	if got.StatusCode != 502 || got.Header.Get("X-Cache") != failed || !strings.Contains(string(body), "connection refused") {
		t.Errorf("got %d %q", got.StatusCode, body)
	}
	timed(t, func(t *testing.T) {
		d := newDistribution(&bucket{}, handsBack)
		d.Origin.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		start := time.Now()
		if got := ask(d, "GET", "/a.jpg"); got.StatusCode != 504 || time.Since(start) != originTimeout {
			t.Errorf("got %d after %v", got.StatusCode, time.Since(start))
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
