// Package viewerrequest makes a viewer's request canonical before CloudFront looks
// into its cache: one picture at one size in one format has one URL, whatever the
// viewer's spelling. It holds the CloudFront Function that does so, and the same in
// Go for CloudFront on a laptop.
//
// Of a query string the size remains, where it is one that package edge may make a
// variant of, and with it the format: "width=500&height=300&format=webp". Anything
// else is removed, a size that is refused too, so that the original has one URL.
// Paths are spelled as [urlpath.Canonical] does. Headers that ask for a piece of what
// has the URL, or put a condition on it that S3 may refuse, are removed. Canonical
// requests stay what they are.
//
// CloudFront Developer Guide, "Write function code": "CloudFront Functions event
// structure", "JavaScript runtime 2.0 features for CloudFront Functions" and
// "Restrictions on all edge functions".
package viewerrequest

import (
	_ "embed"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/urlpath"
	"github.com/edgeresize/edgeresize/resize"
)

//go:embed viewer-request.js
var function string

// Site is what the function is told of where it runs.
type Site struct {
	// Host, where set, is the only name to answer to, in lower case.
	Host string
	// URLPrefix is what the key has KeyPrefix for at the front of the path, such as
	// "/wp-content/uploads", or "". KeyPrefix is a path such as "/media", or "".
	URLPrefix, KeyPrefix string
	// Sizes are the sizes to allow, such as "500x300,640x,x200": others become the
	// nearest of them. With "" every size is allowed.
	Sizes string
	// Formats are given to viewers whose Accept names them, the best first.
	Formats []resize.Format
	// Missing is that of [edge.Config]; with "" requests are no images', and nothing
	// but their host is looked at.
	Missing string
	// MaxWidth and MaxHeight are the largest sizes, 1 to 65535 pixels.
	MaxWidth, MaxHeight int
}

// SiteOf returns what a config says of a site: the formats for viewers, what one side
// alone gives, and the largest size.
func SiteOf(cfg edge.Config) Site {
	return Site{
		Formats:   slices.Clone(cfg.Formats),
		Missing:   cfg.Missing,
		MaxWidth:  cfg.MaxWidth,
		MaxHeight: cfg.MaxHeight,
	}
}

// Script returns the CloudFront Function for s.
func (s Site) Script() string {
	return fmt.Sprintf("const site = {host: %s, urlPrefix: %s, keyPrefix: %s, sizes: %s, formats: %s, missing: %s, maxWidth: %d, maxHeight: %d};\n%s",
		quoted(s.Host), quoted(s.URLPrefix), quoted(s.KeyPrefix), quoted(s.Sizes), quoted(s.FormatNames()), quoted(s.Missing),
		s.MaxWidth, s.MaxHeight, function)
}

// FormatNames returns the names of s.Formats with commas between, as the function
// is told them.
func (s Site) FormatNames() string {
	names := make([]string, len(s.Formats))
	for i, f := range s.Formats {
		names[i] = string(f)
	}
	return strings.Join(names, ",")
}

// quoted returns text as a literal of JavaScript.
func quoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\u2028", `\u2028`, "\u2029", `\u2029`).Replace(text) + "'"
}

// Request is what CloudFront tells the function of a request.
type Request struct {
	Method string
	// Path and Query are percent-encoded, as the viewer spells them, but UTF-8:
	// functions are given what is none as if it were ISO-8859-1. Query is what
	// follows "?".
	Path, Query string
	// Header has Host too.
	Header http.Header
}

// RefusalError says that a request is answered with Status and goes no further: 403
// for another host than the site's, 400 for a path with segments "." or "..", which
// CloudFront resolves where it chooses a behaviour and not where it asks the origin,
// and 414 for one that is too long for any key.
type RefusalError struct {
	Status int
}

func (e *RefusalError) Error() string {
	return fmt.Sprintf("the request is refused with %d %s", e.Status, http.StatusText(e.Status))
}

// maxPath is how long a path is at most, in characters: a key's 1,024 bytes, each of
// them three in a path, and as much again for a prefix.
const maxPath = 4096

// Canonical returns the canonical request for r, which it leaves alone, and the
// reason why what it asks for is no size: [edge.NoSize] where it asks for none, ""
// where there is a size. The reason is [edge.OneSide] too where no size of s.Sizes
// has just the sides that were asked for. The error is a *[RefusalError].
func (s Site) Canonical(r Request) (Request, edge.Reason, error) {
	r.Header = r.Header.Clone()
	if s.Host != "" && hostOf(r.Header) != s.Host {
		return Request{}, "", &RefusalError{http.StatusForbidden}
	}
	if s.Missing == "" {
		return r, edge.NoSize, nil
	}
	path, err := s.path(r.Path)
	if err != nil {
		return Request{}, "", err
	}
	query, why := s.query(r)
	r.Path, r.Query = path, query
	unwanted := []string{"If-Match", "If-Unmodified-Since"}
	if why == "" {
		unwanted = append(unwanted, "Range", "If-Range", "Request-Range")
	}
	for _, name := range unwanted {
		r.Header.Del(name)
	}
	return r, why, nil
}

var port = regexp.MustCompile(`:[0-9]+$`)

// hostOf returns the host of a request in lower case, without its port.
func hostOf(header http.Header) string {
	return port.ReplaceAllString(lower(strings.Join(header.Values("Host"), ",")), "")
}

// lower returns s with the capitals of ASCII in lower case.
func lower(s string) string {
	return strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}, s)
}

// path returns the canonical path, with KeyPrefix for URLPrefix.
func (s Site) path(path string) (string, error) {
	if utf8.RuneCountInString(path) > maxPath {
		return "", &RefusalError{http.StatusRequestURITooLong}
	}
	path, err := urlpath.Canonical(path)
	if err != nil {
		return "", &RefusalError{http.StatusBadRequest}
	}
	if utf8.RuneCountInString(path) > maxPath {
		return "", &RefusalError{http.StatusRequestURITooLong}
	}
	if s.URLPrefix != "" && strings.HasPrefix(path, s.URLPrefix+"/") {
		return s.KeyPrefix + strings.TrimPrefix(path, s.URLPrefix), nil
	}
	return path, nil
}
