package fakecloudfront

import (
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// isTag reports whether an item is a cache tag, not a path.
func isTag(item string) bool { return strings.HasPrefix(item, "#") }

// checkItem refuses an item that CloudFront refuses. tags says whether the distribution
// has a CacheTagConfig, without which CloudFront takes no tags.
func checkItem(item string, tags bool) error {
	if isTag(item) && !tags {
		return invalid("InvalidArgument", "Your request contains the tag %q, and the distribution has no CacheTagConfig.", item[1:])
	}
	return cloudfront.CheckItem(item)
}

// effective returns the items that remove something.
func effective(items []string) (useful []string) {
	for _, item := range items {
		if isTag(item) || !useless(item) {
			useful = append(useful, item)
		}
	}
	return useful
}

// useless reports whether a path that CloudFront takes removes nothing, because it
// escapes an ASCII character that is not unsafe by RFC 1738, section 2.2. CloudFront
// Developer Guide, "What you need to know when invalidating paths": "Don't URL-encode
// any other characters in the path, or CloudFront won't invalidate the old version".
func useless(path string) bool {
	for rest := path; ; {
		_, after, found := strings.Cut(rest, "%")
		if !found || len(after) < 2 {
			return false
		}
		c, err := strconv.ParseUint(after[:2], 16, 8)
		if err == nil && c > ' ' && c < 0x7F && !strings.ContainsRune("<>\"#%{}|\\^[]`", rune(c)) {
			return true
		}
		rest = after
	}
}
