package jstest

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// If a size is asked for, the viewer's range means the variant and never
// reaches the original. Conditions that S3 may answer with 412 never reach it
// either.
func TestHeaders(t *testing.T) {
	conditions := http.Header{
		"Host": {host}, "Accept": {"image/avif"}, "User-Agent": {"a", "b"}, "If-None-Match": {`"a"`}, "If-Modified-Since": {"Sun, 06 Nov 1994 08:49:37 GMT"},
		"If-Match": {`"a"`, `"b"`}, "If-Unmodified-Since": {"Sun, 06 Nov 1994 08:49:37 GMT"},
		"Range": {"bytes=0-1"}, "If-Range": {`"a"`}, "Request-Range": {"bytes=0-1"},
	}
	for _, tt := range []struct {
		site, url string
		gone      []string
	}{
		{"plain", "/a.jpg?width=5&height=6", []string{"If-Match", "If-Unmodified-Since", "Range", "If-Range", "Request-Range"}},
		{"sizes", "/a.jpg?width=5&height=6", []string{"If-Match", "If-Unmodified-Since", "Range", "If-Range", "Request-Range"}},
		{"plain", "/a.jpg?width=5&height=0", []string{"If-Match", "If-Unmodified-Since"}},
		{"plain", "/a.jpg?width=5", []string{"If-Match", "If-Unmodified-Since"}},
		{"plain", "/a.jpg", []string{"If-Match", "If-Unmodified-Since"}},
		{"behind", "/a.jpg?width=5&height=6", nil},
	} {
		r := request(tt.url)
		r.Header = conditions.Clone()
		want := conditions.Clone()
		for _, name := range tt.gone {
			want.Del(name)
		}
		answers := []answer{twin(t, sites[tt.site], r)}
		for _, run := range engines {
			answers = append(answers, run(t, sites[tt.site], []string{event(t, r)})...)
		}
		for _, got := range answers {
			if !slices.Equal(sortedNames(got.Headers), sortedNames(headersOf(want))) {
				t.Errorf("%s%s: got %v, want %v", tt.site, tt.url, got.Headers, want)
			}
		}
	}
}

func sortedNames(headers map[string]field) []string {
	var names []string
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Requests that are not for images stay unchanged; only their host is checked.
func TestRequestsOfTheSite(t *testing.T) {
	site := sites["behind"]
	r := request("/wp/../%70ost?b=7&width=asdf&a", "Range: bytes=0-1", "If-Match: *")
	if got, _, err := site.Canonical(r); err != nil || got.Path != r.Path || got.Query != r.Query || len(got.Header) != len(r.Header) {
		t.Errorf("Go: got %v, %v", got, err)
	}
	elsewhere := request("/wp/post", "Host: d111111abcdef8.cloudfront.net")
	if got := twin(t, site, elsewhere); got.Status != http.StatusForbidden {
		t.Errorf("Go: the default domain gets %v", got)
	}
	for engine, run := range engines {
		t.Run(engine, func(t *testing.T) {
			answers := run(t, site, []string{event(t, r), event(t, elsewhere)})
			query, isObject := answers[0].Query.(map[string]any)
			if answers[0].Path != r.Path || !isObject || len(query) != 3 || len(answers[0].Headers) != len(r.Header) {
				t.Errorf("got %v", answers[0])
			}
			if answers[1].Status != http.StatusForbidden {
				t.Errorf("the default domain gets %v", answers[1])
			}
		})
	}
}

// Objects with a prototype of the viewer's choice, invalid Unicode and missing
// fields change nothing and cause no error.
func TestHostileEvents(t *testing.T) {
	vm := goja.New()
	if _, err := vm.RunString(sites["avif"].Script()); err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string]string{
		`{uri: '/\ud800', querystring: {}, headers: {}}`:                                                                               "/\ufffd?",
		`{uri: '/%C3%A9\udc00', querystring: {}, headers: {}}`:                                                                         "/%C3%A9\ufffd?",
		`{uri: '/a', querystring: {__proto__: {value: '5'}}, headers: {}}`:                                                             "/a?",
		`{uri: '/a', querystring: {hasOwnProperty: {value: '5'}, width: {value: '5'}, height: {value: '6'}}, headers: {}}`:             "/a?width=5&height=6",
		`{uri: '/a', querystring: {width: {value: '\ud800'}, height: {value: '6'}}, headers: {}}`:                                      "/a?",
		`{uri: '/a', querystring: {width: {value: '5', multiValue: [{value: '5'}, {value: '6'}]}, height: {value: '6'}}, headers: {}}`: "/a?",
		`{uri: '/a', querystring: {width: {value: '5', multiValue: [{value: '5'}]}, height: {value: '6'}}, headers: {}}`:               "/a?width=5&height=6",
		`{uri: '/a', querystring: {width: {value: '5', multiValue: []}, height: {value: '6'}}, headers: {}}`:                           "/a?",
		`{uri: '/a', querystring: {width: {value: '5'}, height: {value: '6'}}, headers: {accept: {value: '\ud800,image/avif'}}}`:       "/a?width=5&height=6&format=avif",
	} {
		out, err := vm.RunString("(function () { const r = handler({request: " + event + "}); return r.uri + '?' + r.querystring; })()")
		if err != nil {
			t.Errorf("%s: %v", event, err)
		} else if out.String() != want {
			t.Errorf("%s: got %q, want %q", event, out, want)
		}
	}
}

// maxFunction is the maximum size of a CloudFront Function in bytes. CloudFront
// Developer Guide, "Quotas on CloudFront Functions".
const maxFunction = 10 * 1024

// TestShortEnough tries the longest parameters of deploy/template/template.yaml.
func TestShortEnough(t *testing.T) {
	longest := sites["avif"]
	longest.Host = strings.Repeat("d", 253)
	longest.URLPrefix, longest.KeyPrefix = strings.Repeat("u", 250), "/"+strings.Repeat("k", 250)
	longest.Sizes, longest.Missing = strings.Repeat("9", 1000), "keep-ratio"
	longest.MaxWidth, longest.MaxHeight = 65535, 65535
	if n := len(longest.Script()); n > maxFunction {
		t.Errorf("%d bytes, more than %d", n, maxFunction)
	}
}

// The script holds any text of a site as a literal.
func TestScriptQuotes(t *testing.T) {
	s := viewerrequest.Settings{Host: "a'b\\c\nd\re\u2028f\u2029g\x00é\"${1}`"}
	got, err := goja.New().RunString(s.Script() + "\nsite.host")
	if err != nil || got.String() != s.Host {
		t.Errorf("got %q, %v", got, err)
	}
}
