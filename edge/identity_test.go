package edge

import (
	"regexp"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// Whatever may change a variant's bytes changes its ETag.
func TestETagTellsVariantsApart(t *testing.T) {
	base := DefaultConfig()
	seen := map[string]string{}
	add := func(what string, i identity, original string, asked Ask, body string) {
		t.Helper()
		etag := i.etag(original, asked, []byte(body))
		if !regexp.MustCompile(`^"[0-9a-f]{32}"$`).MatchString(etag) || len(etag) != etagBytes {
			t.Errorf("%s: %s", what, etag)
		}
		if other, ok := seen[etag]; ok {
			t.Errorf("%s and %s have the ETag %s", what, other, etag)
		}
		seen[etag] = what
	}
	add("a variant", newIdentity(base), `"e"`, Ask{Size: Size{5, 6}}, "body")
	add("of another original", newIdentity(base), `"f"`, Ask{Size: Size{5, 6}}, "body")
	add("of another width", newIdentity(base), `"e"`, Ask{Size: Size{6, 6}}, "body")
	add("of the sides exchanged", newIdentity(base), `"e"`, Ask{Size: Size{6, 5}}, "body")
	add("of one side", newIdentity(base), `"e"`, Ask{Size: Size{5, 0}}, "body")
	add("as PNG", newIdentity(base), `"e"`, Ask{Size: Size{5, 6}, Format: resize.PNG}, "body")
	add("of another crop", newIdentity(base), `"e"`, Ask{Size: Size{5, 6}, Gravity: Smart}, "body")
	add("of other bytes", newIdentity(base), `"e"`, Ask{Size: Size{5, 6}}, "bodies")
	add("of no bytes", newIdentity(base), `"e"`, Ask{Size: Size{5, 6}}, "")
	for what, change := range map[string]func(*Config){
		"quality":     func(c *Config) { c.Quality = 81 },
		"min_quality": func(c *Config) { c.MinQuality = 41 },
		"presets":     func(c *Config) { c.Presets = map[string]string{"a": "width=5&height=6"} },
		"fit":         func(c *Config) { c.Fit = "fill" },
	} {
		cfg := base
		change(&cfg)
		add("of another "+what, newIdentity(cfg), `"e"`, Ask{Size: Size{5, 6}}, "body")
	}
	if newIdentity(base).etag(`"e"`, Ask{Size: Size{5, 6}}, []byte("body")) != newIdentity(DefaultConfig()).etag(`"e"`, Ask{Size: Size{5, 6}}, []byte("body")) {
		t.Error("one variant has two ETags")
	}
	if etag := newIdentity(base).etag("", Ask{Size: Size{5, 6}}, []byte("body")); etag != "" {
		t.Errorf("of an unknown original: %s", etag)
	}
}
