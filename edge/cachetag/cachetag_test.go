package cachetag_test

import (
	"regexp"
	"testing"

	"github.com/edgeresize/edgeresize/edge/cachetag"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

func TestOf(t *testing.T) {
	seen := map[string][2]string{}
	for _, object := range [][2]string{
		{"originals", "a.jpg"}, {"originals", "A.jpg"}, {"original", "sa.jpg"}, {"originals", "a.jpg/"}, {"a", "b/c"}, {"a.b", "c"},
		{"originals", "사진 (1).jpg"}, {"originals", "a,b"}, {"originals", "a~b*?+"}, {"originals", ""}, {"originals", "\xff"},
	} {
		tag := cachetag.Of(object[0], object[1])
		if !regexp.MustCompile(`^o[0-9a-f]{32}$`).MatchString(tag) || cloudfront.CheckTag(tag) != nil || cloudfront.CheckItem(cachetag.Item(tag)) != nil {
			t.Errorf("%v: %s is none", object, tag)
		}
		if other, taken := seen[tag]; taken {
			t.Errorf("%v and %v are both %s", object, other, tag)
		}
		seen[tag] = object
	}
	// The tag must not change: caches and other programs hold it.
	if got := cachetag.Of("originals", "a.jpg"); got != "o"+"e69b348345faa4700ea66ea69b697287" {
		t.Errorf("got %s", got)
	}
}
