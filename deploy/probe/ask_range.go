package probe

import (
	"bytes"
	"context"
	"net/http"
	"strings"
)

// rangeQuestions are about ranges, conditions and HEAD.
var rangeQuestions = []question{
	{"range", "Does CloudFront forward a viewer's Range to S3 if no policy names it?",
		"asks for bytes 1000 to 1999 of a cold object of 3 MB, and reads the event", "edge/rules.go: a Range with a size", askRange(all, "age-60")},
	{"range-deleted", "Does CloudFront forward a viewer's Range that the viewer-request function deletes?",
		"asks for bytes 1000 to 1999 behind a function that deletes Range", "viewer-request function", askRange(function, "norange.age-60")},
	{"range-cache", "Is the whole object cached after a viewer's Range?", "asks for a piece, then for the whole object, and reads X-Cache", "edge/rules.go", askRangeCache},
	{"if-match", "Does CloudFront forward a viewer's If-Match on a cold object, and cache S3's 412?",
		"asks with `If-Match: \"x\"`, then without", "viewer-request function", askIfMatch},
	{"if-none-match", "Does CloudFront forward a viewer's If-None-Match on a cold object?", "asks with the object's ETag, and reads the origin's status in the event", "viewer-request function", askIfNoneMatch},
	{"head", "Does an answer to HEAD serve a later GET?", "asks by HEAD, then by GET", "edge/rules.go: methods", askHead},
}

// The verdicts on ranges, conditions and HEAD.
const (
	rangeAsAsked  = "yes, as it is"
	rangeEnlarged = "yes, enlarged"
	rangeNot      = "no"
	rangeFailed   = "the function fails"
	rangeWhole    = "no, and the viewer gets the whole object"
	wholeCached   = "yes"
	wholeAnew     = "no, it is fetched again"
	matchNot      = "no"
	matchOnce     = "yes, and its 412 is not cached"
	matchCached   = "yes, and others get its 412"
	noneMatchNot  = "no"
	noneMatchYes  = "yes, and the function sees a 304"
	headServes    = "yes"
	headAnew      = "no, GET asks S3 again"
)

// large is the size of the object for ranges, in bytes.
const large = 3_000_000

// asked is the range that is asked for.
const asked = "bytes=1000-1999"

// partial stores a large object and asks for a piece of it. It returns the object's path.
func (s *session) partial(ctx context.Context, b behavior, steps, name string) (path string, a *answer, err error) {
	path = s.path(b, steps, name)
	if err := s.put(ctx, path, bytes.Repeat([]byte("0123456789"), large/10)); err != nil {
		return "", nil, err
	}
	a, err = s.send(ctx, request{rawPath: path, header: map[string]string{"Range": asked}})
	return path, a, err
}

// askRange returns a question about a range at a behaviour.
func askRange(b behavior, steps string) func(context.Context, *session) (string, error) {
	return func(ctx context.Context, s *session) (string, error) {
		_, a, err := s.partial(ctx, b, steps, "range")
		if err != nil {
			return "", err
		}
		s.saw(asked, a)
		if a.status >= http.StatusInternalServerError {
			return rangeFailed, nil
		}
		if err := reported(a); err != nil {
			return "", err
		}
		switch forwarded := a.seen.Headers["range"]; {
		case forwarded == asked:
			return rangeAsAsked, nil
		case forwarded != "", a.seen.Status == "206":
			return rangeEnlarged, nil
		case a.status == http.StatusOK:
			return rangeWhole, nil
		}
		return rangeNot, nil
	}
}

// askRangeCache asks for a piece and then for the whole.
func askRangeCache(ctx context.Context, s *session) (string, error) {
	path, part, err := s.partial(ctx, all, "age-60", "range-cache")
	if err != nil {
		return "", err
	}
	whole, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	s.saw(asked, part)
	s.saw("whole", whole)
	if err := reported(whole); err != nil {
		return "", err
	}
	if whole.cached() && len(whole.body) == large {
		return wholeCached, nil
	}
	return wholeAnew, nil
}

// askIfMatch asks on a condition that no object meets.
func askIfMatch(ctx context.Context, s *session) (string, error) {
	path, err := s.object(ctx, all, "age-60", "if-match")
	if err != nil {
		return "", err
	}
	a, err := s.send(ctx, request{rawPath: path, header: map[string]string{"If-Match": `"x"`}})
	if err != nil {
		return "", err
	}
	again, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	s.saw(`If-Match: "x"`, a)
	s.saw("without", again)
	if err := reported(a); err != nil && a.status != http.StatusPreconditionFailed {
		return "", err
	}
	switch {
	case again.status == http.StatusPreconditionFailed:
		return matchCached, nil
	case a.seen != nil && (a.seen.Status == "412" || a.seen.Headers["if-match"] != ""):
		return matchOnce, nil
	}
	return matchNot, nil
}

// askIfNoneMatch asks on a condition that an object in no cache fails.
func askIfNoneMatch(ctx context.Context, s *session) (string, error) {
	path := s.path(all, "age-60", "if-none-match")
	etag, err := s.putKey(ctx, strings.TrimPrefix(path, "/"), []byte("the object"))
	if err != nil {
		return "", err
	}
	a, err := s.send(ctx, request{rawPath: path, header: map[string]string{"If-None-Match": etag}})
	if err != nil {
		return "", err
	}
	s.saw("If-None-Match", a)
	if err := reported(a); err != nil {
		return "", err
	}
	if a.seen.Status == "304" || a.seen.Headers["if-none-match"] != "" {
		return noneMatchYes, nil
	}
	return noneMatchNot, nil
}

// askHead asks by HEAD, then by GET.
func askHead(ctx context.Context, s *session) (string, error) {
	path, err := s.object(ctx, all, "age-60", "head")
	if err != nil {
		return "", err
	}
	head, err := s.send(ctx, request{method: http.MethodHead, rawPath: path})
	if err != nil {
		return "", err
	}
	get, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	s.saw("HEAD", head)
	s.saw("GET", get)
	if err := reported(head); err != nil {
		return "", err
	}
	s.saw("the method in the event of HEAD", head.seen.Method)
	if head.invocation() == get.invocation() {
		return headServes, nil
	}
	return headAnew, nil
}
