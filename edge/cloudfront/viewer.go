package cloudfront

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// viewerRequest is what CloudFront takes from a viewer's request.
type viewerRequest struct {
	id           string // CloudFront's
	method       string
	url          string // path and forwarded query string, as the viewer spelled them
	clientIP     string
	forwardedFor string
	via          string
	// conditions are Range and the If-... headers.
	conditions http.Header
	// forwarded are the headers that the policy names, and headers the same as
	// part of the cache key.
	forwarded http.Header
	headers   string
}

// key is where the cache has what answers v.
func (v viewerRequest) key(k kind) key { return key{k, v.url, v.headers} }

// statusHeaderTooLarge is what CloudFront answers to a request whose headers are
// too long. Same page as maxURL.
const statusHeaderTooLarge = 494

// maxURL is how long a URL may be, in bytes. CloudFront Developer Guide,
// "Maximum length of a request and maximum length of a URL".
const maxURL = 8192

// conditional are the headers that make a request for a whole response one for
// a part of it, or for nothing. CloudFront Developer Guide, "HTTP request
// headers and CloudFront behavior".
var conditional = []string{
	"If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Range",
}

// newViewerRequest reads a viewer's request, or says why CloudFront refuses it.
func (d *Distribution) newViewerRequest(r *http.Request) (viewerRequest, *failure) {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return viewerRequest{}, &failure{status: http.StatusForbidden,
			message: "This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only cachable requests."}
	case r.ContentLength != 0:
		return viewerRequest{}, &failure{status: http.StatusForbidden, message: "A GET request may not have a body."}
	case len(r.RequestURI) > maxURL:
		return viewerRequest{}, &failure{status: http.StatusRequestURITooLong, closes: true,
			message: fmt.Sprintf("The URL is longer than %d bytes.", maxURL)}
	case len(r.RequestURI)+httpBytes(r.Header) > d.Readings.Request.bytes():
		return viewerRequest{}, &failure{status: statusHeaderTooLarge, closes: true,
			message: fmt.Sprintf("The request is longer than %d bytes.", d.Readings.Request.bytes())}
	case !strings.HasPrefix(r.RequestURI, "/"):
		return viewerRequest{}, &failure{status: http.StatusBadRequest, message: "Bad request."}
	}
	url, query, _ := strings.Cut(r.RequestURI, "?")
	if forwarded := d.Policy.forwarded(query); forwarded != "" {
		url += "?" + forwarded
	}
	v := viewerRequest{
		id:         newRequestID(),
		method:     r.Method,
		url:        url,
		via:        fmt.Sprintf("%d.%d %s (CloudFront)", r.ProtoMajor, r.ProtoMinor, domainName),
		conditions: http.Header{},
		forwarded:  http.Header{},
	}
	for _, name := range d.Policy.Headers {
		name = http.CanonicalHeaderKey(name)
		if values := r.Header.Values(name); len(values) > 0 {
			v.forwarded[name] = values
			v.headers += fmt.Sprintf("\n%s: %q", name, values)
		}
	}
	v.clientIP, _, _ = net.SplitHostPort(r.RemoteAddr)
	v.forwardedFor = strings.Join(append(r.Header.Values("X-Forwarded-For"), v.clientIP), ",")
	for _, name := range conditional {
		if values := r.Header.Values(name); len(values) > 0 {
			v.conditions[name] = values
		}
	}
	return v, nil
}

// newRequestID looks like CloudFront's: 40 random bytes in base64.
func newRequestID() string {
	var id [40]byte
	_, _ = rand.Read(id[:]) // crypto/rand never fails
	return base64.URLEncoding.EncodeToString(id[:])
}
