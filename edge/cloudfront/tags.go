package cloudfront

import (
	"fmt"
	"slices"
	"strings"
)

// CloudFront's limits for cache tags: how many an object may have, and of how
// many characters. CloudFront Developer Guide, "Invalidating content by cache
// tags", "Tag format requirements".
const (
	MaxTags      = 50
	MaxTagLength = 256
)

// CheckTag returns why CloudFront does not accept a cache tag, or nil.
func CheckTag(tag string) error {
	switch {
	case tag == "":
		return fmt.Errorf("cloudfront: a cache tag is empty")
	case len(tag) > MaxTagLength:
		return fmt.Errorf("cloudfront: the cache tag %q is longer than %d characters", tag, MaxTagLength)
	case strings.ContainsFunc(tag, func(r rune) bool { return r < 33 || r > 126 || r == ',' }):
		return fmt.Errorf("cloudfront: the cache tag %q has characters other than visible ASCII without commas", tag)
	}
	return nil
}

// tagsOf returns the first tags, up to MaxTags, in the values of a header, in
// lower case. It leaves out those that CloudFront does not accept.
func tagsOf(values []string) []string {
	var tags []string
	for _, value := range values {
		for tag := range strings.SplitSeq(value, ",") {
			tag = strings.ToLower(strings.Trim(tag, " \t"))
			if CheckTag(tag) == nil && len(tags) < MaxTags && !slices.Contains(tags, tag) {
				tags = append(tags, tag)
			}
		}
	}
	return tags
}
