package probe

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// requestQuestions are about limits and directives that pages of the guide contradict.
var requestQuestions = []question{
	{"request-size", "How long may a viewer's request line and headers be?", "sends 25,000 bytes of headers", "edge/cloudfront: limits", askRequestSize},
	{"qualified", "Does `private=\"set-cookie\"` keep an answer out of the cache?", "asks twice for such an answer with max-age=60", "edge/response.go: Cache-Control", askQualified},
	{"range-200", "What does a viewer get whose Range was forwarded and answered with 200?", "asks for 4 bytes of an object whose 206 the function turns into a 200", "edge/handler.go: a Range with a size", askRange200},
}

// The verdicts on requests.
const (
	requestLong    = "more than 25,000 bytes"
	requestShort   = "less than 25,000 bytes"
	qualifiedBare  = "yes, like private"
	qualifiedNot   = "no"
	range200Whole  = "the whole answer"
	range200Piece  = "the piece"
	longHeaderSize = 25_000
)

// askRequestSize sends long headers in pieces that no limit on a single header refuses.
func askRequestSize(ctx context.Context, s *session) (string, error) {
	path, err := s.object(ctx, all, "age-60", "long")
	if err != nil {
		return "", err
	}
	const piece = 5000
	header := map[string]string{}
	for i := range longHeaderSize / piece {
		header["X-Long-"+string(rune('A'+i))] = strings.Repeat("a", piece)
	}
	a, err := s.send(ctx, request{rawPath: path, header: header})
	if err != nil {
		return "", err
	}
	s.saw("the answer", a)
	switch {
	case a.status == http.StatusOK:
		return requestLong, nil
	case a.status == 494 || a.status == http.StatusRequestHeaderFieldsTooLarge || a.status == http.StatusRequestEntityTooLarge || a.status == http.StatusBadRequest:
		return requestShort, nil
	}
	return "", unmeasured("the answer is " + a.String())
}

// askQualified asks twice for an answer with a qualified directive.
func askQualified(ctx context.Context, s *session) (string, error) {
	path, err := s.object(ctx, all, "qualified.age-60", "qualified")
	if err != nil {
		return "", err
	}
	first, second, err := s.twice(ctx, path)
	if err != nil {
		return "", err
	}
	s.saw("first", first)
	s.saw("second", second)
	if err := errors.Join(reported(first), reported(second)); err != nil {
		return "", err
	}
	if first.invocation() == second.invocation() {
		return qualifiedNot, nil
	}
	return qualifiedBare, nil
}

// askRange200 asks for a piece of what the function answers whole.
func askRange200(ctx context.Context, s *session) (string, error) {
	path, err := s.object(ctx, all, "age-60.turn-206-200", "range-200")
	if err != nil {
		return "", err
	}
	a, err := s.send(ctx, request{rawPath: path, header: map[string]string{"Range": "bytes=0-3"}})
	if err != nil {
		return "", err
	}
	s.saw("bytes=0-3", a)
	s.saw("the body", string(a.body))
	switch {
	case a.seen == nil || a.seen.Status != "206":
		return "", unmeasured("the origin's status was not 206: " + a.String())
	case string(a.body) == "turn":
		return range200Piece, nil
	case strings.HasPrefix(string(a.body), "turned"):
		return range200Whole, nil
	}
	return "another answer: " + a.String(), nil
}
