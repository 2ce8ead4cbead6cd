package cloudfront

import (
	"net/http"
	"testing"
	"time"
)

// Shows which of a viewer's conditions reach the origin if nothing is cached,
// and if the response has expired.
func TestConditionalReadings(t *testing.T) {
	viewers := []string{
		"If-Match", `"30313233343536373839"`, "If-None-Match", `"else"`, "If-Modified-Since", "Mon, 01 Jan 2024 00:00:00 GMT",
		"If-Unmodified-Since", "Wed, 01 Jan 2100 00:00:00 GMT",
	}
	names := []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"}
	const etag, modified = `"30313233343536373839"`, "Tue, 30 Apr 2024 09:41:07 GMT"
	for reading, want := range map[ConditionalReading][2][4]string{
		ConditionalsOnMiss: {{viewers[1], viewers[3], viewers[5], viewers[7]}, {"", etag, modified, ""}},
		ConditionalsAlways: {{viewers[1], viewers[3], viewers[5], viewers[7]}, {viewers[1], etag, modified, viewers[7]}},
		ConditionalsNever:  {{}, {"", etag, modified, ""}},
	} {
		timed(t, func(t *testing.T) {
			b := &bucket{body: digits, header: http.Header{"Cache-Control": {"max-age=60"}}}
			d := newDistribution(b, handsBack)
			d.Readings.Conditionals = reading
			for i, want := range want {
				ask(d, "GET", "/a.jpg", viewers...)
				for j, name := range names {
					if got := b.seen[i].Header.Get(name); got != want[j] {
						t.Errorf("reading %d, request %d: %s is %q, want %q", reading, i, name, got, want[j])
					}
				}
				time.Sleep(time.Minute)
			}
		})
	}
}

// Conditions that are not forwarded are checked against the origin's answer.
func TestConditionalsNever(t *testing.T) {
	b := &bucket{body: digits}
	d := newDistribution(b, handsBack)
	d.Readings.Conditionals = ConditionalsNever
	want(t, ask(d, "GET", "/a.jpg", "If-Match", `"else"`), 412, miss, "")
	want(t, ask(d, "GET", "/a.jpg", "If-None-Match", `"30313233343536373839"`), 304, hit, "")
	want(t, ask(d, "GET", "/a.jpg"), 200, hit, digits)
	wantRequests(t, b, 1)
}

// The origin's answer to one viewer's If-Match goes to everybody if all errors
// are cached, and to nobody else otherwise.
func TestPreconditionFailedForAll(t *testing.T) {
	for reading, status := range map[ErrorReading]int{ErrorsListed: 200, ErrorsAlways: 412} {
		d := newDistribution(&bucket{body: digits}, handsBack)
		d.Readings.Errors = reading
		want(t, ask(d, "GET", "/a.jpg", "If-Match", `"else"`), 412, failed, "")
		if got := ask(d, "GET", "/a.jpg"); got.StatusCode != status {
			t.Errorf("reading %d: got %d, want %d", reading, got.StatusCode, status)
		}
	}
}

func TestValidatorReadings(t *testing.T) {
	const etag, modified = `"30313233343536373839"`, "Tue, 30 Apr 2024 09:41:07 GMT"
	without := func(name string) Function {
		return func(ctx ctx, event []byte) ([]byte, string, error) {
			return changed(ctx, event, func(h http.Header) { h.Del(name) })
		}
	}
	for _, tt := range []struct {
		reading    ValidatorReading
		function   Function
		none, date string
	}{
		{ValidatorsBoth, handsBack, etag, modified},
		{ValidatorsETag, handsBack, etag, ""},
		{ValidatorsDate, handsBack, "", modified},
		{ValidatorsETag, without("ETag"), "", modified},
		{ValidatorsDate, without("Last-Modified"), etag, ""},
		{ValidatorsBoth, without("Last-Modified"), etag, ""},
	} {
		timed(t, func(t *testing.T) {
			b := &bucket{body: digits, header: http.Header{"Cache-Control": {"max-age=60"}}}
			d := newDistribution(b, tt.function)
			d.Readings.Validators = tt.reading
			want(t, ask(d, "GET", "/a.jpg"), 200, miss, digits)
			time.Sleep(time.Minute)
			want(t, ask(d, "GET", "/a.jpg"), 200, refreshHit, digits)
			if sent := b.seen[1].Header; sent.Get("If-None-Match") != tt.none || sent.Get("If-Modified-Since") != tt.date {
				t.Errorf("reading %d: asked with %v", tt.reading, sent)
			}
		})
	}
}

// GET and HEAD share a key: the response to GET answers HEAD, but that to HEAD
// answers only HEAD.
func TestHeadReadings(t *testing.T) {
	for _, reading := range []HeadReading{HeadsApart, HeadsRevalidate} {
		timed(t, func(t *testing.T) {
			b := &bucket{body: digits, header: http.Header{"Cache-Control": {"max-age=60"}}}
			d := newDistribution(b, handsBack)
			d.Readings.Heads = reading
			want(t, ask(d, "HEAD", "/a.jpg"), 200, miss, "")
			want(t, ask(d, "HEAD", "/a.jpg"), 200, hit, "")
			want(t, ask(d, "GET", "/a.jpg"), 200, miss, digits)
			want(t, ask(d, "HEAD", "/a.jpg", "Range", "bytes=1-2"), 200, hit, "")
			wantRequests(t, b, 2)

			time.Sleep(time.Minute)
			how := map[HeadReading][2]string{HeadsApart: {miss, refreshHit}, HeadsRevalidate: {refreshHit, hit}}[reading]
			want(t, ask(d, "HEAD", "/a.jpg"), 200, how[0], "")
			want(t, ask(d, "GET", "/a.jpg"), 200, how[1], digits)

			time.Sleep(time.Minute)
			b.set(func(b *bucket) { b.body = "ABCDE" })
			if got := want(t, ask(d, "HEAD", "/a.jpg"), 200, miss, ""); got.ContentLength != 5 {
				t.Errorf("got %v", got.Header)
			}
			want(t, ask(d, "GET", "/a.jpg"), 200, miss, "ABCDE")
		})
	}
}

func TestNotModifiedReadings(t *testing.T) {
	for reading, control := range map[NotModifiedReading]string{NotModifiedUpdates: "max-age=30", NotModifiedKeeps: "max-age=60"} {
		timed(t, func(t *testing.T) {
			b := &bucket{body: digits, header: http.Header{"Cache-Control": {"max-age=60"}}}
			d := newDistribution(b, handsBack)
			d.Readings.NotModified = reading
			want(t, ask(d, "GET", "/a.jpg"), 200, miss, digits)
			b.set(func(b *bucket) { b.header = http.Header{"Cache-Control": {"max-age=30"}} })
			time.Sleep(time.Minute)
			if got := want(t, ask(d, "GET", "/a.jpg"), 200, refreshHit, digits); got.Header.Get("Cache-Control") != control {
				t.Errorf("reading %d: got %v", reading, got.Header)
			}
			time.Sleep(45 * time.Second)
			want(t, ask(d, "GET", "/a.jpg"), 200, map[bool]string{true: refreshHit, false: hit}[control == "max-age=30"], digits)
		})
	}
}
