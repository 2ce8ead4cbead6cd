package paths

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

func TestOf(t *testing.T) {
	everything := Mapping{}
	origin := Mapping{KeyPrefix: "media/photos"}
	mapped := Mapping{KeyPrefix: "media", URLPrefix: "/wp-content/uploads"}
	jpegs := Mapping{Suffixes: []string{".jpg", ".jpeg"}}
	for _, tt := range []struct {
		m    Mapping
		key  string
		want string
	}{
		{everything, "photo.jpg", "/photo.jpg*"},
		{everything, "a/b-c_d.1.jpg", "/a/b-c_d.1.jpg*"},
		{everything, "/a.jpg", "//a.jpg*"},
		{everything, "red flower.jpg", "/red%20flower.jpg* /red+flower.jpg*"},
		{everything, "photo@2x.jpg", "/photo*"},
		{everything, "IMG (1).jpg", "/IMG*"},
		{everything, "100%.jpg", "/100%25.jpg*"},
		{everything, "what?.jpg", "/what*"},
		{everything, "a+b.jpg", "/a*"},
		{everything, "é.jpg", "/%C3%A9.jpg* /%c3%a9.jpg*"},
		{everything, "東京/x.jpg", "/%E6%9D%B1%E4%BA%AC/x.jpg* /%e6%9d%b1%e4%ba%ac/x.jpg*"},
		{everything, "trip/東京 (1).jpg", "/trip/*"},
		{everything, "user=5/a.jpg", "/user*"},
		{everything, "a\tb\".jpg", "/a%09b%22.jpg*"},
		{everything, "a*b.jpg", "/a*"},
		{everything, "image~2.jpg", "/image*"},
		{everything, "photo[1].jpg", "/photo*"},
		{everything, "p%q@~.jpg", "/p%25q*"},
		{everything, "folder/", ""},
		{origin, "media/photos/a.jpg", "/a.jpg*"},
		{origin, "media/photos.jpg", ""},
		{origin, "other/a.jpg", ""},
		{mapped, "media/a.jpg", "/wp-content/uploads/a.jpg* /media/a.jpg*"},
		{mapped, "a.jpg", ""},
		{Mapping{URLPrefix: "/img"}, "a.jpg", "/img/a.jpg* /a.jpg*"},
		{jpegs, "a.jpg", "/a.jpg*"},
		{jpegs, "a.JPEG", "/a.JPEG*"},
		{jpegs, "a.jpg.txt", ""},
		{jpegs, "jpg", ""},
	} {
		if got := strings.Join(tt.m.Of(tt.key), " "); got != tt.want {
			t.Errorf("%+v, %q: got %q, want %q", tt.m, tt.key, got, tt.want)
		}
	}
}

// usual are URLs of a key as the usual encoders make them.
func usual(key string) []string {
	var urls []string
	segments := strings.Split(key, "/")
	for _, encode := range []func(string) string{
		url.PathEscape,
		func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") },
		url.QueryEscape,
		func(s string) string { // encodeURIComponent
			return strings.NewReplacer("%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(strings.ReplaceAll(url.QueryEscape(s), "+", "%20"))
		},
		func(s string) string { // what browsers send for an <img src>
			var b strings.Builder
			for _, c := range []byte(s) {
				if c <= ' ' || c > '~' || strings.IndexByte("\"#<>?`{}%\\", c) >= 0 {
					b.WriteString(strings.ReplaceAll(url.QueryEscape(string([]byte{c})), "+", "%20"))
				} else {
					b.WriteByte(c)
				}
			}
			return b.String()
		},
	} {
		var encoded []string
		for _, s := range segments {
			encoded = append(encoded, encode(s))
		}
		upper := "/" + strings.Join(encoded, "/")
		urls = append(urls, upper, lowerHex(upper))
	}
	return urls
}

// lowerHex has escapes in lower case.
func lowerHex(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], strings.ToLower(s[i+1:i+3]))
		}
	}
	return string(b)
}

// needless reports whether a path encodes more than what is beyond ASCII, not
// printable or unsafe (RFC 1738, section 2.2), or "~" at all.
func needless(t *testing.T, path string) bool {
	t.Helper()
	decoded, err := url.PathUnescape(path)
	if err != nil {
		t.Fatal(err)
	}
	var must strings.Builder
	for _, c := range []byte(decoded) {
		if c <= ' ' || c >= 0x7F || strings.IndexByte("<>\"#%{}|\\^[]`", c) >= 0 {
			fmt.Fprintf(&must, "%%%02x", c)
		} else {
			must.WriteByte(c)
		}
	}
	return must.String() != lowerHex(path) || strings.Contains(decoded, "~")
}

func checkOf(t *testing.T, key string) {
	t.Helper()
	paths := Mapping{}.Of(key)
	if len(paths) == 0 || len(paths) > 4 {
		t.Fatalf("%q: got %q", key, paths)
	}
	// CloudFront takes them, and heeds them.
	for _, p := range paths {
		if err := cloudfront.CheckPath(p); err != nil {
			t.Errorf("%q: %v", key, err)
		}
		if needless(t, p) {
			t.Errorf("%q: %s encodes what is to stay as it is", key, p)
		}
	}
	for _, u := range usual(key) {
		for _, u := range []string{u, u + "?width=500&height=300"} {
			if !slices.ContainsFunc(paths, func(p string) bool { return Covers(p, u) }) {
				t.Errorf("%q: %q leaves %s in the cache", key, paths, u)
			}
		}
	}
	for i, p := range paths {
		if slices.ContainsFunc(slices.Delete(slices.Clone(paths), i, i+1), func(q string) bool { return Covers(q, p) }) {
			t.Errorf("%q: of %q one covers another", key, paths)
		}
	}
}

// Whatever encoder made a URL, a path removes it, and CloudFront takes the path.
func TestEverySpelling(t *testing.T) {
	for c := range 128 {
		if c != '/' {
			checkOf(t, "a/b"+string(rune(c))+"c.jpg")
		}
	}
	// Encoders differ by the sets of characters that they escape.
	for _, c := range contested {
		for _, d := range contested + "%# " {
			checkOf(t, string(c)+string(d))
		}
	}
	for _, key := range []string{"é", "東京/é (1)@2x+.jpg", "\xff\xfe", "e\u0301.png", "🙂🙂.gif", "a//b", "%2F", "a%2Fb"} {
		checkOf(t, key)
	}
}

func FuzzOf(f *testing.F) {
	for _, key := range []string{"a.jpg", "a b+c@d/é", "~", "*", "%", "a/\x00"} {
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
}
