package probe

import (
	"context"
	"fmt"
	"net/http"
)

// bodyQuestions are about bodies that the function generates.
var bodyQuestions = []question{
	{"body-limit", "Does the limit of 1,048,576 bytes count the base64 text or the decoded bytes?",
		"generates bodies of 1,000, 600,000, 790,000 and 1,020,000 bytes, in base64", "edge/response.go: the size that a variant may have",
		askBodyLimit},
	{"content-length", "Does a generated answer have a Content-Length?", "generates a body of 1,000 bytes", "canary", askContentLength},
}

// The verdicts on bodies.
const (
	bodyText    = "the base64 text"
	bodyDecoded = "the decoded bytes"
	bodyLess    = "something else: less is accepted"
	lengthExact = "yes, that of the body"
	lengthNone  = "no"
)

// askBodyLimit asks for bodies on both sides of each reading's limit.
func askBodyLimit(ctx context.Context, s *session) (string, error) {
	taken := map[int]bool{}
	for _, n := range []int{1000, 600_000, 790_000, 1_020_000} {
		_, a, err := s.visit(ctx, all, fmt.Sprintf("body-%d.age-1", n), "body")
		if err != nil {
			return "", err
		}
		taken[n] = a.status == http.StatusOK && len(a.body) == n
		s.saw(fmt.Sprintf("%d bytes", n), fmt.Sprintf("%d, %d bytes", a.status, len(a.body)))
	}
	switch {
	case !taken[1000]:
		return "", unmeasured("not even a body of 1,000 bytes arrives")
	case taken[600_000] && taken[790_000] && taken[1_020_000]:
		return bodyDecoded, nil
	case taken[600_000] && !taken[790_000] && !taken[1_020_000]:
		return bodyText, nil
	}
	return bodyLess, nil
}

// askContentLength asks for a small generated body.
func askContentLength(ctx context.Context, s *session) (string, error) {
	_, a, err := s.visit(ctx, all, "body-1000.age-60", "length")
	if err != nil {
		return "", err
	}
	s.saw("the answer", a)
	s.saw("Content-Length", a.length)
	if a.status != http.StatusOK || len(a.body) != 1000 {
		return "", unmeasured(fmt.Sprintf("the answer has %d bytes: %s", len(a.body), a))
	}
	switch a.length {
	case 1000:
		return lengthExact, nil
	case -1:
		return lengthNone, nil
	}
	return fmt.Sprintf("yes, %d instead of 1000", a.length), nil
}
