package main

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/page"
)

// pageOf returns the page of a key, or the first page if key is "". more is
// added to the query string.
func (s *site) pageOf(t *testing.T, key string, more url.Values) (answered, string) {
	t.Helper()
	query := url.Values{}
	if key != "" {
		query.Set("original", key)
	}
	for name, values := range more {
		query[name] = values
	}
	got := get(t, s.url+"/?"+query.Encode())
	return got, html.UnescapeString(string(got.body))
}

// The page of a real bucket shows the listed pictures, whatever their keys, and
// every link works.
func TestPageOfABucket(t *testing.T) {
	photo := original(t, "jpeg-420.jpg")
	files := map[string][]byte{"notes.txt": []byte("none")}
	for _, name := range append(oddNames, "🎈 \"'<script>alert(1)</script>.jpg") {
		files[name] = photo
	}
	s := startSite(t, edge.DefaultConfig(), remote(t, newFolder(t, files), nil))
	index, text := s.pageOf(t, "", nil)
	if index.status != 200 || !strings.Contains(text, "my.pics") || strings.Contains(text, "notes.txt") || strings.Contains(string(index.body), "<script>alert") ||
		strings.Contains(text, `id="drop"`) || !strings.Contains(text, "16 pictures.") {
		t.Fatalf("got %d %s", index.status, notices(text))
	}
	pages := 0
	for _, link := range links(index.body) {
		if !strings.HasPrefix(link, "/?original=") {
			continue
		}
		pages++
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		key := u.Query().Get("original")
		got, text := s.pageOf(t, key, nil)
		variant := page.EscapePath(key) + "?width=150&height=113"
		if got.status != 200 || !strings.Contains(text, `<h2 class="name">`+key+"</h2>") || !slices.Contains(links(got.body), variant) {
			t.Errorf("%q: got %d with %q", key, got.status, links(got.body))
		}
		checkPicture(t, get(t, s.url+variant), "jpeg", 150, 113)
	}
	if pages != len(files)-1 {
		t.Errorf("got links to %d pages, want %d", pages, len(files)-1)
	}
}

// Keys with a prefix are listed, and the prefix stays from one original to the
// next.
func TestPrefix(t *testing.T) {
	photo := original(t, "jpeg-420.jpg")
	s := startSite(t, edge.DefaultConfig(), remote(t, newFolder(t, map[string][]byte{"a.jpg": photo, "in/b.jpg": photo, "in/c.jpg": photo}), nil))
	got, text := s.pageOf(t, "", url.Values{"prefix": {"in/"}})
	if got.status != 200 || strings.Contains(text, "original=a.jpg") || !strings.Contains(text, "2 pictures.") || !strings.Contains(text, `name="prefix" value="in/"`) ||
		!slices.Contains(links(got.body), "/?original=in%2Fc.jpg&prefix=in%2F") {
		t.Errorf("got %d %q", got.status, links(got.body))
	}
	if got, text := s.pageOf(t, "", url.Values{"prefix": {`"><script>`}}); got.status != 200 || !strings.Contains(text, "No picture among 0 keys.") ||
		strings.Contains(string(got.body), `"><script>`) || strings.Contains(text, `id="try"`) {
		t.Errorf("got %d %s", got.status, notices(text))
	}
}

// The user may type a key, listed or not, also as an s3:// URL.
func TestTypedKey(t *testing.T) {
	photo := original(t, "jpeg-420.jpg")
	s := startSite(t, edge.DefaultConfig(), remote(t, newFolder(t, map[string][]byte{"a.jpg": photo, "no-ending": photo, "b.svg": original(t, "svg.svg")}), nil))
	for typed, key := range map[string]string{"no-ending": "no-ending", "s3://my.pics/no-ending": "no-ending", "s3://my.pics/a.jpg": "a.jpg"} {
		got, text := s.pageOf(t, typed, nil)
		if got.status != 200 || !strings.Contains(text, `<h2 class="name">`+key+"</h2>") || !strings.Contains(text, `data-format="JPEG"`) {
			t.Errorf("%s: got %d %s", typed, got.status, notices(text))
		}
	}
	if got, text := s.pageOf(t, "b.svg", nil); got.status != 200 || !strings.Contains(text, "SVG is not resized.") {
		t.Errorf("got %d %s", got.status, notices(text))
	}
	for _, none := range []string{"none.jpg", "s3://other/a.jpg", "a\x00b", "<script>", "\n", "🎈", "\xff", "../a.jpg", "/a.jpg", strings.Repeat("k", 1100)} {
		got, text := s.pageOf(t, none, nil)
		if got.status != http.StatusNotFound && got.status != http.StatusOK || got.status == http.StatusNotFound != strings.Contains(text, "There is no original") ||
			!strings.Contains(text, `id="try"`) || strings.Contains(string(got.body), "<script>\n") || strings.Contains(string(got.body), "original <script>") {
			t.Errorf("%q: got %d %s", none, got.status, notices(text))
		}
	}
}

// Keys that a browser would take for another host or key are requested and
// signed unchanged.
func TestKeysWithSlashes(t *testing.T) {
	s := startRaw(t, edge.DefaultConfig(), remote(t, newFolder(t, map[string][]byte{"a.jpg": original(t, "jpeg-420.jpg")}), nil))
	for _, key := range []string{"/a.jpg", "//evil.example/a.jpg", "in/../a.jpg", "./a.jpg", "..", "a\x00.jpg", "🎈"} {
		got := get(t, s.url+page.EscapePath(key))
		if got.status != http.StatusNotFound || !strings.Contains(string(got.body), "<Code>NoSuchKey</Code>") {
			t.Errorf("%q: got %d %s", key, got.status, got.body)
		}
	}
}

// If the bucket cannot be listed, the page says so and the user can type a key.
func TestBucketThatIsNotListed(t *testing.T) {
	isolate(t)
	from := remote(t, newFolder(t, map[string][]byte{"a.jpg": original(t, "jpeg-420.jpg")}), nil)
	var mode atomic.Value
	mode.Store("denied")
	inner, err := url.Parse(from.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	from.endpoint = proxied(t, inner, func(w http.ResponseWriter, r *http.Request) bool {
		list := r.URL.Query().Has("list-type")
		if list || mode.Load() == "all" && fromFunction(r) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"))
			return true
		}
		return false
	})
	s := startSite(t, edge.DefaultConfig(), from)
	got, text := s.pageOf(t, "", nil)
	if got.status != 200 || !strings.Contains(text, "may not list the bucket \"my.pics\"") || !strings.Contains(text, "Type a key.") || strings.Contains(text, `id="try"`) || !strings.Contains(text, `id="key"`) {
		t.Errorf("got %d %s", got.status, notices(text))
	}
	if got, text := s.pageOf(t, "a.jpg", nil); got.status != 200 || !strings.Contains(text, `data-format="JPEG"`) {
		t.Errorf("got %d %s", got.status, notices(text))
	}
	mode.Store("all")
	if got, text := s.pageOf(t, "a.jpg", nil); got.status != 200 || !strings.Contains(text, "S3 refused access to the original (AccessDenied: Access Denied). Or the key does not exist") {
		t.Errorf("got %d %s", got.status, notices(text))
	}
}

// proxied returns the URL of a server in front of another one. It passes on the
// Host for which requests are signed, and answers itself if own does.
func proxied(t *testing.T, to *url.URL, own func(http.ResponseWriter, *http.Request) bool) string {
	t.Helper()
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !own(w, r) {
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

var paragraphs = regexp.MustCompile(`<p class="(?:notice|muted)"[^>]*>[^<]*`)

// notices returns what a page tells its user.
func notices(text string) []string { return paragraphs.FindAllString(text, -1) }
