package probe

import (
	"context"
	"strings"
)

// metadataQuestions are about the metadata of S3's objects.
var metadataQuestions = []question{
	{"tag-metadata", "Can an object's metadata carry cache tags past the function?",
		"stores an object with `x-amz-meta-…`, reads the event and, if that is the distribution's header for tags, invalidates its tag", "edge/cachetags.go", askMetadata},
}

// The verdicts on metadata.
const (
	metadataTags = "yes"
	metadataNot  = "no, CloudFront reads no tags from it"
	metadataLost = "no, it does not reach the function"
	metadataSeen = "it reaches the function; tags need a distribution whose header for them begins with x-amz-meta-"
)

// metadataPrefix is before the names of an object's metadata in headers.
const metadataPrefix = "x-amz-meta-"

// askMetadata caches an object whose metadata has a tag and one without, and invalidates the
// tag.
func askMetadata(ctx context.Context, s *session) (string, error) {
	name, tags := strings.CutPrefix(strings.ToLower(s.tagHeader), metadataPrefix)
	if !tags {
		name = Name
	}
	tag := "probe-metadata-" + s.run
	path := s.path(all, "age-3600", "tag-metadata")
	if err := s.putWith(ctx, path, name, tag); err != nil {
		return "", err
	}
	first, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	s.saw("first", first)
	if err := reported(first); err != nil {
		return "", err
	}
	switch {
	case first.seen.Meta[metadataPrefix+name] != tag:
		return metadataLost, nil
	case !tags:
		return metadataSeen, nil
	case s.notifies:
		return "", notified
	}
	other, before, err := s.visit(ctx, all, "age-3600", "tag-no-metadata")
	if err != nil {
		return "", err
	}
	if err := s.invalidate(ctx, "#"+tag); err != nil {
		return "", err
	}
	after, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	control, err := s.get(ctx, other)
	if err != nil {
		return "", err
	}
	s.saw("invalidated by tag", after)
	s.saw("without a tag", control)
	switch {
	case control.invocation() != before.invocation():
		return "", unmeasured("another object left the cache as well")
	case after.invocation() == first.invocation():
		return metadataNot, nil
	}
	return metadataTags, nil
}
