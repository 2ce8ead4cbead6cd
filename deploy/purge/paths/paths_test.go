package paths

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/urlpath"
)

func TestOf(t *testing.T) {
	everything := Mapping{}
	origin := Mapping{KeyPrefix: "media/photos"}
	mapped := Mapping{KeyPrefix: "media", URLPrefix: "/wp-content/uploads"}
	jpegs := Mapping{Suffixes: []string{".jpg", ".jpeg"}}
	for _, tt := range []struct {
		m          Mapping
		key        string
		want       string
		unnameable string
	}{
		{everything, "photo.jpg", "/photo.jpg*", ""},
		{everything, "a/b-c_d.1.jpg", "/a/b-c_d.1.jpg*", ""},
		{everything, "/a.jpg", "//a.jpg*", ""},
		{everything, "red flower.jpg", "/red%20flower.jpg* /red+flower.jpg*", ""},
		{everything, "photo@2x.jpg", "/photo@2x.jpg*", ""},
		{everything, "사진 (1).jpg", "/%EC%82%AC%EC%A7%84%20(1).jpg* /%EC%82%AC%EC%A7%84+(1).jpg*", ""},
		{everything, "100%.jpg", "/100%25.jpg*", ""},
		{everything, "%20.jpg", "/%2520.jpg*", ""},
		{everything, "user=5/a.jpg", "/user=5/a.jpg*", ""},
		{everything, "a\tb\".jpg", "/a%09b%22.jpg*", ""},
		{everything, "photo[1].JPG", "/photo%5B1%5D.JPG*", ""},
		{everything, "(1)", "/(1) /(1)?*", ""},
		{everything, "u/123", "/u/123 /u/123?*", ""},
		{everything, "example.com", "/example.com /example.com?*", ""},
		{everything, "a b", "/a%20b /a%20b?* /a+b /a+b?*", ""},
		{everything, "a*b.jpg", "/a*b.jpg*", ""},
		{everything, "u/123/*", "/u/123/**", ""},
		{everything, "*", "/**", ""},
		{everything, "été +1 %.jpg", "", "/%C3%A9t%C3%A9%20%2B1%20%25.jpg /%C3%A9t%C3%A9+%2B1+%25.jpg"},
		{everything, "a~b", "", "/a%7Eb"},
		{everything, "a+b.jpg", "", "/a%2Bb.jpg"},
		{everything, "what?.jpg", "", "/what%3F.jpg"},
		{everything, "a/../b.jpg", "", "/a/../b.jpg"},
		{everything, "./b.jpg", "", "/./b.jpg"},
		{everything, "folder/", "", ""},
		{origin, "media/photos/a.jpg", "/a.jpg*", ""},
		{origin, "media/photos.jpg", "", ""},
		{origin, "other/a.jpg", "", ""},
		{mapped, "media/a.jpg", "/wp-content/uploads/a.jpg* /media/a.jpg*", ""},
		{mapped, "media/a b.jpg", "/wp-content/uploads/a%20b.jpg* /wp-content/uploads/a+b.jpg* /media/a%20b.jpg* /media/a+b.jpg*", ""},
		{mapped, "media/a~b.jpg", "", "/wp-content/uploads/a%7Eb.jpg /media/a%7Eb.jpg"},
		{mapped, "a.jpg", "", ""},
		{Mapping{URLPrefix: "/img"}, "a.jpg", "/img/a.jpg* /a.jpg*", ""},
		{Mapping{KeyPrefix: "a+b", URLPrefix: "/img"}, "a+b/c.jpg", "/img/c.jpg*", "/a%2Bb/c.jpg"},
		{jpegs, "a.jpg", "/a.jpg*", ""},
		{jpegs, "a.JPEG", "/a.JPEG*", ""},
		{jpegs, "a.jpg.txt", "", ""},
		{jpegs, "jpg", "", ""},
	} {
		paths, unnameable := tt.m.Of(tt.key)
		if got := strings.Join(paths, " "); got != tt.want {
			t.Errorf("%+v, %q: got %q, want %q", tt.m, tt.key, got, tt.want)
		}
		if got := strings.Join(unnameable, " "); got != tt.unnameable {
			t.Errorf("%+v, %q: got %q, which no path can name, want %q", tt.m, tt.key, got, tt.unnameable)
		}
		if has := tt.m.Has(tt.key); has != (tt.want+tt.unnameable != "") {
			t.Errorf("%+v, %q: has is %v", tt.m, tt.key, has)
		}
	}
}

func TestOfALongKey(t *testing.T) {
	m := Mapping{URLPrefix: "/" + strings.Repeat("u", 999)}
	key := strings.Repeat("é", 500) // 3,000 characters
	if paths, unnameable := m.Of(key[2:]); len(paths) != 4 || len(unnameable) != 0 {
		t.Errorf("got %d paths and %d without", len(paths), len(unnameable))
	}
	if paths, unnameable := m.Of(key); len(paths) != 2 || len(unnameable) != 1 {
		t.Errorf("got %d paths and %d without", len(paths), len(unnameable))
	}
}

// viewed returns the URLs that reach the cache for a key behind the viewer-request
// function, as the usual encoders spell them.
func viewed(t *testing.T, key string) (urls []string) {
	t.Helper()
	var escaped []string
	for segment := range strings.SplitSeq(key, "/") {
		escaped = append(escaped, strings.ReplaceAll(url.PathEscape(segment), "+", "%2B"))
	}
	path := "/" + strings.Join(escaped, "/")
	for _, given := range []string{path, strings.ReplaceAll(path, "%20", "+"), "/" + strings.ReplaceAll(url.QueryEscape(key), "%2F", "/")} {
		canonical, err := urlpath.Canonical(given)
		if err != nil {
			continue // no viewer gets there
		}
		for _, query := range []string{"", "?width=500&height=300", "?width=5&format=avif", "?width=5&height=5&fit=pad,ffffff&gravity=0.3,0.7&trim=true"} {
			urls = append(urls, canonical+query)
		}
	}
	return urls
}

func checkOf(t *testing.T, key string) {
	t.Helper()
	paths, unnameable := Mapping{}.Of(key)
	if len(paths)+len(unnameable) == 0 || len(paths) > 4 {
		t.Fatalf("%q: got %q and %q", key, paths, unnameable)
	}
	for _, p := range paths {
		if err := cloudfront.CheckPath(p); err != nil {
			t.Errorf("%q: %v", key, err)
		}
		if canonical, err := urlpath.Canonical(strings.TrimSuffix(strings.TrimSuffix(p, "?*"), "*")); err != nil || !strings.HasPrefix(p, canonical) {
			t.Errorf("%q: %s encodes what is to stay as it is", key, p)
		}
	}
	// Every URL is removed or reported as unnameable.
	for _, u := range viewed(t, key) {
		path, _, _ := strings.Cut(u, "?")
		if !slices.ContainsFunc(paths, func(p string) bool { return Covers(p, u) }) && !slices.Contains(unnameable, path) {
			t.Errorf("%q: %q leaves %s in the cache", key, paths, u)
		}
	}
	// No other object's URL is removed, except below a picture: its one path covers
	// every key that begins with key.
	for _, other := range []string{key + "/x.jpg", key + "x", key + "é", key[:len(key)-1] + "~x", "x.jpg", "x" + key, key + "?"} {
		if strings.HasPrefix(other, key) && len(paths) > 0 && len(cached(urlpath.Of(key))) == 1 {
			continue
		}
		for _, u := range viewed(t, other) {
			if slices.ContainsFunc(paths, func(p string) bool { return Covers(p, u) }) {
				t.Errorf("%q: %q removes %s", key, paths, u)
			}
		}
	}
	for i, p := range paths {
		if slices.ContainsFunc(slices.Delete(slices.Clone(paths), i, i+1), func(q string) bool { return Covers(q, p) }) {
			t.Errorf("%q: of %q one covers another", key, paths)
		}
	}
}

// Every character alone, in the middle and at the end of a key.
func TestEveryCharacter(t *testing.T) {
	for c := range 128 {
		for _, format := range []string{"$", "a/b$c.jpg", "a/b$", "$/a.jpg", "$.jpg"} {
			if key := strings.ReplaceAll(format, "$", string(rune(c))); !strings.HasSuffix(key, "/") {
				checkOf(t, key)
			}
		}
	}
	for _, key := range []string{"é", "東京/é (1)@2x+.jpg", "\xff\xfe", "e\u0301.png", "🙂🙂.gif", "a//b", "%2F", "a%2Fb", "a/..", "*.jpg", "**"} {
		checkOf(t, key)
	}
}

func FuzzOf(f *testing.F) {
	for _, key := range []string{"a.jpg", "a b+c@d/é", "~", "*", "%", "a/\x00", "u/123/*", "..", "a b*"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if len(key) > 1024 || key == "" || strings.HasSuffix(key, "/") { // S3 has keys of at most 1,024 bytes
			return
		}
		checkOf(t, key)
	})
}

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		wild, path string
		want       bool
	}{
		{"/*", "/a.jpg*", true}, {"/a/*", "/a/*", true}, {"/a/*", "/a/b", true}, {"/a/*", "/ab*", false},
		{"/a", "/a", true}, {"/a", "/a*", false}, {"/a", "/ab", false}, {"/a*", "/a", true},
	} {
		if got := Covers(tt.wild, tt.path); got != tt.want {
			t.Errorf("Covers(%q, %q) is %v", tt.wild, tt.path, got)
		}
	}
}

func TestFolders(t *testing.T) {
	for path, want := range map[string]string{
		"/*": "", "/a*": "/*", "/a/*": "/*", "/a/b/c.jpg*": "/a/b/* /a/* /*", "//a*": "//* /*",
		"/a/b?*": "/a/* /*", "/a/b": "/a/* /*", "/a/**": "/a/* /*",
	} {
		got := Folders(path)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
		for _, folder := range got {
			if !Covers(folder, path) {
				t.Errorf("%s does not cover %s", folder, path)
			}
		}
	}
	if got := Folders("#o1/2"); !slices.Equal(got, []string{All}) {
		t.Errorf("of a tag: got %q", got)
	}
}

func TestSizeOf(t *testing.T) {
	if got, want := SizeOf([]string{"/a*", "/b", "#t", "#t*", "/c*d"}), (Size{Wild: 1, Single: 4}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
