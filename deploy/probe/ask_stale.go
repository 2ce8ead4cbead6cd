package probe

import (
	"context"
	"net/http"
)

// staleQuestions are about requests that find a stale answer.
var staleQuestions = []question{
	{"validators", "Which conditions revalidate an answer that has both ETag and Last-Modified?", "lets an answer of S3's grow stale, and reads the conditions in the event", "edge/response.go: a variant has no Last-Modified",
		askStaleRequest(request{}, validators)},
	{"if-match-stale", "Is a viewer's If-Match forwarded with the revalidation of a stale answer?", "asks for a stale answer with `If-Match: \"x\"`", "viewer-request function",
		askStaleRequest(request{header: map[string]string{"If-Match": `"x"`}}, forwardedWith("if-match"))},
	{"range-stale", "Is a viewer's Range forwarded with the revalidation of a stale answer?", "asks for a piece of a stale answer", "edge/rules.go: a Range with a size",
		askStaleRequest(request{header: map[string]string{"Range": "bytes=0-3"}}, forwardedWith("range"))},
	{"head-stale", "Does HEAD revalidate a stale answer to GET?", "asks by HEAD for a stale answer, and reads the conditions in the event", "edge/rules.go: methods",
		askStaleRequest(request{method: http.MethodHead}, revalidates)},
}

// The verdicts on stale answers.
const (
	validatorsBoth = "If-None-Match and If-Modified-Since"
	validatorsETag = "If-None-Match"
	validatorsDate = "If-Modified-Since"
	validatorsNone = "none: it is fetched again"
	forwardedYes   = "yes"
	forwardedNo    = "no"
	headRevalidate = "yes"
	headAsks       = "no, S3 is asked for HEAD without conditions"
)

// askStaleRequest returns a question that caches an answer, lets it grow stale, sends r
// for it and concludes from what the function saw.
func askStaleRequest(r request, conclude func(*seen) string) func(context.Context, *session) (string, error) {
	return func(ctx context.Context, s *session) (string, error) {
		name := "stale-" + r.method
		for header := range r.header {
			name += header
		}
		_, first, a, err := s.revisit(ctx, "age-1", name, r)
		if err != nil {
			return "", err
		}
		if err := reported(a); err != nil {
			return "", err
		}
		if a.invocation() == first.invocation() {
			return "", unmeasured("the function did not run, or its report did not reach the viewer")
		}
		return conclude(a.seen), nil
	}
}

// validators returns which conditions an event has.
func validators(e *seen) string {
	switch etag, date := e.Headers["if-none-match"] != "", e.Headers["if-modified-since"] != ""; {
	case etag && date:
		return validatorsBoth
	case etag:
		return validatorsETag
	case date:
		return validatorsDate
	}
	return validatorsNone
}

// forwardedWith returns a function that returns the verdict on whether an event has a
// header.
func forwardedWith(header string) func(*seen) string {
	return func(e *seen) string {
		if e.Headers[header] != "" {
			return forwardedYes
		}
		return forwardedNo
	}
}

// revalidates returns the verdict on whether an event has a condition.
func revalidates(e *seen) string {
	if validators(e) == validatorsNone {
		return headAsks
	}
	return headRevalidate
}
