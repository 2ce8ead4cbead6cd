package cloudfront

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// pages is an origin with one page and, once it is set, a picture.
type pages struct {
	picture string
	asked   []*http.Request
}

func (p *pages) RoundTrip(r *http.Request) (*http.Response, error) {
	p.asked = append(p.asked, r)
	w := httptest.NewRecorder()
	switch {
	case r.URL.Path == "/errors/404.html":
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("ETag", `"page"`)
		w.Header().Set("Cache-Control", "max-age=86400") // the page's, not the error's
		w.WriteString("none")
	case p.picture == "":
		w.Header().Set("Cache-Control", "max-age=20")
		w.WriteHeader(http.StatusNotFound)
		w.WriteString("<Error/>")
	default:
		w.WriteString(p.picture)
	}
	return w.Result(), nil
}

// newPages returns a distribution with a page for a 404, and its clock.
func newPages(p *pages, r ErrorResponse) (*Distribution, *time.Time) {
	now := time.Now()
	d := newDistribution(nil, func(ctx ctx, event []byte) ([]byte, string, error) {
		return changed(ctx, event, func(h http.Header) {
			if strings.Contains(string(event), `"uri":"/a.jpg"`) {
				h.Set("X-Tags", "a")
			}
		})
	})
	d.Origin.Transport, d.TagHeader = p, "X-Tags"
	d.ErrorResponses = []ErrorResponse{r}
	d.Now = func() time.Time { return now }
	return d, &now
}

// A page replaces an error for as long as the error would stay, whatever the
// page's status, and the error's tag removes it.
func TestErrorPage(t *testing.T) {
	page := ErrorResponse{Code: 404, Page: "/errors/404.html", Status: 410, MinTTL: 30 * time.Second}
	for name, gone := range map[string]func(d *Distribution, now *time.Time){
		"over":        func(_ *Distribution, now *time.Time) { *now = now.Add(31 * time.Second) },
		"invalidated": func(d *Distribution, _ *time.Time) { d.Invalidate("#a") },
	} {
		p := &pages{}
		d, now := newPages(p, page)
		for range 2 {
			got := want(t, ask(d, "GET", "/a.jpg?width=5&height=3", "Range", "bytes=0-1"), 410, failed, "none")
			if got.Header.Get("Content-Type") != "text/html" {
				t.Errorf("%s: %v", name, got.Header)
			}
		}
		if len(p.asked) != 2 || p.asked[1].URL.RequestURI() != "/errors/404.html" || p.asked[1].Header.Get("Range") != "" {
			t.Fatalf("%s: %d requests, the last of %v", name, len(p.asked), p.asked[len(p.asked)-1].URL)
		}
		p.picture = "picture"
		*now = now.Add(29 * time.Second)
		want(t, ask(d, "GET", "/a.jpg?width=5&height=3"), 410, failed, "none")
		gone(d, now)
		want(t, ask(d, "GET", "/a.jpg?width=5&height=3"), 200, miss, "picture")
		if got := p.asked[len(p.asked)-1].Header.Get("If-None-Match"); got != "" {
			t.Errorf("%s: asked for another than the page %s", name, got)
		}
	}
}

// HEAD gets the page's headers. Other statuses have no page, and a missing page
// does not replace the error.
func TestErrorWithoutPage(t *testing.T) {
	d, _ := newPages(&pages{}, ErrorResponse{Code: 404, Page: "/errors/404.html", Status: 410, MinTTL: time.Second})
	if got := want(t, ask(d, "HEAD", "/a.jpg"), 410, failed, ""); got.Header.Get("Content-Type") != "text/html" {
		t.Errorf("HEAD: %v", got.Header)
	}
	for _, r := range []ErrorResponse{
		{Code: 403, Page: "/errors/404.html", Status: 404},
		{Code: 404, Page: "/none.html", Status: 200},
		{Code: 404, MinTTL: time.Minute},
	} {
		p := &pages{}
		d, now := newPages(p, r)
		want(t, ask(d, "GET", "/a.jpg"), 404, failed, "<Error/>")
		if r.Page == "" && len(p.asked) > 1 {
			t.Errorf("%+v: asked for %v", r, p.asked[1].URL)
		}
		*now = now.Add(25 * time.Second)
		again := want(t, ask(d, "GET", "/a.jpg"), 404, failed, "<Error/>")
		if _, kept := again.Header["Age"]; kept != (r.MinTTL == time.Minute) {
			t.Errorf("%+v: kept beyond the error's own time: %v", r, kept)
		}
	}
}
