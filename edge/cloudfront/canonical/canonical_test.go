package canonical

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
)

// origin answers every request alike, and records the requests.
type origin struct{ asked []string }

func (o *origin) RoundTrip(r *http.Request) (*http.Response, error) {
	o.asked = append(o.asked, r.URL.RequestURI())
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "image/jpeg")
	return w.Result(), nil
}

// untouched answers with the origin's response.
func untouched(event []byte) ([]byte, string, error) {
	var e edge.Event
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, "", err
	}
	response, err := json.Marshal(e.Records[0].CF.Response)
	return response, e.Records[0].CF.Request.QueryString, err
}

// newDistribution returns a distribution with the site's function in front.
func newDistribution(from *origin, site viewerrequest.Settings) *cloudfront.Distribution {
	d := cloudfront.New(cloudfront.Origin{
		Description: edge.Origin{S3: &edge.S3Origin{DomainName: "pics.s3.eu-west-1.amazonaws.com"}},
		Base:        &url.URL{Scheme: "http", Host: "127.0.0.1:1"}, Transport: from,
	}, func(_ context.Context, event []byte) ([]byte, string, error) { return untouched(event) }, 1<<20)
	Front(d, site)
	return d
}

// The distribution continues with the request that the site's function returns,
// and the note says so; refusals have the function's statuses.
func TestFront(t *testing.T) {
	site := viewerrequest.SettingsOf(edge.DefaultConfig())
	site.Host, site.URLPrefix, site.KeyPrefix = "www.example.com", "/img", "/media"
	for _, tt := range []struct {
		host, target string
		status       int
		note         Note
	}{
		{site.Host, "/img/%70hoto.jpg?height=030&v=1&width=50", 200, Note{URL: "/media/photo.jpg?width=50&height=30"}},
		{site.Host, "/a.jpg?width=50&height=30&format=png", 200, Note{URL: "/a.jpg?width=50&height=30&format=png"}},
		{site.Host, "/a.jpg", 200, Note{URL: "/a.jpg"}},
		{site.Host, "/a.jpg?width=0&height=30", 200, Note{URL: "/a.jpg", Reason: edge.ZeroSize}},
		{site.Host, "/a.jpg?width=50", 200, Note{URL: "/a.jpg", Reason: edge.OneSide}},
		{site.Host, "/a/../b.jpg", 400, Note{Refused: `the path has a segment "." or ".."`}},
		{site.Host, "/" + strings.Repeat("a", 5000), 414, Note{Refused: "the path is too long for an S3 key"}},
		{"d1.cloudfront.net", "/a.jpg", 403, Note{Refused: "this is not the host name of the site"}},
	} {
		from := &origin{}
		d := newDistribution(from, site)
		var viewer, function string
		d.Noted = func(_ http.Header, v, f string) { viewer, function = v, f }
		d.Readings.Query = cloudfront.QueryOnlyIfAll
		r := httptest.NewRequest("GET", tt.target, nil)
		r.Host = tt.host
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if got := ParseNote(viewer); w.Code != tt.status || got != tt.note {
			t.Errorf("%.60s: got %d, %+v; want %d, %+v", tt.target, w.Code, got, tt.status, tt.note)
		}
		if tt.status != 200 {
			if len(from.asked) > 0 {
				t.Errorf("%.60s: the origin was asked for %q", tt.target, from.asked)
			}
			continue
		}
		_, query, _ := strings.Cut(tt.note.URL, "?")
		if len(from.asked) != 1 || from.asked[0] != tt.note.URL || function != query {
			t.Errorf("%s: the origin was asked for %q, and the function for %q; want %s", tt.target, from.asked, function, tt.note.URL)
		}
	}
}

// A site that chooses formats has one cache entry for each. Its answers say so
// to caches behind CloudFront, also from the cache.
func TestFormats(t *testing.T) {
	site := viewerrequest.SettingsOf(edge.DefaultConfig())
	site.Formats = []resize.Format{resize.WebP}
	from := &origin{}
	d := newDistribution(from, site)
	for _, accept := range []string{"image/webp,*/*", "image/png", "image/WebP;q=0.5", "image/webp;q=0"} {
		r := httptest.NewRequest("GET", "/a.jpg?width=5&height=3", nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if got := w.Result().Header.Values("Vary"); len(got) != 1 || got[0] != "Accept" {
			t.Errorf("got Vary %q", got)
		}
		if h := w.Result().Header; h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != ContentSecurityPolicy {
			t.Errorf("got %v", h)
		}
	}
	if want := []string{"/a.jpg?width=5&height=3&format=webp", "/a.jpg?width=5&height=3"}; !slices.Equal(from.asked, want) {
		t.Errorf("the origin was asked for %q, want %q", from.asked, want)
	}
}

// Text that is not a note gives an empty one.
func TestParseNote(t *testing.T) {
	for _, text := range []string{"", "{}", "note", `{"url":7}`, "null"} {
		if got := ParseNote(text); got != (Note{}) {
			t.Errorf("%q: got %+v", text, got)
		}
	}
	note := Note{Reason: edge.BadSize, URL: "/사진\"<&\n", Refused: "no"}
	if got := ParseNote(note.String()); got != note {
		t.Errorf("got %+v, want %+v", got, note)
	}
}
