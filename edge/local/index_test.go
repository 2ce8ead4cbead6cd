package main

import (
	"bytes"
	"errors"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/edgeresize/edgeresize/edge"
)

// attribute is a link or a picture of the page.
var attribute = regexp.MustCompile(`(?:href|src)="(/[^"]*)"`)

// links are those of a page, each once.
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

// Every link of the page goes where it says.
func TestIndex(t *testing.T) {
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
	page := get(t, s.url+"/")
	if page.status != 200 || page.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("got %d, %v", page.status, page.header)
	}
	for _, name := range oddNames {
		if !strings.Contains(html.UnescapeString(string(page.body)), "<strong>"+name+"</strong>") {
			t.Errorf("%q is not on the page", name)
		}
	}
	outcomes := map[string]int{}
	for _, link := range links(page.body) {
		got := get(t, s.url+link)
		outcomes[got.outcome()]++
		if got.outcome() == "original no-size" && !bytes.Equal(got.body, photo) {
			t.Errorf("%s: got %d bytes, want the original", link, len(got.body))
		}
		if got.outcome() == "resized" {
			checkPicture(t, got, "jpeg", 120, 90)
		}
	}
	for outcome, n := range outcomes {
		if n != len(oddNames) {
			t.Errorf("%d links give %q, want one for each of %d pictures", n, outcome, len(oddNames))
		}
	}
	for _, outcome := range []string{"resized", "original no-size", "original bad-size", "original larger-than-original"} {
		if outcomes[outcome] == 0 {
			t.Errorf("no link gives %q", outcome)
		}
	}
}

// The project's own pictures are all on the page.
func TestIndexIsComplete(t *testing.T) {
	files, err := os.ReadDir(testOriginals)
	if err != nil {
		t.Fatal(err)
	}
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	on := links(get(t, s.url+"/").body)
	for _, file := range files {
		if !slices.Contains(on, escapePath(file.Name())) {
			t.Errorf("%s is not on the page", file.Name())
		}
	}
}

// An empty folder is a page too.
func TestIndexOfNothing(t *testing.T) {
	page := get(t, startSite(t, edge.DefaultConfig(), folder(t.TempDir())).url+"/")
	if page.status != 200 || len(links(page.body)) != 0 {
		t.Errorf("got %d %s", page.status, page.body)
	}
}

// A real bucket is not listed: "/" is a request as any other.
func TestNoIndexOfABucket(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), remote(t, testOriginals, nil))
	if got := get(t, s.url+"/"); got.status == 200 || got.outcome() != "original origin-not-200" {
		t.Errorf("got %d, %q", got.status, got.outcome())
	}
}

// lockedFS is a folder of which one in it cannot be read.
type lockedFS struct{ fstest.MapFS }

func (f lockedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "locked" {
		return nil, errors.New("no permission")
	}
	return f.MapFS.ReadDir(name)
}

func TestListLeavesOutWhatCannotBeRead(t *testing.T) {
	file := &fstest.MapFile{Data: []byte("0123")}
	got := listOriginals(lockedFS{fstest.MapFS{"a.png": file, "locked/b.png": file, "z/C.JPG": file}})
	want := []listed{{"a.png", "/a.png", 4}, {"z/C.JPG", "/z/C.JPG", 4}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := firstJPEG(got); got != "/z/C.JPG" {
		t.Errorf("got %q as the first JPEG", got)
	}
}
