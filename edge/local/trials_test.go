package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// Each request that the page offers gets the right outcome and status.
func TestTrials(t *testing.T) {
	config := edge.DefaultConfig()
	config.TimeoutMS = 2000
	s := startSite(t, config, folder(testOriginals))
	want := map[string]string{
		"800 × 500": "resized 200", "1 × 1": "resized 200",
		"no height": "original one-side-missing 200", "no width": "original one-side-missing 200",
		"neither": "original no-size 200", "zero": "original zero-size 200", "two widths": "original two-sizes 200",
		"wider than the original": "original larger-than-original 200", "above the maximum": "original over-maximum 200",
		"same size": "original same-size 200", "AVIF": "resized 200", "WebP": "resized 200", "JPEG": "resized 200", "PNG": "resized 200",
		"leading zeros": "resized 200", "encoded digits": "resized 200", "another order": "resized 200", "other parameters": "resized 200",
		"an encoded path": "resized 200", "the first 100 bytes": "resized 200", "the last 100 bytes": "resized 200", "another's ETag": "resized 200",
		"HEAD": "original not-get 200", "POST": "none 403",
		"not modified: 304": "original origin-not-200 304", "no such key": "original origin-not-200 403",
		"HTML by that name": "original unsupported-format 200", "truncated": "original bad-original 200",
		"empty file": "original empty-original 200", "S3 refuses": "original s3-denied 200", "S3 fails": "original s3-failed 200",
		"another version": "original s3-changed 200", "S3 hangs": "original s3-timeout 200", "no answer: 502": "none 502",
	}
	for _, label := range []string{"empty", "asdf", "5e2", "1.5", "+5", "-5", "0x10", "full-width digits", "30 digits"} {
		want[label] = "original bad-size 200"
	}
	for _, one := range trialsOf(t, string(get(t, s.url+"/").body)) {
		got := s.send(t, one)
		if came := fmt.Sprint(got.outcome(), " ", got.status); came != want[one.label] {
			t.Errorf("%s: got %q, want %q", one.label, came, want[one.label])
		}
		delete(want, one.label)
	}
	for label := range want {
		t.Errorf("%s is not on the page", label)
	}
}

// shown is what the page's script reads of an invocation.
type shown struct {
	Event    edge.Event
	Response edge.Response
	Resized  bool
	Reason   edge.Reason
	Because  string
	Details  string
	Original struct{ Bytes int }
	Variant  struct{ Width, Height, Bytes int }
	Ms       struct{ Total float64 }
}

// invocation requests the invocation behind an answer, as the page does.
func invocation(t *testing.T, s *site, a answered) shown {
	t.Helper()
	reason := strings.TrimPrefix(a.outcome(), "original ")
	got := get(t, s.url+"/?"+url.Values{"invocation": {a.header.Get(invocationHeader)}, "reason": {reason}}.Encode())
	var i shown
	if err := json.Unmarshal(got.body, &i); err != nil || got.header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s: %v", got.status, got.body, err)
	}
	return i
}

// The page shows the function's event and response, also for an answer from the
// cache.
func TestInvocation(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	for _, xCache := range []string{"Miss", "Hit"} {
		answer := get(t, s.url+"/PHOTO.jpg?width=50&height=30")
		expect(t, answer, xCache, "resized")
		i := invocation(t, s, answer)
		cf := i.Event.Records[0].CF
		if cf.Request.URI != "/PHOTO.jpg" || cf.Request.QueryString != "width=50&height=30" || cf.Response.Status != "200" {
			t.Errorf("got the event %+v", cf)
		}
		if i.Response.Status != "200" || !strings.Contains(i.Response.Body, "... (") || i.Response.Headers.Get("Content-Type") != "image/jpeg" {
			t.Errorf("got the response %+v", i.Response)
		}
		if !i.Resized || i.Reason != "" || i.Because != "" || i.Original.Bytes != len(original(t, "PHOTO.jpg")) ||
			i.Variant.Width != 50 || i.Variant.Height != 30 || i.Variant.Bytes != len(answer.body) || i.Ms.Total <= 0 {
			t.Errorf("got %+v", i)
		}
	}
	i := invocation(t, s, get(t, s.url+"/PHOTO.jpg?width=50"))
	if i.Resized || i.Reason != edge.OneSide || i.Because != "width or height is missing" || i.Details != "" || i.Response.Body != "" {
		t.Errorf("got %+v", i)
	}
	if got := get(t, s.url+"/?invocation=none"); got.status != http.StatusNotFound {
		t.Errorf("got %d for none", got.status)
	}
}

// CloudFront's own answer has no invocation.
func TestNoInvocation(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	got := ask(t, http.MethodPost, s.url+"/PHOTO.jpg", nil)
	if id := got.header.Get(invocationHeader); got.outcome() != "none" || id != "" {
		t.Errorf("got %q by %q", got.outcome(), id)
	}
}

// Kinds of files that are not resized are named.
func TestKindsAreNamed(t *testing.T) {
	dir := newFolder(t, map[string][]byte{"text-called.jpg": []byte("This is text.\n")})
	s, text := startSite(t, edge.DefaultConfig(), folder(testOriginals)), startSite(t, edge.DefaultConfig(), folder(dir))
	if i := invocation(t, text, get(t, text.url+"/text-called.jpg?width=30&height=20")); i.Because != "plain text is not resized" {
		t.Errorf("got %q", i.Because)
	}
	for file, want := range map[string]string{
		"svg.svg": "SVG is not resized", "heic-header.heic": "HEIC is not resized", "html-called.jpg": "HTML is not resized",
		"avif.avif": "AVIF is not resized", "jpegxl.jxl": "JPEG XL is not resized",
		"png-animated.png": "animated PNG is not resized",
	} {
		if i := invocation(t, s, get(t, s.url+"/"+file+"?width=30&height=20")); i.Because != want || i.Reason != edge.Unsupported {
			t.Errorf("%s: got %s, %q; want %q", file, i.Reason, i.Because, want)
		}
	}
}

// A limit is reported with both of its numbers.
func TestLimitsAreNamed(t *testing.T) {
	config := edge.DefaultConfig()
	config.MaxSourcePixels = 1_000_000
	s := startSite(t, config, folder(testOriginals))
	i := invocation(t, s, get(t, s.url+"/PHOTO.jpg?width=30&height=20"))
	if i.Reason != edge.TooManyPixels || !strings.HasSuffix(i.Because, ": 1600 × 1200 pixels, more than 1000000") {
		t.Errorf("got %s, %q", i.Reason, i.Because)
	}
	config = edge.DefaultConfig()
	config.MaxSourceBytes = 1000
	s = startSite(t, config, folder(testOriginals))
	i = invocation(t, s, get(t, s.url+"/PHOTO.jpg?width=30&height=20"))
	if size := fmt.Sprint(len(original(t, "PHOTO.jpg"))); i.Reason != edge.TooManyBytes || !strings.Contains(i.Details, size) || !strings.Contains(i.Details, "1000") {
		t.Errorf("got %s, %q, %q", i.Reason, i.Because, i.Details)
	}
}
