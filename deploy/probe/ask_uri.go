package probe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// uriQuestions are about the spelling of paths.
var uriQuestions = []question{
	{"uri-viewer", "Does the viewer-request function see a path as it was sent?", "has the function send back its uri for seven spellings", "viewer-request function, edge/urlpath", askURIViewer},
	{"uri-event", "Does the origin-response event have a path as it was sent?", "reads the event's uri for the same spellings", "edge/original.go: the key", askURIEvent},
	{"uri-s3", "Does S3 get a path as it was sent?", "stores objects for `a//b`, `a/b`, `c/./d` and `c/d`, and looks which is served", "edge/original.go: the key", askURIS3},
	{"signatures", "Does S3 take CloudFront's signatures over unusual characters and query strings?",
		"asks for keys with `+`, `(`, `~`, a space and é, and with a query string", "origin access control of `prepare` and the template", askSignatures},
	{"origin-auth", "Which authMethod and region does the event have for this origin?", "reads the event's origin", "edge/original.go: the bucket's region", askOriginAuth},
}

// The verdicts on paths.
const (
	uriSame    = "yes"
	uriChanged = "not these: "
	signedAll  = "yes"
	signedNot  = "not these: "
)

// spellings are paths that something between viewer and S3 may rewrite.
var spellings = []string{"a%28b", "a(b", "a%e9b", "a\u00e9b", "a%2Fb", "a//b", "a/./b"}

// compare asks seen how each spelling arrived, and returns which did not arrive unchanged.
func (s *session) compare(seen func(spelling string) (string, error)) (string, error) {
	var changed []string
	for _, spelling := range spellings {
		got, err := seen(spelling)
		if err != nil {
			return "", err
		}
		s.saw(spelling, got)
		if got != spelling {
			changed = append(changed, spelling)
		}
	}
	return without(uriSame, uriChanged, changed), nil
}

// without returns the verdict good, or bad with the names that it is about.
func without(good, bad string, names []string) string {
	if len(names) == 0 {
		return good
	}
	return bad + strings.Join(names, ", ")
}

// askURIViewer asks the viewer-request function for its uri.
func askURIViewer(ctx context.Context, s *session) (string, error) {
	prefix := s.path(function, "echo", "")
	return s.compare(func(spelling string) (string, error) {
		a, err := s.get(ctx, prefix+spelling)
		if err != nil {
			return "", err
		}
		if a.header.Get("X-Probe-Uri") == "" {
			return "status " + fmt.Sprint(a.status), nil
		}
		uri, err := url.PathUnescape(a.header.Get("X-Probe-Uri"))
		return strings.TrimPrefix(uri, prefix), err
	})
}

// askURIEvent reads the uri in the event.
func askURIEvent(ctx context.Context, s *session) (string, error) {
	prefix := s.path(all, "age-1", "event/")
	return s.compare(func(spelling string) (string, error) {
		a, err := s.get(ctx, prefix+spelling)
		if err != nil {
			return "", err
		}
		if a.seen == nil {
			return "status " + fmt.Sprint(a.status), nil
		}
		return strings.TrimPrefix(a.seen.URI, prefix), nil
	})
}

// askURIS3 stores objects for paths with and without double slashes and dots.
func askURIS3(ctx context.Context, s *session) (string, error) {
	prefix := s.path(all, "age-1", "s3/")
	for _, name := range []string{"a//b", "a/b", "c/./d", "c/d"} {
		if err := s.put(ctx, prefix+name, []byte(name)); err != nil {
			return "", err
		}
	}
	var changed []string
	for _, name := range []string{"a//b", "c/./d"} {
		a, err := s.get(ctx, prefix+name)
		if err != nil {
			return "", err
		}
		if a.status != http.StatusOK {
			return "", unmeasured(name + " is answered by " + a.String())
		}
		s.saw(name, string(a.body))
		if string(a.body) != name {
			changed = append(changed, name)
		}
	}
	return without(uriSame, uriChanged, changed), nil
}

// askSignatures asks for keys that a signature spells in its own way.
func askSignatures(ctx context.Context, s *session) (string, error) {
	prefix := s.path(all, "age-1", "signed/")
	for _, name := range []string{"o+c", "o c", "o(c)", "o~c", "o\u00e9c", "oc"} {
		if err := s.put(ctx, prefix+name, []byte(name)); err != nil {
			return "", err
		}
	}
	var refused []string
	for _, r := range []request{{rawPath: "o+c"}, {rawPath: "o%2Bc"}, {rawPath: "o%20c"}, {rawPath: "o(c)"}, {rawPath: "o%28c%29"}, {rawPath: "o~c"}, {rawPath: "o%7Ec"},
		{rawPath: "o%C3%A9c"}, {rawPath: "oc", query: "width=5&b=(1)~+%2B&a=2"}} {
		name := r.rawPath
		r.rawPath = prefix + name
		a, err := s.send(ctx, r)
		if err != nil {
			return "", err
		}
		if r.query != "" {
			name += "?" + r.query
		}
		s.saw(name, a)
		if a.status != http.StatusOK {
			refused = append(refused, name)
		}
	}
	return without(signedAll, signedNot, refused), nil
}

// askOriginAuth reads how the event describes the origin.
func askOriginAuth(ctx context.Context, s *session) (string, error) {
	_, a, err := s.visit(ctx, all, "age-1", "origin")
	if err != nil {
		return "", err
	}
	if err := reported(a); err != nil {
		return "", err
	}
	if a.seen.S3 == nil {
		return "the event has no origin.s3", nil
	}
	region := "no region"
	if a.seen.S3["region"] != "" {
		region = "a region"
	}
	return fmt.Sprintf("authMethod %s, %s", a.seen.S3["authMethod"], region), nil
}
