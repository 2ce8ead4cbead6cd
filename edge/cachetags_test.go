package edge

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge/cachetag"
)

const testTagHeader = "Edgeresize-Cache-Tag"

// taggedEvent returns event from a distribution whose origin names the header
// of tags.
func taggedEvent(query, status string) []byte {
	return bytes.Replace(event(query, status), []byte(`"customHeaders":{}`),
		[]byte(`"customHeaders":{"edgeresize-cache-tag-header":[{"key":"Edgeresize-Cache-Tag-Header","value":"`+testTagHeader+`"}]}`), 1)
}

// Every response for a key has its tag, whatever the outcome; otherwise it
// equals the response without tags.
func TestEveryAnswerIsTagged(t *testing.T) {
	want := cachetag.Of("pics", "a.jpg")
	for name, tt := range map[string]struct {
		query, status string
		method        string
		data          []byte
	}{
		"a variant":           {"width=20&height=10", "200", "GET", photo(t, 64, 48)},
		"of a piece":          {"width=20&height=10", "206", "GET", photo(t, 64, 48)},
		"of a refusal":        {"width=20&height=10", "412", "GET", photo(t, 64, 48)},
		"an original":         {"", "200", "GET", nil},
		"a piece":             {"", "206", "GET", nil},
		"unchanged":           {"width=20&height=10", "304", "GET", nil},
		"an error":            {"width=20&height=10", "403", "GET", nil},
		"an error of S3's":    {"width=20&height=10", "503", "GET", nil},
		"HEAD":                {"width=20&height=10", "200", "HEAD", nil},
		"an impossible size":  {"width=x&height=10", "200", "GET", nil},
		"too large a size":    {"width=2000&height=1000", "200", "GET", photo(t, 64, 48)},
		"no picture":          {"width=20&height=10", "200", "GET", []byte("<html>")},
		"a piece of no image": {"width=20&height=10", "206", "GET", []byte("<html>")},
	} {
		answer := func(payload []byte) []byte {
			payload = bytes.Replace(payload, []byte(`"method":"GET"`), []byte(`"method":"`+tt.method+`"`), 1)
			response, _, err := New(DefaultConfig(), serves(tt.data), 0, quiet()).Handle(t.Context(), payload)
			if err != nil {
				t.Fatal(err)
			}
			return response
		}
		got, without := answer(taggedEvent(tt.query, tt.status)), answer(event(tt.query, tt.status))
		h := parseResponse(t, got).Headers[strings.ToLower(testTagHeader)]
		if len(h) != 1 || h[0] != (Header{testTagHeader, want}) {
			t.Errorf("%s: got the tags %v, want %s", name, h, want)
		}
		sameJSON(t, name, withoutHeader(t, got, testTagHeader), withoutHeader(t, without, testTagHeader))
	}
}

// withoutHeader returns response without the header called name.
func withoutHeader(t *testing.T, response []byte, name string) []byte {
	t.Helper()
	r := mustRead(t, string(response))
	delete(r.Headers, strings.ToLower(name))
	patched, err := r.patched(r.Headers, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return patched
}

// The header named by the config wins over the origin's; a header that
// responses must not have is ignored.
func TestTagHeaderIsNamed(t *testing.T) {
	for _, tt := range []struct{ config, origin, want string }{
		{"", "", ""},
		{"X-Tags", "", "X-Tags"},
		{"", "X-Tags", "X-Tags"},
		{"X-Tags", "X-Others", "X-Tags"},
		{"", "x-amz-meta-tags", "x-amz-meta-tags"},
		{"", "ETag", ""},
		{"", "Content-Length", ""},
		{"", "x-amz-version-id", ""},
		{"", "X-Edge-Tag", ""},
		{"", "Tags\r\nX", ""},
		{"", strings.Repeat("t", 65), ""},
	} {
		cfg := DefaultConfig()
		cfg.CacheTagHeader = tt.config
		for _, origin := range []string{"s3", "custom"} {
			custom := fmt.Sprintf(`{"edgeresize-cache-tag-header":[{"value":%q}]}`, tt.origin)
			payload := bytes.Replace(event("", "200"), []byte(`"customHeaders":{}`), []byte(`"customHeaders":`+custom), 1)
			payload = bytes.Replace(payload, []byte(`{"s3":`), []byte(`{"`+origin+`":`), 1)
			e, err := partsOf(payload)
			if err != nil {
				t.Fatal(err)
			}
			request, err := readRequest(e.Request)
			if got := taggingOf(request, cfg); err != nil || got.header != tt.want {
				t.Errorf("%+v: got %+v, %v", tt, got, err)
			}
		}
	}
}

// Invalid custom headers do not prevent a resize.
func TestOddCustomHeaders(t *testing.T) {
	for _, custom := range []string{`null`, `5`, `[]`, `{"edgeresize-cache-tag-header":5}`, `{"edgeresize-cache-tag-header":[]}`, `{"x":[{"value":5}]}`} {
		payload := bytes.Replace(event("width=20&height=10", "200"), []byte(`"customHeaders":{}`), []byte(`"customHeaders":`+custom), 1)
		_, out, err := New(DefaultConfig(), serves(photo(t, 64, 48)), 0, quiet()).Handle(t.Context(), payload)
		if err != nil || out.Reason != "" {
			t.Errorf("%s: got %v, %v", custom, out, err)
		}
	}
}

// The object's own tags stay, those in its metadata too, although a variant
// drops all other metadata.
func TestTagsAreAdded(t *testing.T) {
	ours := cachetag.Of("pics", "a.jpg")
	for _, tt := range []struct{ header, came, want string }{
		{"X-Tags", `"x-tags":[{"key":"X-Tags","value":"a, B"},{"key":"X-Tags","value":"c,,"}],`, ours + ",a,B,c"},
		{"X-Tags", `"x-tags":[{"key":"X-Tags","value":"a,` + strings.ToUpper(ours) + `"}],`, ours + ",a"},
		{"X-Amz-Meta-Tags", `"x-amz-meta-tags":[{"key":"x-amz-meta-tags","value":"a"}],`, ours + ",a"},
		{"X-Amz-Meta-Tags", ``, ours},
	} {
		cfg := DefaultConfig()
		cfg.CacheTagHeader = tt.header
		for _, query := range []string{"", "width=20&height=10"} {
			payload := bytes.Replace(event(query, "200"), []byte(`"headers":{`+"\n"), []byte(`"headers":{`+tt.came), 1)
			response, out, err := New(cfg, serves(photo(t, 64, 48)), 0, quiet()).Handle(t.Context(), payload)
			if err != nil || (out.Reason == "") != (query != "") {
				t.Fatalf("%+v, %v", out, err)
			}
			if got := parseResponse(t, response).Headers[strings.ToLower(tt.header)]; len(got) != 1 || got[0].Value != tt.want {
				t.Errorf("%+v, %q: got %v", tt, query, got)
			}
		}
	}
}

// A path that spells two keys gets both tags; a path that names no key gets
// none.
func TestTagsOfKeys(t *testing.T) {
	for uri, keys := range map[string][]string{
		"/a%20b.jpg": {"a b.jpg"}, "/a+b.jpg": {"a+b.jpg", "a b.jpg"}, "/%EC%82%AC/%28.jpg": {"사/(.jpg"}, "/": nil, "/%zz": nil,
	} {
		request := requested{URI: uri, Origin: &originRead{S3: &s3Read{DomainName: "pics.s3.amazonaws.com", Path: "/p"}}}
		cfg := DefaultConfig()
		cfg.CacheTagHeader = "X-Tags"
		var want []string
		for _, key := range keys {
			want = append(want, cachetag.Of("pics", "p/"+key))
		}
		if got := taggingOf(request, cfg); fmt.Sprint(got.tags) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", uri, got.tags, want)
		}
	}
}

// A response has tags for both the pinned object and the event's.
func TestTagsOfPinnedPlaces(t *testing.T) {
	pinned := DefaultConfig()
	pinned.CacheTagHeader, pinned.Bucket, pinned.KeyPrefix = "X-Tags", "others", "media/"
	for _, tt := range []struct{ domain, want string }{
		{"pics.s3.amazonaws.com", cachetag.Of("others", "media/a.jpg") + " " + cachetag.Of("pics", "p/a.jpg")},
		{"www.example.com", cachetag.Of("others", "media/a.jpg")},
	} {
		request := requested{URI: "/a.jpg", Origin: &originRead{S3: &s3Read{DomainName: tt.domain, Path: "/p"}}}
		if got := strings.Join(taggingOf(request, pinned).tags, " "); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.domain, got, tt.want)
		}
	}
}

// If there is no room for a tag, the response goes out unchanged.
func TestNoRoomForTheTag(t *testing.T) {
	response := responseOf(t, "200", map[string]string{"X-Long": strings.Repeat("x", maxHeaderBytes-len("x-long: \r\n")-10)})
	payload := bytes.Replace(taggedEvent("", "200"), []byte(originResponse), []byte(response), 1)
	got, _, err := New(DefaultConfig(), serves(nil), 0, quiet()).Handle(t.Context(), payload)
	if err != nil || string(got) != response {
		t.Errorf("got %.100s, %v", got, err)
	}
}
