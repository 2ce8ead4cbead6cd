package cloudfront

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
)

// CloudFront's limits for the response of an origin-response function, in
// bytes. CloudFront Developer Guide, "Quotas on Lambda@Edge" and "General
// quotas".
const (
	// MaxResponseBytes limits body and headers together. The guide does not say
	// whether the body counts before or after decoding its base64: here it
	// counts as text in the response, which is more.
	MaxResponseBytes = 1 << 20
	// MaxHeaderBytes limits the headers alone.
	MaxHeaderBytes = 20_480
)

// Violation says which of CloudFront's rules a function's response breaks. The
// viewer gets status 502.
type Violation struct {
	// Message is the viewer's text, in CloudFront's words if they are known.
	Message string
	// Detail is the text in the function's log: the header, the number of
	// bytes.
	Detail string
}

func (v *Violation) Error() string {
	if v.Detail == "" {
		return v.Message
	}
	return v.Message + " " + v.Detail
}

func violation(message, detail string, values ...any) error {
	return &Violation{message, fmt.Sprintf(detail, values...)}
}

const (
	invalidJSON     = "The Lambda function returned invalid JSON:"
	invalidEntry    = "The Lambda function returned an invalid entry in the headers object:"
	failsValidation = "The Lambda function result failed validation:"
)

// Result is a function's response that CloudFront accepts.
type Result struct {
	Status  int // 200 to 599
	Headers edge.Headers
	// Body replaces the origin's body; nil keeps that. CloudFront Developer
	// Guide, "Update HTTP responses in origin response triggers".
	Body []byte
}

// Check checks a function's response against CloudFront's rules. before is the
// response in the function's event. Its errors are *Violation.
func Check(response []byte, before edge.Response) (Result, error) {
	r, err := parseResponse(response)
	if err != nil {
		return Result{}, err
	}
	if err := checkHeaders(r.headers, before.Headers); err != nil {
		return Result{}, err
	}
	if err := checkSize(r); err != nil {
		return Result{}, err
	}
	body, err := r.decodeBody()
	if err != nil {
		return Result{}, err
	}
	return Result{Status: r.status, Headers: r.headers, Body: body}, nil
}

// token matches the name of a header (RFC 9110, section 5.6.2).
var token = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

func checkHeaders(headers, before edge.Headers) error {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if !token.MatchString(name) || name != strings.ToLower(name) {
			return violation(invalidEntry, "The name %q is not a header's name in lower case.", name)
		}
		for _, h := range headers[name] {
			if err := checkHeader(name, h); err != nil {
				return err
			}
		}
		if len(before[name]) == 0 && len(headers[name]) > 0 && isDisallowed(name) {
			return violation(failsValidation+" The function tried to add a blacklisted header.", "headerName : %s", name)
		}
	}
	for _, name := range readOnly {
		if !slices.EqualFunc(headers[name], before[name], func(a, b edge.Header) bool { return a.Value == b.Value }) {
			return violation(failsValidation+" The function tried to add, delete, or change a read-only header.",
				"headerName : %s", name)
		}
	}
	return nil
}

// checkHeader checks one value of the header called name. Its key may be
// missing: it is then the name (CloudFront Developer Guide, "Generate HTTP
// responses in request triggers", "headers").
func checkHeader(name string, h edge.Header) error {
	if h.Key != "" && !strings.EqualFold(h.Key, name) {
		return violation(invalidEntry, "The header %q has the key %q.", name, h.Key)
	}
	if at := strings.IndexFunc(h.Value, isControl); at >= 0 {
		return violation(failsValidation+" The function returned an invalid header,",
			"invalid character : '%s' in header value, headerName : %s", url.QueryEscape(h.Value[at:at+1]), name)
	}
	return nil
}

// isControl reports whether a header's value must not hold r (RFC 9110, section
// 5.5).
func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

func checkSize(r functionResponse) error {
	headers := headerBytes(r.headers)
	if headers > MaxHeaderBytes {
		return violation(failsValidation, "The length of the headers was %d bytes which exceeded the CloudFront limit of %d bytes.",
			headers, MaxHeaderBytes)
	}
	if size := r.bodyBytes() + headers; size > MaxResponseBytes {
		return violation(failsValidation+" The body is not a string, is not an object, or exceeds the maximum size.",
			"The length of the body size and header was %d bytes which exceeded the CloudFront limit of %d bytes.", size, MaxResponseBytes)
	}
	return nil
}

// headerBytes returns the size in bytes of headers as HTTP/1.1 writes them.
func headerBytes(headers edge.Headers) int {
	n := 0
	for name, values := range headers {
		for _, h := range values {
			n += len(name) + len(": ") + len(h.Value) + len("\r\n")
		}
	}
	return n
}

func (r functionResponse) bodyBytes() int {
	if r.body == nil {
		return 0
	}
	return len(*r.body)
}

func (r functionResponse) decodeBody() ([]byte, error) {
	if r.body == nil {
		return nil, nil
	}
	if r.encoding == "text" {
		return []byte(*r.body), nil
	}
	// DecodeString ignores line ends, so the condition below looks for them.
	body, err := base64.StdEncoding.Strict().DecodeString(*r.body)
	if err != nil || strings.ContainsAny(*r.body, "\r\n") {
		return nil, violation(failsValidation, "The body is not valid base64.")
	}
	return body, nil
}
