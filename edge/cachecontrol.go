package edge

import (
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// directive is one directive of a Cache-Control header (RFC 9111, section 5.2).
type directive struct {
	name string // in lower case
	// argument is unquoted. Without an argument it is "" and bare is true.
	// no-cache and private with an argument concern the header fields that it
	// names; they do not keep a response out of caches.
	argument string
	bare     bool
	text     string // as spelled
}

// cacheControl returns the directives of all Cache-Control headers. ok is false
// if a quotation mark does not close, so that the directives cannot be told
// apart.
func cacheControl(headers Headers) (found []directive, ok bool) {
	for _, value := range headers["cache-control"] {
		for text, rest := "", value.Value; rest != ""; {
			if text, rest, ok = cutElement(rest); !ok {
				return nil, false
			}
			if text = strings.Trim(text, " \t"); text == "" {
				continue
			}
			name, argument, given := strings.Cut(text, "=")
			found = append(found, directive{
				name:     strings.ToLower(strings.Trim(name, " \t")),
				argument: unquoted(strings.Trim(argument, " \t")),
				bare:     !given,
				text:     text,
			})
		}
	}
	return found, true
}

// cutElement cuts list at its first comma outside quoted strings (RFC 9110,
// sections 5.6.1 and 5.6.4), and reports whether every quoted string up to
// there is closed.
func cutElement(list string) (element, rest string, ok bool) {
	quoted := false
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == ',' && !quoted:
			return list[:i], list[i+1:], true
		}
	}
	return list, "", !quoted
}

// unquoted returns the text of a quoted string, and any other string unchanged.
func unquoted(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	var b strings.Builder
	for s = s[1 : len(s)-1]; s != ""; s = s[1:] {
		if s[0] == '\\' && len(s) > 1 {
			s = s[1:]
		}
		b.WriteByte(s[0])
	}
	return b.String()
}

// seconds returns the argument of a directive such as max-age, or 0 if it is
// not a number: RFC 9111, section 4.2.1, tells caches to treat it as stale.
func (d directive) seconds() int {
	if d.argument == "" || strings.Trim(d.argument, "0123456789") != "" {
		return 0
	}
	n, err := strconv.Atoi(d.argument)
	if err != nil {
		return math.MaxInt
	}
	return n
}

// shortened returns a Cache-Control value that lets caches keep a response for
// at most the given seconds. It allows nothing that headers do not allow:
// neither a longer time nor more caches. It returns no-store if headers cannot
// be read.
func shortened(headers Headers, seconds int, now time.Time) string {
	found, ok := cacheControl(headers)
	if !ok {
		return "no-store"
	}
	var kept []string
	timed := false
	for _, d := range found {
		switch d.name {
		case "no-store":
			return "no-store"
		case "max-age", "s-maxage":
			seconds, timed = min(seconds, d.seconds()), true
		case "no-cache", "private":
			if !d.valid() {
				return "no-store"
			}
			kept = append(kept, d.text)
		case "must-revalidate", "proxy-revalidate", "no-transform":
			kept = append(kept, d.name)
		}
	}
	if expires := headers["expires"]; !timed && len(expires) > 0 {
		seconds = min(seconds, untilExpiry(expires[0].Value, now))
	}
	return strings.Join(append(kept, "max-age="+strconv.Itoa(seconds)), ", ")
}

// untilExpiry returns the seconds from now until the date of an Expires header,
// or 0 if that has passed or is not a date (RFC 9111, section 5.3).
func untilExpiry(expires string, now time.Time) int {
	at, err := http.ParseTime(expires)
	if err != nil {
		return 0
	}
	return int(max(0, at.Sub(now)/time.Second))
}

// revalidated returns the Cache-Control of a variant: that of headers with
// stale-while-revalidate added (RFC 5861, section 3). Caches may then serve the
// variant for the given seconds after it expires while they ask again, so that
// no viewer waits for a resize that repeats the last one. It adds nothing if
// headers set no time, forbid stale responses, or set a stale-while-revalidate
// themselves.
func revalidated(headers Headers, seconds int) (value string, added bool) {
	found, ok := cacheControl(headers)
	if !ok || seconds == 0 {
		return "", false
	}
	var texts []string
	timed := false
	for _, d := range found {
		switch d.name {
		case "no-store", "no-cache", "private", "must-revalidate", "proxy-revalidate", "stale-while-revalidate":
			return "", false
		case "max-age", "s-maxage":
			timed = timed || d.seconds() > 0
		}
		texts = append(texts, d.text)
	}
	if !timed {
		return "", false
	}
	return strings.Join(append(texts, "stale-while-revalidate="+strconv.Itoa(seconds)), ", "), true
}

// directiveArguments maps each response directive to the pattern of its
// argument: seconds, names of header fields, or nil for no argument (RFC 9111,
// section 5.2.2, RFC 5861, RFC 8246).
var directiveArguments = map[string]*regexp.Regexp{
	"max-age": wholeSeconds, "s-maxage": wholeSeconds,
	"stale-while-revalidate": wholeSeconds, "stale-if-error": wholeSeconds,
	"no-cache": fieldNames, "private": fieldNames,
	"no-store": nil, "no-transform": nil, "must-revalidate": nil, "proxy-revalidate": nil,
	"must-understand": nil, "public": nil, "immutable": nil,
}

var (
	wholeSeconds = regexp.MustCompile(`^[0-9]{1,10}$`)
	fieldNames   = regexp.MustCompile(`^[!#$%&'*+.^_` + "`" + `|~0-9A-Za-z-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_` + "`" + `|~0-9A-Za-z-]+)*$`)
)

// validCacheControl reports whether value is a valid Cache-Control header of a
// response, and returns the part that is not.
func validCacheControl(value string) (bad string, ok bool) {
	found, ok := cacheControl(Headers{"cache-control": {{Value: value}}})
	if !ok {
		return value, false
	}
	for _, d := range found {
		if !d.valid() {
			return d.text, false
		}
	}
	return "", true
}

// valid reports whether d is a response directive with an argument that it may
// have.
func (d directive) valid() bool {
	argument, known := directiveArguments[d.name]
	if !known || d.bare {
		return known && argument != wholeSeconds
	}
	return argument != nil && argument.MatchString(d.argument)
}
