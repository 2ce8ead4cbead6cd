package probe

import (
	"context"
	"strings"
)

// revalidationQuestions are about what happens when a cached answer's time is over.
var revalidationQuestions = []question{
	{"not-modified", "Does the function run if S3 answers a revalidation with 304, and do its headers reach the cache?",
		"lets an answer grow stale, asks again twice, and reads the function's log", "edge/response.go: a variant has an ETag of its own", askNotModified},
	{"revalidate-own-etag", "What does CloudFront send to revalidate an answer with an ETag of the function's and no Last-Modified?",
		"lets such an answer grow stale, and reads the conditions in the event", "edge/response.go: a variant has no Last-Modified", askOwnETag},
	{"stale-while-revalidate", "Is a stale answer served while the function makes a new one?",
		"lets an answer with `stale-while-revalidate` grow stale and asks again", "edge/response.go: Cache-Control", askStale},
}

// The verdicts on revalidation.
const (
	updated304   = "it runs, and its headers replace the cached ones"
	ignored304   = "it runs, but the cached headers stay"
	unrun304     = "it does not run"
	ownETagSent  = "If-None-Match with that ETag: S3 sends the object again"
	ownDateSent  = "If-Modified-Since: S3 answers 304 and the variant stays"
	ownNothing   = "no condition: S3 sends the object again"
	staleServed  = "yes"
	staleAwaited = "no, the viewer waits"
)

// askNotModified lets an answer of S3's own grow stale.
func askNotModified(ctx context.Context, s *session) (string, error) {
	path, first, second, err := s.revisit(ctx, "age-1", "not-modified", request{})
	if err != nil {
		return "", err
	}
	third, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	s.saw("at once after that", third)
	if err := reported(second); err != nil {
		return "", err
	}
	if second.seen.Status == "304" {
		switch third.invocation() {
		case first.invocation():
			return ignored304, nil
		case second.invocation():
			return updated304, nil
		}
		return "", unmeasured("the answer was stale again when it was asked for the third time")
	}
	if second.seen.Status == "200" && second.invocation() != first.invocation() {
		return "", unmeasured("CloudFront did not revalidate the answer, but fetched it again")
	}
	found, err := s.logged(ctx, `"status": "304"`, `/not-modified"`)
	if err != nil {
		return "", err
	}
	if found {
		return ignored304, nil
	}
	return unrun304, nil
}

// askOwnETag lets an answer with the function's ETag grow stale.
func askOwnETag(ctx context.Context, s *session) (string, error) {
	_, first, a, err := s.revisit(ctx, "own.age-1", "own", request{})
	if err != nil {
		return "", err
	}
	if err := reported(a); err != nil {
		return "", err
	}
	etag, date := a.seen.Headers["if-none-match"], a.seen.Headers["if-modified-since"]
	switch {
	case a.invocation() == first.invocation():
		return "", unmeasured("the function did not run, or its report did not reach the viewer: " + a.String())
	case a.seen.Status == "304" || date != "":
		return ownDateSent, nil
	case strings.Contains(etag, "probe"):
		return ownETagSent, nil
	case etag == "":
		return ownNothing, nil
	}
	return "another condition: " + etag, nil
}

// askStale lets an answer with stale-while-revalidate grow stale.
func askStale(ctx context.Context, s *session) (string, error) {
	_, first, second, err := s.revisit(ctx, "own.age-1.swr-60", "stale", request{})
	if err != nil {
		return "", err
	}
	if err := reported(second); err != nil {
		return "", err
	}
	if second.invocation() == first.invocation() {
		return staleServed, nil
	}
	return staleAwaited, nil
}
