package release

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The cache may ask S3 for a piece, past a function that does not prevent it.
func TestCanaryOfPieces(t *testing.T) {
	b := newBench(t).withSite(t)
	b.published(t, "one")
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace}))
	usual := b.Viewer.Transport
	edit := func(change func(piece, whole, original *http.Response)) {
		b.Viewer = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			piece, err := usual.RoundTrip(r)
			if err != nil || r.Header.Get("Range") == "" {
				return piece, err
			}
			get := func(query string) *http.Response {
				unranged := r.Clone(r.Context())
				unranged.URL.RawQuery = query
				unranged.Header.Del("Range")
				response, err := usual.RoundTrip(unranged)
				must(t, err)
				return response
			}
			whole, original := get(r.URL.RawQuery), get("")
			change(piece, whole, original)
			return piece, nil
		})}
	}
	for _, tt := range []struct {
		name   string
		change func(piece, whole, original *http.Response)
		want   string // empty for nothing
	}{
		{"the piece", func(_, _, _ *http.Response) {}, ""},
		{"the whole", func(piece, whole, _ *http.Response) { *piece = *whole }, ""},
		{"the original", func(piece, _, original *http.Response) { *piece = *original }, "it is the original"},
		{"a piece of the original", func(piece, _, original *http.Response) {
			piece.Body = original.Body
			piece.Header.Set("Content-Range", "bytes 0-99/16234")
		}, "of the original?"},
		{"a piece of another variant", func(piece, _, _ *http.Response) { piece.Header.Set("ETag", `"other"`) }, "has the ETag"},
		{"another piece", func(piece, _, original *http.Response) {
			piece.Body = io.NopCloser(io.LimitReader(original.Body, 100))
		}, "differs from the whole"},
		{"refused", func(piece, _, _ *http.Response) { piece.StatusCode = http.StatusRequestedRangeNotSatisfiable }, "the answer is 416"},
	} {
		edit(tt.change)
		err := b.Canary(t.Context(), "E1", b.siteURL)
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
		} else if failed := (*CanaryError)(nil); !errors.As(err, &failed) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

// The cache may have an original that was replaced in the bucket long ago. A newer
// original is no fault of the function's.
func TestCanaryOfReplacedOriginal(t *testing.T) {
	for _, tt := range []struct {
		name   string
		cached time.Duration // before the one that the bucket has
		good   bool
	}{
		{"an older one was cached", time.Hour, true},
		{"the function has changed it", 0, false},
		{"it has gone back in time", -time.Hour, false},
	} {
		b := newBench(t).withSite(t)
		b.published(t, "one")
		usual := b.Viewer.Transport
		b.Viewer = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			before := b.distributions.Live("E1", "", "origin-response") == ""
			if before { // it was another picture
				r = r.Clone(r.Context())
				r.URL.Path = "/jpeg-422.jpg"
			}
			response, err := usual.RoundTrip(r)
			if at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); err == nil && r.URL.RawQuery == "" {
				if before {
					at = at.Add(-tt.cached)
				}
				response.Header.Set("Last-Modified", at.Format(http.TimeFormat))
			}
			return response, err
		})}
		err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Canary: b.siteURL})
		if failed := (*CanaryError)(nil); (err == nil) != tt.good || err != nil && (!errors.As(err, &failed) || !strings.Contains(err.Error(), "not the same as before")) {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
}
