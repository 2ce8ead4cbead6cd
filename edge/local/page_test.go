package main

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/page"
)

// attribute matches a link or a picture of the page.
var attribute = regexp.MustCompile(`(?:href|src|data-src)="(/[^"]*)"`)

// links returns the links of a page, each once.
func links(page []byte) []string {
	var found []string
	for _, m := range attribute.FindAllSubmatch(page, -1) {
		found = append(found, html.UnescapeString(string(m[1])))
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// oddNames are names of files that a URL or a page could get wrong.
var oddNames = []string{
	"a+b.jpg", "a b.jpg", "100%.jpg", "100%25.jpg", "été.jpg", "日本.jpg", `a&b'c"d<e>.jpg`, "#1?x=y.jpg", "a:b.jpg",
	"sub/deep/a+b.jpg", "back\\slash.jpg", "{{.}}.jpg", "line\nend.jpg", "a;b,c@d=e$.jpg", "&amp;.jpg",
}

// Every link of the page works.
func TestPage(t *testing.T) {
	photo := original(t, "jpeg-420.jpg")
	files := map[string][]byte{".hidden.jpg": photo, ".git/a.jpg": photo, "bad\xff.jpg": photo}
	for _, name := range oddNames {
		files[name] = photo
	}
	dir := newFolder(t, files)
	if err := os.Symlink("a b.jpg", filepath.Join(dir, "link.jpg")); err != nil {
		t.Fatal(err)
	}
	s := startSite(t, edge.DefaultConfig(), folder(dir))
	index := get(t, s.url+"/")
	if index.status != 200 || index.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("got %d, %v", index.status, index.header)
	}
	thumbnails, pages := 0, 0
	for _, link := range links(index.body) {
		if strings.HasPrefix(link, "/trouble//") {
			continue
		}
		got := get(t, s.url+link)
		switch {
		case strings.HasPrefix(link, "/?original="):
			pages++
			checkShown(t, got, link)
		case strings.HasSuffix(link, "?width=120&height=90"):
			thumbnails++
			checkPicture(t, got, "jpeg", 120, 90)
		case strings.HasPrefix(link, "/?asset="):
			if got.status != 200 {
				t.Errorf("%s: got %d", link, got.status)
			}
		}
	}
	if pages != len(oddNames) || thumbnails != len(oddNames) {
		t.Errorf("got %d thumbnails and %d links to pages, want one for each of %d pictures", thumbnails, pages, len(oddNames))
	}
}

// checkShown fails the test unless an answer is the page of the original in
// link, with a variant from CloudFront.
func checkShown(t *testing.T, got answered, link string) {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	name := u.Query().Get("original")
	if got.status != 200 || !slices.Contains(oddNames, name) ||
		!strings.Contains(html.UnescapeString(string(got.body)), `<h2 class="name">`+name+"</h2>") {
		t.Errorf("%s: got %d, not the page of %q", link, got.status, name)
	}
	if variant := page.EscapePath(name) + "?width=150&height=113"; !slices.Contains(links(got.body), variant) {
		t.Errorf("%s: %s is not on the page", link, variant)
	}
}

// The page takes any size from its URL.
func TestPageAtASize(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	got := get(t, s.url+`/?original=PHOTO.jpg&width=a%22b%26&height=`)
	if want := `/PHOTO.jpg?width=a%22b%26`; got.status != 200 || !slices.Contains(links(got.body), want) {
		t.Errorf("got %d with %q, want %s", got.status, links(got.body), want)
	}
}

// All of the project's pictures are on the page.
func TestPageIsComplete(t *testing.T) {
	files, err := os.ReadDir(testOriginals)
	if err != nil {
		t.Fatal(err)
	}
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	on := links(get(t, s.url+"/").body)
	for _, file := range files {
		if !slices.Contains(on, page.EscapePath(file.Name())+"?width=120&height=90") {
			t.Errorf("%s is not on the page", file.Name())
		}
	}
}

// An empty folder has a page too, and so has one without a photograph.
func TestPageOfLittle(t *testing.T) {
	for _, files := range []map[string][]byte{{}, {"notes.txt": []byte("none")}, {"empty.jpg": nil}} {
		got := get(t, startSite(t, edge.DefaultConfig(), folder(newFolder(t, files))).url+"/")
		if got.status != 200 || strings.Contains(string(got.body), `id="try"`) != (len(files) > 0) {
			t.Errorf("%v: got %d %s", files, got.status, got.body)
		}
	}
}

// An original that was dropped before the server started is unknown.
func TestUnknownOriginal(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	got := get(t, s.url+"/?original=dropped%2F%2F00%2Fa.jpg")
	if got.status != http.StatusNotFound || !strings.Contains(string(got.body), "There is no original dropped//00/a.jpg") ||
		!strings.Contains(string(got.body), `<h2 class="name">PHOTO.jpg</h2>`) {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

// The page is only at its path, and only for its methods.
func TestPageOnlyAtItsPath(t *testing.T) {
	from := folder(testOriginals)
	from.missingKey = "404"
	s := startSite(t, edge.DefaultConfig(), from)
	for _, path := range []string{"/none?asset=page.css", "//", "/?asset=none", "/?asset=../page.html", "/?asset="} {
		if got := get(t, s.url+path); got.status != http.StatusNotFound && got.status != http.StatusNotImplemented {
			t.Errorf("%s: got %d", path, got.status)
		}
	}
	if got := ask(t, http.MethodDelete, s.url+"/", nil); got.status != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: got %d", got.status)
	}
	if got := ask(t, http.MethodHead, s.url+"/", nil); got.status != http.StatusOK || len(got.body) != 0 {
		t.Errorf("HEAD: got %d %s", got.status, got.body)
	}
}
