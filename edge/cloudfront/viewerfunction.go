package cloudfront

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// ViewerFunction is a CloudFront Function on viewer requests. It runs for each
// request before CloudFront looks into the cache, and returns the request to
// continue with, or a refusal that answers it. note describes what it did, see
// [Distribution.Noted].
type ViewerFunction func(r ViewerRequest) (next ViewerRequest, note string, refusal *Refusal)

// ViewerRequest is a viewer's request as functions see it. CloudFront Developer
// Guide, "CloudFront Functions event structure", "Request object".
type ViewerRequest struct {
	Method string
	// Path begins with "/", and Query is the text after the "?". Both are
	// spelled as the viewer did, except that text that is not UTF-8 is taken
	// for ISO-8859-1.
	Path, Query string
	// Header has no disallowed headers, and includes Host.
	Header http.Header
}

// Refusal is an answer of the function's own, without a body. It is not cached.
type Refusal struct {
	Status int
}

// answer returns what the viewer gets.
func (r *Refusal) answer() answer {
	return answer{entry: &entry{status: r.Status, header: http.Header{"Server": {"CloudFront"}}}, xCache: generated}
}

// readOnlyForViewerFunctions lists the headers that functions on viewer
// requests must not add, change or remove. CloudFront Developer Guide,
// "Restrictions on all edge functions", "Read-only headers in viewer request
// events".
var readOnlyForViewerFunctions = []string{"Cdn-Loop", "Content-Length", "Host", "Transfer-Encoding", "Via"}

// apply runs the function on a request. It returns the request to continue
// with, the function's note, and the answer if the request ends here.
func (f ViewerFunction) apply(r *http.Request) (left *http.Request, note string, end *answer) {
	path, query, _ := strings.Cut(r.RequestURI, "?")
	before := ViewerRequest{Method: r.Method, Path: asUTF8(path), Query: asUTF8(query), Header: headersFor(r)}
	given := before
	given.Header = before.Header.Clone()
	next, note, refusal := f(given)
	if refusal != nil {
		a := refusal.answer()
		return r, note, &a
	}
	if problem := before.checkLeft(next); problem != "" {
		f := failure{status: http.StatusBadGateway, message: "The CloudFront function associated with the CloudFront distribution is invalid: " + problem}
		a := f.answer()
		return r, note, &a
	}
	left = r.Clone(r.Context())
	if next.Path != before.Path {
		path = next.Path
	}
	if next.Query != before.Query {
		query = next.Query
	}
	left.RequestURI = join(path, query)
	left.Header = http.Header{}
	for name, values := range r.Header {
		if isDisallowed(strings.ToLower(name)) {
			left.Header[name] = values
		}
	}
	maps.Copy(left.Header, next.Header)
	left.Header.Del("Host") // net/http keeps it separately
	return left, note, nil
}

// headersFor returns the headers that functions on viewer requests see.
func headersFor(r *http.Request) http.Header {
	shown := r.Header.Clone()
	if shown == nil {
		shown = http.Header{}
	}
	maps.DeleteFunc(shown, func(name string, _ []string) bool { return isDisallowed(strings.ToLower(name)) })
	shown["Host"] = []string{r.Host}
	return shown
}

// checkLeft returns why CloudFront does not accept the request left in place of
// before, or "". Same page, "HTTP headers" and "Query strings"; "CloudFront
// Functions event structure", "Request object".
func (before ViewerRequest) checkLeft(left ViewerRequest) string {
	switch {
	case left.Method != before.Method:
		return "it changed the method"
	case !strings.HasPrefix(left.Path, "/"):
		return "the uri does not begin with /"
	case strings.ContainsFunc(left.Path, func(r rune) bool { return r == '?' || r < ' ' }):
		return "the uri has a ? or control characters"
	case strings.ContainsFunc(left.Query, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '#' }):
		return "the query string has spaces, control characters or #"
	case len(join(left.Path, left.Query)) >= maxURL && (left.Path != before.Path || left.Query != before.Query):
		return fmt.Sprintf("uri and query string have %d characters or more", maxURL)
	}
	for _, name := range readOnlyForViewerFunctions {
		if !slices.Equal(left.Header[name], before.Header[name]) {
			return "it changed the read-only header " + name
		}
	}
	for name, values := range left.Header {
		if name != http.CanonicalHeaderKey(name) || !token.MatchString(name) {
			return fmt.Sprintf("%q is not the name of a header", name)
		}
		if isDisallowed(strings.ToLower(name)) {
			return "it added the disallowed header " + name
		}
		if slices.ContainsFunc(values, func(v string) bool { return strings.ContainsFunc(v, isControl) }) {
			return "control characters in the header " + name
		}
	}
	return ""
}

// asUTF8 converts text that is not UTF-8 as if it were ISO-8859-1. Same page,
// "URI, query string, and headers encoding".
func asUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	runes := make([]rune, 0, len(s))
	for i := range len(s) {
		runes = append(runes, rune(s[i]))
	}
	return string(runes)
}

// join returns a path with a query string, which may be empty.
func join(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}
