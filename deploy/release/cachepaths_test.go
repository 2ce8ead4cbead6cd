package release

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

func TestCachePathOf(t *testing.T) {
	for _, tt := range []struct {
		pattern         string
		changesRequests bool
		want            string
		wider           bool
	}{
		{"", false, "/*", false},
		{"", true, "/*", false},
		{"/img/*", false, "/img/*", false},
		{"img/*", false, "/img/*", false},
		{"/img*", false, "/img*", false},
		{"*", false, "/*", false},
		{"/*", false, "/*", false},
		{"/photo.jpg", false, "/photo.jpg*", false},
		{"/img/*.jpg", false, "/img/*", true},
		{"*.jpg", false, "/*", true},
		{"/img/a?.jpg", false, "/img/a*", true},
		{"/img/?*", false, "/img/*", true},
		{"/~user/*", false, "/*", true},
		{`/a"b/*`, false, "/a*", true},
		{"/a+b/$'@:&/*", false, "/a+b/$'@:&/*", false},
		{"/img/*", true, "/*", true},
	} {
		got := cachePathOf(tt.pattern, tt.changesRequests)
		if got.path != tt.want || (got.because != "") != tt.wider {
			t.Errorf("%q, %t: got %v", tt.pattern, tt.changesRequests, got)
		}
		if tt.wider && !strings.Contains(got.String(), tt.pattern) {
			t.Errorf("%q: it does not say of what in %q", tt.pattern, got)
		}
	}
}

// For every URL that a behaviour serves, the behaviour's invalidation path covers the URL
// with any query string, and CloudFront accepts the path.
func TestCachePathTakesAllOfItsBehaviour(t *testing.T) {
	const characters = `aZ09_-.$/'@:+&` // of URLs as of patterns
	random := rand.New(rand.NewPCG(1, 2))
	word := func(of string) string {
		b := make([]byte, random.IntN(4))
		for i := range b {
			b[i] = of[random.IntN(len(of))]
		}
		return string(b)
	}
	for range 20_000 {
		pattern := word("/") + word(characters+`**??~"`) + word(characters+"*?") + word(characters+"*")
		if pattern == "" {
			continue
		}
		path := cachePathOf(pattern, false).path
		if err := cloudfront.CheckPath(path); err != nil {
			t.Fatalf("%q: CloudFront takes no %q: %v", pattern, path, err)
		}
		// A URL that the pattern matches.
		url := regexp.MustCompile(`[*?]`).ReplaceAllStringFunc(pattern, func(wildcard string) string {
			if wildcard == "?" {
				return "x"
			}
			return word(characters)
		})
		url = "/" + strings.TrimPrefix(url, "/")
		for _, cached := range []string{url, url + "?width=5&height=3", strings.ReplaceAll(url, "~", "%7E"), strings.ReplaceAll(url, `"`, "%22")} {
			if !strings.HasPrefix(cached, strings.TrimSuffix(path, "*")) {
				t.Fatalf("%q: %q leaves %q in the cache", pattern, path, cached)
			}
		}
	}
}
