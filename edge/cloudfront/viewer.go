package cloudfront

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// viewerRequest is what CloudFront reads from a viewer's request.
type viewerRequest struct {
	id           string // CloudFront's ID for the request
	method       string
	path         string // as spelled
	query        string // the part of the query string that reaches the origin, as spelled
	url          string // path and the part of the query string in the cache key
	clientIP     string
	forwardedFor string
	via          string
	// conditions are Range and the If-... headers.
	conditions http.Header
	// forwarded are the headers that the policy names; headers is their text
	// for the cache key.
	forwarded http.Header
	headers   string
	note      string        // the viewer function's
	seen      *http.Request // as the viewer function left it
}

// target returns path and query string for the origin.
func (v viewerRequest) target() string { return join(v.path, v.query) }

// key returns the key of the response of kind k to v.
func (v viewerRequest) key(k kind) key { return key{k, v.url, v.headers} }

// statusHeaderTooLarge is CloudFront's answer to a request whose headers are
// too long. Same page as maxURL.
const statusHeaderTooLarge = 494

// maxURL is the longest URL, in bytes. CloudFront Developer Guide, "Maximum
// length of a request and maximum length of a URL".
const maxURL = 8192

// conditional lists the headers that make a request for a whole response one
// for a part of it, or for nothing. CloudFront Developer Guide, "HTTP request
// headers and CloudFront behavior".
var conditional = []string{
	"If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Range",
}

// refused returns why CloudFront does not accept a request, or nil.
func (d *Distribution) refused(r *http.Request) *failure {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return &failure{status: http.StatusForbidden,
			message: "This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only cachable requests."}
	case r.ContentLength != 0:
		return &failure{status: http.StatusForbidden, message: "A GET request may not have a body."}
	case len(r.RequestURI) > maxURL:
		return &failure{status: http.StatusRequestURITooLong, closes: true,
			message: fmt.Sprintf("The URL is longer than %d bytes.", maxURL)}
	case len(r.RequestURI)+httpBytes(r.Header) > d.Readings.Request.bytes():
		return &failure{status: statusHeaderTooLarge, closes: true,
			message: fmt.Sprintf("The request is longer than %d bytes.", d.Readings.Request.bytes())}
	case !strings.HasPrefix(r.RequestURI, "/"):
		return &failure{status: http.StatusBadRequest, message: "Bad request."}
	}
	return nil
}

// newViewerRequest reads a viewer's request after the viewer function has run.
// end is the answer if the request ends here.
func (d *Distribution) newViewerRequest(r *http.Request) (v viewerRequest, end *answer) {
	v = viewerRequest{
		id:         newRequestID(),
		via:        fmt.Sprintf("%d.%d %s (CloudFront)", r.ProtoMajor, r.ProtoMinor, domainName),
		conditions: http.Header{},
		forwarded:  http.Header{},
		seen:       r,
	}
	if f := d.refused(r); f != nil {
		a := f.answer()
		return v, &a
	}
	if d.Viewer != nil {
		if v.seen, v.note, end = d.Viewer.apply(r); end != nil {
			return v, end
		}
		r = v.seen
	}
	path, query, _ := strings.Cut(r.RequestURI, "?")
	listed := d.Policy.listed(query)
	v.method, v.path, v.query, v.url = r.Method, path, listed, join(path, listed)
	if d.OriginRequest.AllQueryStrings {
		v.query = query
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

// newRequestID returns an ID like CloudFront's: 40 random bytes in base64.
func newRequestID() string {
	var id [40]byte
	_, _ = rand.Read(id[:]) // crypto/rand never fails
	return base64.URLEncoding.EncodeToString(id[:])
}
