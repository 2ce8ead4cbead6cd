package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cachetag"
)

// fallbackConfig returns a config with a fallback picture of the given status.
func fallbackConfig(status int) edge.Config {
	config := edge.DefaultConfig()
	config.FallbackKey, config.FallbackStatus = "placeholders/none.jpg", status
	return config
}

// placeholders returns a folder with a fallback picture.
func placeholders(t *testing.T) string {
	t.Helper()
	return newFolder(t, map[string][]byte{
		"placeholders/none.jpg": original(t, "jpeg-420.jpg"), "404.html": []byte("<title>none</title>Not here."),
	})
}

// A missing picture is the fallback picture for a minute, whatever S3's status
// for it, and itself as soon as it exists and that time is over or its tag is
// purged.
func TestFallbackPicture(t *testing.T) {
	for _, missingKey := range []string{"403", "404"} {
		for _, status := range []int{200, 404} {
			dir := placeholders(t)
			from := folder(dir)
			from.missingKey = missingKey
			s := startSite(t, fallbackConfig(status), from)
			xCache := map[int]string{200: "Miss", 404: "Error"}[status]
			again := map[int]string{200: "Hit", 404: "Error"}[status]
			url := s.url + "/new.jpg?width=50&height=30"
			first := get(t, url)
			expect(t, first, xCache, "fallback origin-not-200")
			if first.status != status || first.header.Get("Cache-Control") != "max-age=60" || first.header.Get("ETag") != "" {
				t.Errorf("got %d, %v", first.status, first.header)
			}
			first.status = http.StatusOK
			checkPicture(t, first, "jpeg", 50, 30)
			if got := get(t, s.url+"/new.jpg?width=50&height=30&format=webp"); got.status != status || got.header.Get("Content-Type") != "image/webp" {
				t.Errorf("as WebP: got %d, %v", got.status, got.header)
			}
			s.later(59 * time.Second)
			cached := get(t, url)
			expect(t, cached, again, "fallback origin-not-200")
			if cached.header.Get("Age") != "59" {
				t.Errorf("got %v", cached.header)
			}
			if err := os.WriteFile(filepath.Join(dir, "new.jpg"), original(t, "jpeg-444.jpg"), 0o600); err != nil {
				t.Fatal(err)
			}
			s.later(61 * time.Second)
			expect(t, get(t, url), "Miss", "resized")

			other := s.url + "/other.jpg?width=50&height=30"
			expect(t, get(t, other), xCache, "fallback origin-not-200")
			if err := os.WriteFile(filepath.Join(dir, "other.jpg"), original(t, "jpeg-444.jpg"), 0o600); err != nil {
				t.Fatal(err)
			}
			expect(t, get(t, other), again, "fallback origin-not-200")
			if err := s.Invalidate("#" + cachetag.Of(localBucket, "other.jpg")); err != nil {
				t.Fatal(err)
			}
			expect(t, get(t, other), "Miss", "resized")
		}
	}
}

// Nothing but a GET for a size gets the fallback picture.
func TestNoFallbackPicture(t *testing.T) {
	s := startSite(t, fallbackConfig(200), folder(placeholders(t)))
	for _, path := range []string{"/none.jpg", "/none.jpg?width=asdf&height=30"} {
		if got := get(t, s.url+path); got.status != http.StatusForbidden || got.header.Get("Content-Type") != "application/xml" {
			t.Errorf("%s: got %d, %v", path, got.status, got.header)
		}
	}
	if got := ask(t, http.MethodHead, s.url+"/gone.jpg?width=50&height=30", nil); got.status != http.StatusForbidden {
		t.Errorf("HEAD: got %d", got.status)
	}
	expect(t, get(t, s.url+"/gone.jpg?width=50&height=30"), "Miss", "fallback origin-not-200")
	missing := fallbackConfig(200)
	missing.FallbackKey = "elsewhere.jpg"
	s = startSite(t, missing, folder(placeholders(t)))
	got := get(t, s.url+"/none.jpg?width=50&height=30")
	expect(t, got, "Error", "original origin-not-200")
	if got.status != http.StatusForbidden || got.header.Get("Cache-Control") != "max-age=10" {
		t.Errorf("got %d, %v", got.status, got.header)
	}
}

// A custom error page for status 404 hides a fallback picture of that status,
// but not one of status 200.
func TestFallbackPictureAndErrorPage(t *testing.T) {
	from := folder(placeholders(t))
	from.missingKey, from.notFoundPage = "404", "404.html"
	for status, want := range map[int]string{404: "text/html", 200: "image/jpeg"} {
		s := startSite(t, fallbackConfig(status), from)
		got := get(t, s.url+"/none.jpg?width=50&height=30")
		if got.status != status || got.header.Get("Content-Type") != want {
			t.Errorf("got %d, %v; want %s", got.status, got.header, want)
		}
		if got := get(t, s.url+"/none.jpg"); got.status != http.StatusNotFound || got.header.Get("Content-Type") != "text/html" {
			t.Errorf("without a size: got %d, %v", got.status, got.header)
		}
	}
}
