package probe

import (
	"context"
	"errors"
	"strings"
)

// headerQuestions are about headers on the way to the viewer.
var headerQuestions = []question{
	{"vary-function", "Does a viewer see a Vary: Accept of the function's?", "asks for an answer to which the function adds it", "edge/response.go", askVary(all, "vary.age-60")},
	{"vary-policy", "Does a viewer see a Vary: Accept of a response headers policy's?", "asks at a behaviour with such a policy", "response headers policy of `prepare` and the template",
		askVary(listed, "age-60")},
	{"tag-shown", "Do viewers see the header with cache tags?", "asks for an answer with a tag; needs a distribution with CacheTagConfig", "edge/cachetag", askTagShown},
	{"tag-304", "Does a cache tag survive a 304 without it?", "lets a tagged answer grow stale, asks again, and invalidates the tag", "edge/response.go: the tag on every answer", askTag304},
}

// The verdicts on headers.
const (
	headerShown    = "yes"
	headerHidden   = "no"
	tagSurvives    = "yes"
	tagLost        = "no"
	noTags         = unmeasured("the distribution has no CacheTagConfig: `prepare` sets one")
	tagNotEffected = unmeasured("the tag did not invalidate a fresh answer either")
)

// askVary returns a question about Vary at a behaviour.
func askVary(b behavior, steps string) func(context.Context, *session) (string, error) {
	return func(ctx context.Context, s *session) (string, error) {
		_, a, err := s.visit(ctx, b, steps, "vary")
		if err != nil {
			return "", err
		}
		if err := reported(a); err != nil {
			return "", err
		}
		vary := strings.Join(a.header.Values("Vary"), ", ")
		s.saw("Vary", vary)
		if strings.Contains(vary, "Accept") {
			return headerShown, nil
		}
		return headerHidden, nil
	}
}

// askTagShown asks for a tagged answer.
func askTagShown(ctx context.Context, s *session) (string, error) {
	if s.tagHeader == "" {
		return "", noTags
	}
	_, a, err := s.visit(ctx, all, "age-60.tag-"+s.tagHeader, "tag")
	if err != nil {
		return "", err
	}
	if err := reported(a); err != nil {
		return "", err
	}
	s.saw("the header", a.header.Get(s.tagHeader))
	if a.header.Get(s.tagHeader) != "" {
		return headerShown, nil
	}
	return headerHidden, nil
}

// askTag304 invalidates the tag of an answer that was revalidated without the tag, and
// of one that was not. An answer that never had a tag must stay.
func askTag304(ctx context.Context, s *session) (string, error) {
	if s.tagHeader == "" {
		return "", noTags
	}
	if s.notifies {
		return "", notified
	}
	// The answers' time is long enough for the invalidation only after the 304.
	path, _, err := s.visit(ctx, all, "age-1.tag-"+s.tagHeader, "tag-304")
	if err != nil {
		return "", err
	}
	other, untagged, err := s.visit(ctx, all, "age-1", "tag-304-none")
	if err != nil {
		return "", err
	}
	fresh, before, err := s.visit(ctx, all, "age-3600.tag-"+s.tagHeader, "tag-fresh")
	if err != nil {
		return "", err
	}
	if err := s.age(ctx); err != nil {
		return "", err
	}
	revalidated, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	s.saw("revalidated", revalidated)
	if err := s.invalidate(ctx, "#probe-"+s.run); err != nil {
		return "", err
	}
	after, err := s.get(ctx, fresh)
	if err != nil {
		return "", err
	}
	s.saw("fresh, invalidated by tag", after)
	if after.invocation() == before.invocation() {
		return "", tagNotEffected
	}
	again, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	control, err := s.get(ctx, other)
	if err != nil {
		return "", err
	}
	s.saw("revalidated, then invalidated by tag", again)
	s.saw("without a tag", control)
	if err := errors.Join(reported(again), reported(control)); err != nil {
		return "", err
	}
	switch {
	case !stayed(control, untagged):
		return "", unmeasured("another object left the cache as well")
	case stayed(again, revalidated):
		return tagLost, nil
	}
	return tagSurvives, nil
}

// stayed reports whether a stale answer was still in the cache when it was asked for again:
// then it was revalidated, otherwise it was fetched whole.
func stayed(again, before *answer) bool {
	return again.seen.Status == "304" || again.invocation() == before.invocation()
}
