package probe

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// turnQuestions are about functions that change the origin's status.
var turnQuestions = []question{
	{"turn-206", "May the function turn a 206 into a 200 with a body of its own?",
		"asks for a range; then for the whole, to see whether the answer was cached", "edge/handler.go: a Range with a size", askTurn("206", "200")},
	{"turn-304", "May the function turn a 304 into a 200 with a body of its own?",
		"lets an answer grow stale and asks again", "edge/handler.go, reasons", askTurn("304", "200")},
	{"turn-200", "May the function turn a 200 into a 304?", "asks for an object", "edge/handler.go, reasons", askTurn("200", "304")},
}

// The verdicts on changed statuses.
const (
	turnCached   = "yes, and the answer is cached"
	turnUncached = "yes, but the answer is not cached"
	turnRefused  = "no"
)

// askTurn returns a question about a function that turns status from into status to.
func askTurn(from, to string) func(context.Context, *session) (string, error) {
	return func(ctx context.Context, s *session) (string, error) {
		steps := fmt.Sprintf("age-1.turn-%s-%s", from, to)
		path, err := s.object(ctx, all, steps, "turn")
		if err != nil {
			return "", err
		}
		header := map[string]string{}
		if from == "206" {
			header["Range"] = "bytes=0-3"
		}
		if from == "304" {
			if _, err := s.get(ctx, path); err != nil {
				return "", err
			}
			if err := s.age(ctx); err != nil {
				return "", err
			}
		}
		a, err := s.send(ctx, request{rawPath: path, header: header})
		if err != nil {
			return "", err
		}
		s.saw("the answer", a)
		turned := strings.HasPrefix(string(a.body), "turn") // a piece may be cut out of it
		switch {
		case a.status >= http.StatusInternalServerError:
			return turnRefused + ", " + fmt.Sprint(a.status), nil
		case a.seen == nil || a.seen.Status != from:
			return "", unmeasured(fmt.Sprintf("the origin's status was not %s: %s", from, a))
		case to == "200" && !turned || to == "304" && a.status != http.StatusNotModified:
			return turnRefused + ", the viewer gets " + fmt.Sprint(a.status), nil
		}
		again, err := s.get(ctx, path)
		if err != nil {
			return "", err
		}
		s.saw("asked again at once", again)
		if again.invocation() == a.invocation() {
			return turnCached, nil
		}
		return turnUncached, nil
	}
}
