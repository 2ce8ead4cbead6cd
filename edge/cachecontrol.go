package edge

import (
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// directive is one of a Cache-Control header (RFC 9111, section 5.2).
type directive struct {
	name string // in lower case
	// argument is unquoted; it is "" and bare is true where there is none.
	// no-cache and private with an argument are about the header fields that it
	// names, and do not keep a response out of caches.
	argument string
	bare     bool
	text     string // as it was spelled
}

// cacheControl returns the directives of all Cache-Control headers, and whether
// they can be read: quotation marks that do not close leave open what belongs
// together.
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

// cutElement cuts a list at its first comma that is in no quoted string (RFC
// 9110, sections 5.6.1 and 5.6.4), and reports whether every quoted string is
// closed up to there.
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

// unquoted returns the text of a quoted string, and what is none as it is.
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

// seconds returns the argument of max-age and its like, and 0 for one that is no
// number: RFC 9111, section 4.2.1, has caches take such a response for stale.
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

// shortened returns the Cache-Control that lets caches keep a response for at
// most the given seconds, and never for longer, nor more of them, than headers
// do. What cannot be read is taken for no-store.
func shortened(headers Headers, seconds int, now time.Time) string {
	found, ok := cacheControl(headers)
	if !ok {
		return "no-store"
	}
	var kept []string
	told := false
	for _, d := range found {
		switch d.name {
		case "no-store":
			return "no-store"
		case "max-age", "s-maxage":
			seconds, told = min(seconds, d.seconds()), true
		case "no-cache", "private":
			if !d.valid() {
				return "no-store"
			}
			kept = append(kept, d.text)
		case "must-revalidate", "proxy-revalidate", "no-transform":
			kept = append(kept, d.name)
		}
	}
	if expires := headers["expires"]; !told && len(expires) > 0 {
		seconds = min(seconds, untilExpiry(expires[0].Value, now))
	}
	return strings.Join(append(kept, "max-age="+strconv.Itoa(seconds)), ", ")
}

// untilExpiry returns the seconds from now until the date of an Expires header,
// 0 where it has passed or is no date (RFC 9111, section 5.3).
func untilExpiry(expires string, now time.Time) int {
	at, err := http.ParseTime(expires)
	if err != nil {
		return 0
	}
	return int(max(0, at.Sub(now)/time.Second))
}

// revalidated returns the Cache-Control of a variant: that of headers, by which
// caches may also serve it for the given seconds past its time while they ask
// again (RFC 5861, section 3), so that no viewer waits for a resize that only
// repeats what there was. It adds nothing where headers set no time, or do not
// allow what is past its time, or say themselves for how long.
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

// directiveArguments says of each directive of responses whether it takes a
// number of seconds, names of header fields, or nothing (RFC 9111, section 5.2.2,
// RFC 5861, RFC 8246).
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

// validCacheControl reports whether value is a Cache-Control header of a
// response, and returns what in it is not.
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

// valid reports whether d is a directive of responses with an argument that it
// may have.
func (d directive) valid() bool {
	argument, known := directiveArguments[d.name]
	if !known || d.bare {
		return known && argument != wholeSeconds
	}
	return argument != nil && argument.MatchString(d.argument)
}
