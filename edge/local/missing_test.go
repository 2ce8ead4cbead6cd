package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// pagesFolder returns a folder with a picture and pages; one of them has a
// script.
func pagesFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"404.html": "<title>none</title>Not here.", "a.svg": `<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`,
		"PHOTO.jpg": string(original(t, "PHOTO.jpg")),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A missing picture has the flag's status, with and without a size, to GET and
// HEAD, with S3's body or the page. The function makes CloudFront keep it only
// for seconds.
func TestMissingKey(t *testing.T) {
	dir := pagesFolder(t)
	for _, tt := range []struct {
		missingKey, notFoundPage string
		status                   int
		body, contentType        string
	}{
		{"", "", 403, "<Code>AccessDenied</Code>", "application/xml"},
		{"403", "", 403, "<Code>AccessDenied</Code>", "application/xml"},
		{"404", "", 404, "<Code>NoSuchKey</Code>", "application/xml"},
		{"404", "404.html", 404, "Not here.", "text/html"},
		{"404", "none.html", 404, "<Code>NoSuchKey</Code>", "application/xml"},
	} {
		from := folder(dir)
		from.missingKey, from.notFoundPage = tt.missingKey, tt.notFoundPage
		s := startSite(t, edge.DefaultConfig(), from)
		for _, path := range []string{"/none.jpg", "/none.jpg?width=50&height=30", "/404"} {
			for _, again := range []bool{false, true} {
				got := get(t, s.url+path)
				if got.status != tt.status || !bytes.Contains(got.body, []byte(tt.body)) || got.header.Get("Content-Type") != tt.contentType {
					t.Errorf("%q, %q, %s: got %d %v %q", tt.missingKey, tt.notFoundPage, path, got.status, got.header, got.body)
				}
				if _, cached := got.header["Age"]; cached != again || got.outcome() != "original origin-not-200" {
					t.Errorf("%q, %q, %s: from the cache %v, want %v; %q", tt.missingKey, tt.notFoundPage, path, cached, again, got.outcome())
				}
			}
		}
		if got := ask(t, http.MethodHead, s.url+"/gone.jpg", nil); got.status != tt.status || len(got.body) > 0 {
			t.Errorf("%q, %q: HEAD gives %d %q", tt.missingKey, tt.notFoundPage, got.status, got.body)
		}
		if got := get(t, s.url+"/PHOTO.jpg?width=50&height=30"); got.status != 200 || got.outcome() != "resized" {
			t.Errorf("%q, %q: what is there gives %d %q", tt.missingKey, tt.notFoundPage, got.status, got.outcome())
		}
	}
}

// Every answer forbids scripts and guessed types.
func TestScriptsForbidden(t *testing.T) {
	from := folder(pagesFolder(t))
	from.missingKey, from.notFoundPage = "404", "404.html"
	s := startSite(t, edge.DefaultConfig(), from)
	for _, path := range []string{"/a.svg", "/404.html", "/PHOTO.jpg", "/PHOTO.jpg?width=50&height=30", "/none", "/a/../b"} {
		h := get(t, s.url+path).header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}
