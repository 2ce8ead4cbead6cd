package fakecloudfront

import (
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// maxTag is how long a tag may be, in characters. CloudFront Developer Guide,
// "What you need to know when invalidating tags".
const maxTag = 256

// isTag reports whether an item names a cache tag and no path.
func isTag(item string) bool { return strings.HasPrefix(item, "#") }

// checkItem refuses an item that CloudFront does not take. Tags are for
// distributions that have CacheTagConfig; "~" is not supported, "whether it's
// URL-encoded or not" (CloudFront Developer Guide, "What you need to know when
// invalidating paths").
func checkItem(item string, tags bool) error {
	if !isTag(item) {
		if strings.Contains(strings.ToLower(item), "%7e") {
			return &cloudfront.PathError{Path: item, Why: "has a ~, which is not supported"}
		}
		return cloudfront.CheckPath(withoutStars(item))
	}
	tag := item[1:]
	switch {
	case !tags:
		return invalid("InvalidArgument", "Your request contains the tag %q, and the distribution has no CacheTagConfig.", tag)
	case tag == "" || len(tag) > maxTag || strings.Contains(tag, ",") || strings.ContainsFunc(tag, func(r rune) bool { return r < 33 || r > 126 }):
		return invalid("InvalidArgument", "Your request contains one or more invalid tags. (%q)", tag)
	}
	return nil
}

// withoutStars replaces asterisks but for the last character. CloudFront Developer
// Guide, "What you need to know when invalidating paths": "Asterisks (*) inserted
// anywhere else are treated as a literal character match".
func withoutStars(path string) string {
	if path == "" {
		return ""
	}
	last := len(path) - 1
	return strings.ReplaceAll(path[:last], "*", "-") + path[last:]
}

// effective returns the items that remove anything.
func effective(items []string) (useful []string) {
	for _, item := range items {
		if isTag(item) || !useless(item) {
			useful = append(useful, item)
		}
	}
	return useful
}

// useless reports whether a path, which CloudFront takes, removes nothing: it has
// an escape of a character that is neither beyond ASCII nor unsafe by RFC 1738,
// section 2.2. CloudFront Developer Guide, "What you need to know when
// invalidating paths": "Don't URL-encode any other characters in the path, or
// CloudFront won't invalidate the old version".
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
