package urlpath

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

func TestCanonical(t *testing.T) {
	for path, want := range map[string]string{
		"/":                               "/",
		"/photo.jpg":                      "/photo.jpg",
		"/%70hoto%2Ejpg":                  "/photo.jpg",
		"/a%20b.jpg":                      "/a%20b.jpg",
		"/%EC%82%AC%ec%a7%84%20%281%29":   "/%EC%82%AC%EC%A7%84%20(1)",
		"/사진 (1)":                         "/%EC%82%AC%EC%A7%84%20(1)",
		"/!$&'()*,;=:@-._":                "/!$&'()*,;=:@-._",
		"/%21%24%26%27%28%29%2a%2c%3b%3d": "/!$&'()*,;=",
		"/a+b%2Bc":                        "/a+b%2Bc",
		"/a~b%7ec":                        "/a%7Eb%7Ec",
		"/a%2fb/%2F":                      "/a%2Fb/%2F",
		"/a%3fb%23":                       "/a%3Fb%23",
		`/<>"{}|\^[]` + "`":               "/%3C%3E%22%7B%7D%7C%5C%5E%5B%5D%60",
		"/%2541%25%32%35":                 "/%2541%2525",
		"/%e9\xe9":                        "/%E9%E9",
		"/%00%7f%C0%AF":                   "/%00%7F%C0%AF",
		"//a//b/":                         "//a//b/",
		"/...a/.b/c.":                     "/...a/.b/c.",
		"/%%34%31":                        "/%%34%31",
		"/%":                              "/%",
		"/%4":                             "/%4",
		"/%C3%A9%zz":                      "/%C3%A9%zz",
	} {
		if got, err := Canonical(path); got != want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", path, got, err, want)
		}
	}
	for _, path := range []string{"/.", "/..", "/a/../b", "/a/%2e%2E/b", "/./", "/a/.%2e", "/%/../a", "/a%/%2E./b"} {
		if got, err := Canonical(path); !errors.Is(err, ErrDots) || got != "" {
			t.Errorf("%s: got %s, %v, want ErrDots", path, got, err)
		}
	}
}

// FuzzCanonical checks that the canonical path names the same key, is canonical
// itself, equals Of(key) if the path names only one key, and can be
// invalidated.
func FuzzCanonical(f *testing.F) {
	for _, path := range []string{"/a%2Fb+c%2B", "/%EC%82%AC (1)~.jpg", "/%%34%31", "/\xff%ff", "/%2541", "/u/123/*"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		path = "/" + strings.TrimLeft(path, "/")
		got, err := Canonical(path)
		if err != nil {
			return
		}
		if again, err := Canonical(got); again != got || err != nil {
			t.Errorf("%q is spelled %q, and that %q, %v", path, got, again, err)
		}
		key, err := url.PathUnescape(path)
		if err != nil {
			if got != path {
				t.Errorf("%q, which is malformed, is spelled %q", path, got)
			}
			return
		}
		if same, err := url.PathUnescape(got); same != key || err != nil {
			t.Errorf("%q names %q, %q names %q, %v", path, key, got, same, err)
		}
		if spaced, err := url.QueryUnescape(path); err != nil {
			t.Error(err)
		} else if same, err := url.QueryUnescape(got); same != spaced || err != nil {
			t.Errorf("%q names %q to S3, %q names %q, %v", path, spaced, got, same, err)
		}
		if of := Of(strings.TrimPrefix(key, "/")); !strings.Contains(path, "+") && !strings.Contains(got, "%2F") && got != of {
			t.Errorf("%q is spelled %q, its key %q", path, got, of)
		}
		if err := cloudfront.CheckPath(got); (err == nil) != (Unnameable(got) != "~") && len(got) < 4000 {
			t.Errorf("%q: CloudFront says %v, and what cannot be named is %q", got, err, Unnameable(got))
		}
	})
}

func TestUnnameable(t *testing.T) {
	for key, want := range map[string]string{"a~b": "~", "a+b": "+", "a?b": "?", "사진 (1).jpg": "", "u/123/*": "", "100%.jpg": "", "%2B": ""} {
		if got := Unnameable(Of(key)); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
	if got := Unnameable("/a%2Fb"); got != "/" {
		t.Errorf("/a%%2Fb: got %q", got)
	}
}
