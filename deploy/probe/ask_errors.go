package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// errorQuestions are about the caching of errors.
var errorQuestions = []question{
	{"error-bare", "Is S3's 403 or 404 cached if it has no Cache-Control?", "asks for a missing object twice", "edge/response.go: a short Cache-Control on errors",
		askError("bare")},
	{"error-max-age", "Is S3's 403 or 404 cached if the function gives it a max-age?", "asks for a missing object twice, with max-age=60", "edge/response.go: a short Cache-Control on errors",
		askError("age-60")},
}

// The verdicts on errors.
const (
	errorCached   = "yes"
	errorUncached = "no"
)

// askError returns a question about the answer for a missing object.
func askError(steps string) func(context.Context, *session) (string, error) {
	return func(ctx context.Context, s *session) (string, error) {
		first, second, err := s.twice(ctx, s.path(all, steps, "missing"))
		if err != nil {
			return "", err
		}
		s.saw("first", first)
		s.saw("second", second)
		if first.status != http.StatusForbidden && first.status != http.StatusNotFound {
			return "", unmeasured("a missing object is answered by " + first.String())
		}
		if s.replaced[first.status] {
			return "", unmeasured(fmt.Sprintf("the distribution has a custom error response for the status %d", first.status))
		}
		if err := errors.Join(reported(first), reported(second)); err != nil {
			return "", err
		}
		if first.invocation() == second.invocation() {
			return errorCached, nil
		}
		return errorUncached, nil
	}
}
