package cloudfront

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
)

// What CloudFront takes from an origin-response function, in bytes. CloudFront
// Developer Guide, "Restrictions on Lambda@Edge" and "Quotas on headers".
const (
	maxResponse = 1 << 20 // body, as its text stands in the response, and headers
	maxHeaders  = 20_480
)

// Violation says which of CloudFront's rules a function's response breaks.
// The viewer gets status 502.
type Violation string

func (v Violation) Error() string { return string(v) }

// forbidden are the headers a function may not add; a name that ends in "-" is
// a prefix. CloudFront Developer Guide, "Restrictions on all edge functions".
var forbidden = []string{
	"connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization",
	"proxy-connection", "trailer", "upgrade", "x-accel-buffering", "x-accel-charset",
	"x-accel-limit-rate", "x-accel-redirect", "x-amz-cf-", "x-amzn-auth",
	"x-amzn-cf-billing", "x-amzn-cf-id", "x-amzn-cf-xff", "x-amzn-errortype",
	"x-amzn-fle-profile", "x-amzn-header-count", "x-amzn-header-order",
	"x-amzn-lambda-integration-tag", "x-amzn-requestid", "x-cache", "x-edge-",
	"x-forwarded-proto", "x-real-ip",
}

// readOnly are the headers an origin-response function may not touch (same
// page).
var readOnly = []string{"transfer-encoding", "via"}

// token is a header's name (RFC 9110, section 5.6.2).
var token = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// Check holds a function's response against CloudFront's rules; before is the
// response in the event that the function was given. The body that it returns
// is decoded, and nil where the origin's is to be kept. Its errors are of type
// Violation.
func Check(response []byte, before edge.Response) (r edge.Response, body []byte, err error) {
	if err := json.Unmarshal(response, &r); err != nil {
		return r, nil, Violation("The Lambda function returned invalid JSON: " + err.Error())
	}
	if code, err := strconv.Atoi(r.Status); err != nil || len(r.Status) != 3 || code < 200 || code > 599 {
		return r, nil, Violation(fmt.Sprintf("The status %q is not 200 to 599.", r.Status))
	}
	if err := checkHeaders(r.Headers, before.Headers); err != nil {
		return r, nil, err
	}
	headers := headerBytes(r.Headers)
	if headers > maxHeaders {
		return r, nil, Violation(fmt.Sprintf(
			"The length of the headers was %d bytes which exceeded the CloudFront limit of %d.", headers, maxHeaders))
	}
	if size := len(r.Body) + headers; size > maxResponse {
		return r, nil, Violation(fmt.Sprintf(
			"The length of the body size and header was %d bytes which exceeded the CloudFront limit of %d.", size, maxResponse))
	}
	body, err = decodeBody(r)
	return r, body, err
}

func decodeBody(r edge.Response) ([]byte, error) {
	switch r.BodyEncoding {
	case "", "text":
		if r.Body == "" {
			return nil, nil
		}
		return []byte(r.Body), nil
	case "base64":
		body, err := base64.StdEncoding.DecodeString(r.Body)
		if err != nil {
			return nil, Violation("The body is not valid base64: " + err.Error())
		}
		return body, nil
	}
	return nil, Violation(fmt.Sprintf("The bodyEncoding %q is neither text nor base64.", r.BodyEncoding))
}

func checkHeaders(headers, before edge.Headers) error {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if !token.MatchString(name) || name != strings.ToLower(name) {
			return Violation(fmt.Sprintf("The header name %q is not a lower-case token.", name))
		}
		for _, h := range headers[name] {
			if h.Key != "" && !strings.EqualFold(h.Key, name) {
				return Violation(fmt.Sprintf("The header %q has the key %q.", name, h.Key))
			}
			if strings.ContainsAny(h.Value, "\r\n\x00") {
				return Violation(fmt.Sprintf("The header %q has an illegal value.", name))
			}
		}
		if _, was := before[name]; !was && isForbidden(name) {
			return Violation(fmt.Sprintf("The header %q may not be added.", name))
		}
	}
	for _, name := range readOnly {
		if !slices.EqualFunc(headers[name], before[name], func(a, b edge.Header) bool { return a.Value == b.Value }) {
			return Violation(fmt.Sprintf("The header %q is read-only.", name))
		}
	}
	return nil
}

func isForbidden(name string) bool {
	return slices.ContainsFunc(forbidden, func(f string) bool {
		return name == f || strings.HasSuffix(f, "-") && strings.HasPrefix(name, f)
	})
}

// headerBytes counts headers as HTTP/1.1 writes them.
func headerBytes(headers edge.Headers) int {
	n := 0
	for name, values := range headers {
		for _, h := range values {
			n += len(name) + len(": ") + len(h.Value) + len("\r\n")
		}
	}
	return n
}
