package probe

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// originQuestions are about origins of the probe's.
var originQuestions = []question{
	{"origin-path", "Which key does S3 get if an origin's path has a space or `%20`?",
		"adds an origin with each, stores objects for both keys, and looks which is served", "edge/original.go: both keys are tried", askOriginPath},
	{"failover", "Does the function run once or twice when an origin group fails over, and which origin does the last event show?",
		"adds a group whose first origin has no objects, and reads the function's log and the event", "edge/handler.go; edge/original.go: the bucket and key", askFailover},
}

// The keys that S3 may get.
const (
	keySpaced   = "the key with a space"
	keyPercent  = "the key with %20"
	keyOther    = "another key"
	pathRefused = "CloudFront refuses such an origin"
)

// The verdicts on failover, after which a verdict says which origin the event shows.
const (
	failoverTwice  = "twice"
	failoverOnce   = "once"
	failoverNever  = "it does not fail over"
	failoverFirst  = ", and the last event shows the first origin"
	failoverSecond = ", and the last event shows the second origin"
)

// noCopies says that no question about origins can be asked.
const noCopies = unmeasured("CloudFront refused the probe's origins")

// has reports whether CloudFront took the origin of a behaviour.
func (s *session) has(b behavior) bool {
	return slices.ContainsFunc(s.copies, func(one behavior) bool { return one.name == b.name })
}

// askOriginPath stores objects for a key with a space and one with %20, and asks for them
// through both origins.
func askOriginPath(ctx context.Context, s *session) (string, error) {
	if len(s.copies) == 0 {
		return "", noCopies
	}
	var verdicts []string
	for _, b := range []behavior{spaced, encoded} {
		key, err := s.keyBehind(ctx, b)
		if err != nil {
			return "", err
		}
		verdicts = append(verdicts, fmt.Sprintf("%q: %s", b.origin.path, key))
	}
	return strings.Join(verdicts, "; "), nil
}

// keyBehind returns which key S3 gets behind the origin of a behaviour.
func (s *session) keyBehind(ctx context.Context, b behavior) (string, error) {
	if !s.has(b) {
		return pathRefused, nil
	}
	path := s.path(b, "age-60", "origin-path")
	for _, o := range []copied{spacedOrigin, encodedOrigin} {
		if _, err := s.putKey(ctx, o.folder()+path, []byte(o.path)); err != nil {
			return "", err
		}
	}
	a, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	s.saw(b.origin.path, a)
	if err := reported(a); err != nil {
		return "", err
	}
	switch body := string(a.body); {
	case a.status == http.StatusOK && body == spacedOrigin.path:
		return keySpaced, nil
	case a.status == http.StatusOK && body == encodedOrigin.path:
		return keyPercent, nil
	}
	return keyOther + ", " + fmt.Sprint(a.status), nil
}

// askFailover asks for an object that the second origin of a group has.
func askFailover(ctx context.Context, s *session) (string, error) {
	if !s.has(failover) {
		return "", noCopies
	}
	_, a, err := s.visit(ctx, failover, "age-60", "failover")
	if err != nil {
		return "", err
	}
	s.saw("the answer", a)
	if err := reported(a); err != nil {
		return "", err
	}
	if a.status == http.StatusForbidden || a.status == http.StatusNotFound {
		return failoverNever, nil
	}
	if a.status != http.StatusOK {
		return "", unmeasured("the second origin's object is answered by " + a.String())
	}
	origin := failoverSecond
	if strings.HasSuffix(a.seen.S3["path"], missingOrigin.folder()) {
		origin = failoverFirst
	}
	twice, err := s.logged(ctx, `"status": "40`, `/failover"`)
	switch {
	case err != nil:
		return "", err
	case twice:
		return failoverTwice + origin, nil
	}
	return failoverOnce + origin, nil
}
