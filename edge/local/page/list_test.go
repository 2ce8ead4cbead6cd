package page

import (
	"errors"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// lockedFS is a folder with a subfolder that cannot be read.
type lockedFS struct{ fstest.MapFS }

func (f lockedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "locked" {
		return nil, errors.New("no permission")
	}
	return f.MapFS.ReadDir(name)
}

func TestListLeavesOutWhatCannotBeRead(t *testing.T) {
	file := &fstest.MapFile{Data: []byte("0123")}
	got := List(lockedFS{fstest.MapFS{"a.png": file, "locked/b.png": file, "z/C.JPG": file}})
	want := []Listed{{"a.png", "a.png", 4}, {"z/C.JPG", "z/C.JPG", 4}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if first, ok := FirstJPEG(got); !ok || first.Path() != "/z/C.JPG" {
		t.Errorf("got %v as the first JPEG", first)
	}
	if first, ok := FirstJPEG(got[:1]); ok {
		t.Errorf("got %v as the first JPEG of none", first)
	}
}

// However a key is spelled, its path means that key to S3, and this server to a
// browser: no other host, and no dot segments that browsers remove, unless the
// key consists of them.
func FuzzEscapePath(f *testing.F) {
	for _, key := range []string{
		"a.jpg", "/a.jpg", "//evil.example/a.jpg", "/", "//", ".", "..", "a/../b.jpg", "../a", "a/.", "a/./b", "./..//.", "%2e%2e/a", "a//b", "\\\\evil.example\\a",
		"a?b#c", "a\x00b", "line\nend", "🎈", "'\"<script>", "a+b c%", "\t/a", "http://evil.example/", "\xff", ":80/a", "@evil.example/",
	} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		path := EscapePath(key)
		if got, err := url.PathUnescape(path); err != nil || got != "/"+key {
			t.Errorf("%q: %s is %q, %v", key, path, got, err)
		}
		if strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\'\"<> \t\r\n\x00+?#") {
			t.Errorf("%q: got %s", key, path)
		}
		for segment := range strings.SplitSeq(path, "/") {
			if dots := strings.ReplaceAll(strings.ToLower(segment), "%2e", "."); isDots(dots) && !isDots(key) {
				t.Errorf("%q: a browser takes %q out of %s", key, segment, path)
			}
		}
	})
}
