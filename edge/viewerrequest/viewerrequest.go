// Package viewerrequest makes a viewer's request canonical before CloudFront
// looks into its cache: one picture at one size in one format has one URL,
// whatever the viewer's spelling. It holds the CloudFront Function that does
// so, and its twin in Go for CloudFront on a laptop.
//
// Of a query string only the size remains, if package edge may make a variant
// of it, and with it the format: "width=500&height=300&format=webp". Between them
// stand the options that the config switches on, if they change the variant, in
// one order and spelling: "fit=pad,ff0000&dpr=1.5". A preset is replaced by what
// it stands for. All else is removed, an invalid size or option too, so that the
// original has one URL. Paths are spelled as [urlpath.Canonical] does. Headers that
// ask for a piece of the response, or set a condition that S3 may refuse, are
// removed. Canonical requests do not change, except where only presets may be
// named.
//
// What CloudFront runs is without comments and indentation, for which its limit
// of 10,240 bytes leaves no room.
//
// CloudFront Developer Guide, "Write function code": "CloudFront Functions
// event structure", "JavaScript runtime 2.0 features for CloudFront Functions"
// and "Restrictions on all edge functions".
package viewerrequest

import (
	_ "embed"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/urlpath"
	"github.com/edgeresize/edgeresize/resize"
)

//go:embed viewer-request.js
var source string

//go:embed unsigned.js
var unsigned string

//go:embed signed.js
var signed string

// Imports begins the function that checks signatures. CloudFront Developer Guide,
// "Helper methods for key value stores".
const Imports = "import cf from 'cloudfront';\nimport crypto from 'crypto';\n"

var padding = regexp.MustCompile(`(?m)^ *(//.*\n)?`)

// short returns a script without its comments and indentation.
func short(script string) string { return padding.ReplaceAllString(script, "") }

// Settings holds the settings of the function.
type Settings struct {
	// Host, if set, is the only host name to accept, in lower case.
	Host string
	// URLPrefix is the front of the path that KeyPrefix replaces, such as
	// "/wp-content/uploads", or "". KeyPrefix is a path such as "/media", or
	// "".
	URLPrefix, KeyPrefix string
	// Sizes are the allowed sizes, such as "500x300,640x,x200": others become
	// the nearest of them. "" allows every size.
	Sizes string
	// Formats go to viewers whose Accept names them, the best first.
	Formats []resize.Format
	// Missing is that of [edge.Config]. "" means that the requests are not for
	// images: the function then checks only their host.
	Missing string
	// MaxWidth and MaxHeight are the largest size, 1 to 65535 pixels each.
	MaxWidth, MaxHeight int
	// Options says what may be asked for besides a size.
	Options Options
	// Keys sign URLs at the time Now, if Options has "signature". The function has
	// them in its key value store: they are no part of its script.
	Keys Keys
	Now  func() time.Time // nil is time.Now
}

// SettingsOf returns the settings that cfg gives: the formats for viewers, the
// meaning of one side alone, the largest size, and what else may be asked for.
func SettingsOf(cfg edge.Config) Settings {
	return Settings{
		Formats:   slices.Clone(cfg.Formats),
		Missing:   cfg.Missing,
		MaxWidth:  cfg.MaxWidth,
		MaxHeight: cfg.MaxHeight,
		Options:   optionsOf(cfg),
	}
}

// Config returns a config with the settings that s has, and other defaults.
func (s Settings) Config() edge.Config {
	cfg := s.Options.config()
	cfg.Formats, cfg.Missing, cfg.MaxWidth, cfg.MaxHeight = s.Formats, s.Missing, s.MaxWidth, s.MaxHeight
	return cfg
}

// Script returns the CloudFront Function for s.
func (s Settings) Script() string {
	site := fmt.Sprintf("const site = {host: %s, urlPrefix: %s, keyPrefix: %s, sizes: %s, formats: %s, missing: %s, maxWidth: %d, maxHeight: %d, request: %s};\n",
		quoted(s.Host), quoted(s.URLPrefix), quoted(s.KeyPrefix), quoted(s.Sizes), quoted(s.FormatNames()), quoted(s.Missing),
		s.MaxWidth, s.MaxHeight, s.Options.JSON())
	if s.ChecksSignatures() {
		return Imports + site + short(source+signed)
	}
	return site + short(source+unsigned)
}

// ChecksSignatures reports whether the function resizes for signed URLs alone, by the
// keys in its key value store.
func (s Settings) ChecksSignatures() bool { return s.Options.takes("signature") && s.Missing != "" }

// FormatNames returns the names of s.Formats, separated by commas, as the
// function reads them.
func (s Settings) FormatNames() string {
	names := make([]string, len(s.Formats))
	for i, f := range s.Formats {
		names[i] = string(f)
	}
	return strings.Join(names, ",")
}

// quoted returns text as a JavaScript literal.
func quoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\u2028", `\u2028`, "\u2029", `\u2029`).Replace(text) + "'"
}

// Request is a viewer's request as the function gets it.
type Request struct {
	Method string
	// Path and Query are percent-encoded, as the viewer spells them. Functions
	// get text that is not UTF-8 as if it were ISO-8859-1. Query has no "?".
	Path, Query string
	// Header includes Host.
	Header http.Header
}

// RefusalError says that a request is answered with Status and does not reach
// the cache: 403 for another host than the site's, 414 for a path that is too
// long for any key, and 400 for a path with segments "." or "..". CloudFront
// resolves those when it chooses a behaviour, but not when it asks the origin.
type RefusalError struct {
	Status int
}

func (e *RefusalError) Error() string {
	return fmt.Sprintf("the request is refused with %d %s", e.Status, http.StatusText(e.Status))
}

// maxPath is the most characters of a path: three for each of a key's 1,024 bytes,
// and 1,024 for a prefix.
const maxPath = 4096

// Canonical returns the canonical request for r without changing r. If r asks
// for no variant, it returns the reason: [edge.NoSize] if it asks for none,
// [edge.OneSide] also if no size in s.Sizes has the same sides, [edge.Unsigned] or
// [edge.Expired] if its signature is not valid. The error is a *[RefusalError].
func (s Settings) Canonical(r Request) (Request, edge.Reason, error) {
	r.Header = r.Header.Clone()
	if s.Host != "" && hostOf(r.Header) != s.Host {
		return Request{}, "", &RefusalError{http.StatusForbidden}
	}
	if s.Missing == "" {
		return r, edge.NoSize, nil
	}
	path, err := canonicalPath(r.Path)
	if err != nil {
		return Request{}, "", err
	}
	query, why := s.query(r)
	if why == "" && s.ChecksSignatures() {
		if why = s.refusesSignature(path, r.Query); why != "" {
			query = ""
		}
	}
	r.Path, r.Query = s.keyPath(path), query
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

// lower returns s with ASCII capitals in lower case.
func lower(s string) string {
	return strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}, s)
}

// canonicalPath returns the one spelling of a path.
func canonicalPath(path string) (string, error) {
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
	return path, nil
}

// keyPath returns a canonical path with KeyPrefix in place of URLPrefix.
func (s Settings) keyPath(path string) string {
	if s.URLPrefix != "" && strings.HasPrefix(path, s.URLPrefix+"/") {
		return s.KeyPrefix + strings.TrimPrefix(path, s.URLPrefix)
	}
	return path
}
