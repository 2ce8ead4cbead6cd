package main

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/page"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

const signingKey = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

func signingKeys(t *testing.T) viewerrequest.Keys {
	t.Helper()
	keys, err := viewerrequest.ParseKeys(signingKey)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestSignedURLs wants variants for signed URLs alone, and says why others get the
// original.
func TestSignedURLs(t *testing.T) {
	config := edge.DefaultConfig()
	config.Parameters = []string{"signature"}
	keys := signingKeys(t)
	const size = "/jpeg-420.jpg?width=50&height=30"
	tomorrow, yesterday := time.Now().Add(24*time.Hour).Unix(), time.Now().Add(-24*time.Hour).Unix()
	signed := func(expires int64) string {
		return fmt.Sprintf("%s&expires=%d&signature=%s", size, expires, keys.Signature(size, expires))
	}
	s := start(t, config, folder(testOriginals), false, keys)
	for _, tt := range []struct{ url, outcome, request string }{
		{signed(tomorrow), "resized", size},
		{size, "original unsigned", "/jpeg-420.jpg"},
		{signed(tomorrow) + "A", "original unsigned", "/jpeg-420.jpg"},
		{signed(yesterday), "original expired", "/jpeg-420.jpg"},
		{"/jpeg-420.jpg", "original no-size", "/jpeg-420.jpg"},
	} {
		got := ask(t, http.MethodGet, s.url+tt.url, nil)
		if got.status != http.StatusOK || got.outcome() != tt.outcome || got.header.Get(requestHeader) != tt.request {
			t.Errorf("%s: got %d, %q for %q; want %q for %q", tt.url, got.status, got.outcome(), got.header.Get(requestHeader), tt.outcome, tt.request)
		}
	}
	// The cache's answer is for the signed alone too.
	if got := ask(t, http.MethodGet, s.url+size, nil); got.outcome() != "original unsigned" {
		t.Errorf("from the cache: got %q", got.outcome())
	}
	without := start(t, config, folder(testOriginals), false, viewerrequest.Keys{})
	if got := ask(t, http.MethodGet, without.url+signed(tomorrow), nil); got.outcome() != "original unsigned" {
		t.Errorf("without keys: got %q", got.outcome())
	}
}

// The page's own requests get variants: the picture of the page, thumbnails, and what its
// script has signed. Keys do not reach the browser.
func TestPageSigns(t *testing.T) {
	config := edge.DefaultConfig()
	config.Parameters = []string{"w", "signature"}
	s := start(t, config, folder(testOriginals), false, signingKeys(t))
	index := get(t, s.url+"/?original=jpeg-420.jpg&width=50&height=30")
	signed, thumbnails := 0, 0
	for _, link := range links(index.body) {
		switch {
		case strings.HasPrefix(link, "/jpeg-420.jpg?width=50&height=30&expires="):
			signed++
			checkPicture(t, get(t, s.url+link), "jpeg", 50, 30)
		case strings.Contains(link, "?width=120&height=90&expires=") && strings.HasPrefix(link, "/jpeg-444.jpg"):
			thumbnails++
			checkPicture(t, get(t, s.url+link), "jpeg", 120, 90)
		}
	}
	if signed != 1 || thumbnails != 1 {
		t.Errorf("got %d signed pictures and %d thumbnails in %q", signed, thumbnails, links(index.body))
	}
	for _, path := range []string{"/jpeg-420.jpg?w=40&height=30", "/%6apeg-420.jpg?height=30&width=40&format=jpeg&expires=9&signature=old"} {
		signed := s.signed(t, path)
		checkPicture(t, get(t, s.url+signed), "jpeg", 40, 30)
		if strings.Contains(signed, "old") || strings.Contains(string(index.body)+signed, signingKey) {
			t.Errorf("%s: got %s", path, signed)
		}
	}
	for _, path := range []string{"", "/", "/jpeg-420.jpg", "/jpeg-420.jpg?width=0&height=5", "/a/../b.jpg?width=5&height=5"} {
		if got := s.signed(t, path); got != path {
			t.Errorf("%q: got %s", path, got)
		}
	}
}

// thumbnail matches a small picture of the page's gallery.
var thumbnail = regexp.MustCompile(`data-src="([^"]*)"`)

// A path is signed however the key of its picture looks.
func TestSignedOddNames(t *testing.T) {
	files := map[string][]byte{}
	for _, name := range oddNames {
		files[name] = original(t, "jpeg-420.jpg")
	}
	config := edge.DefaultConfig()
	config.Parameters = []string{"signature"}
	s := start(t, config, folder(newFolder(t, files)), false, signingKeys(t))
	thumbnails := 0
	for _, m := range thumbnail.FindAllSubmatch(get(t, s.url+"/").body, -1) {
		link := html.UnescapeString(string(m[1]))
		if path, _, ok := strings.Cut(link, "?width=120&height=90&expires="); ok {
			thumbnails++
			checkPicture(t, get(t, s.url+link), "jpeg", 120, 90)
			checkPicture(t, get(t, s.url+s.signed(t, path+"?width=40&height=30")), "jpeg", 40, 30)
		}
	}
	if thumbnails != len(oddNames) {
		t.Errorf("got %d signed thumbnails of %d pictures", thumbnails, len(oddNames))
	}
}

// The contract has requests without a valid signature. All others are signed.
func TestUnsignedTrials(t *testing.T) {
	config := edge.DefaultConfig()
	config.Parameters = []string{"signature"}
	want := map[string]string{"unsigned": "unsigned", "signed for another path": "unsigned", "expired": "expired"}
	s := start(t, config, folder(testOriginals), false, signingKeys(t))
	for _, one := range trialsOf(t, string(get(t, s.url+"/").body)) {
		if strings.HasPrefix(one.path, "/trouble") {
			continue
		}
		reason := strings.TrimPrefix(s.send(t, one).outcome(), "original ")
		if expected, ok := want[one.label]; ok && reason != expected || !ok && (reason == "unsigned" || reason == "expired") {
			t.Errorf("%s: got %q", one.label, reason)
		}
		delete(want, one.label)
	}
	if len(want) > 0 {
		t.Errorf("not on the page: %v", want)
	}
}

// Without keys the page says so. It signs nothing then, and nothing where no signature is
// checked.
func TestPageWithoutSignatures(t *testing.T) {
	config := edge.DefaultConfig()
	config.Parameters = []string{"signature"}
	for name, tt := range map[string]struct {
		site  *site
		noted bool
	}{
		"no keys":   {startSite(t, config, folder(testOriginals)), true},
		"raw":       {start(t, config, folder(testOriginals), true, signingKeys(t)), false},
		"unchecked": {start(t, edge.DefaultConfig(), folder(testOriginals), false, signingKeys(t)), false},
	} {
		index := html.UnescapeString(string(get(t, tt.site.url+"/").body))
		if strings.Contains(index, page.NoKeys) != tt.noted || strings.Contains(index, ">unsigned<") != tt.noted {
			t.Errorf("%s: want the note and the button: %v", name, tt.noted)
		}
		if strings.Contains(index, "signature=") || strings.Contains(index, "data-signs") || strings.Contains(index, ">expired<") {
			t.Errorf("%s: the page has signatures", name)
		}
		if got := get(t, tt.site.url+"/?sign=/a.jpg?width=5%26height=5"); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d, %s", name, got.status, got.body)
		}
	}
}
