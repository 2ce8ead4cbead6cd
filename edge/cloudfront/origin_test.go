package cloudfront

import (
	"net/url"
	"strings"
	"testing"
)

// A viewer may send UTF-8 unescaped; what it has escaped must not change.
func TestOriginRequestKeepsTheSpelling(t *testing.T) {
	for in, want := range map[string]string{
		"/été%20%2B1.jpg?width=5": "/%C3%A9t%C3%A9%20%2B1.jpg?width=5",
		"/a+b%2bc//..%2F.jpg":     "/a+b%2bc//..%2F.jpg",
	} {
		path, query, _ := strings.Cut(in, "?")
		o := Origin{Base: &url.URL{Scheme: "http", Host: "origin.example"}}
		sent, err := o.request(t.Context(), viewerRequest{method: "GET", path: path, query: query}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := sent.URL.RequestURI(); got != want {
			t.Errorf("%s: asked the origin for %s, want %s", in, got, want)
		}
	}
}
