package probe

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// noHTTP2 keeps a transport from using HTTP/2.
var noHTTP2 = map[string]func(string, *tls.Conn) http.RoundTripper{}

// maxBody is the most that is read of an answer, in bytes.
const maxBody = 8 << 20

// answer is an answer that a viewer gets.
type answer struct {
	status int
	header http.Header
	length int64 // of the body as announced, -1 if it was not
	body   []byte
	// seen is what the function reported, nil if the answer does not come from it.
	seen *seen
}

// seen is the report of the origin-response function in edgecode.
type seen struct {
	ID      string            `json:"id"` // of the invocation
	Status  string            `json:"status"`
	Method  string            `json:"method"`
	URI     string            `json:"uri"`
	Query   string            `json:"query"`
	Region  string            `json:"region"`
	Headers map[string]string `json:"headers"`
	S3      map[string]string `json:"s3"`
	// Meta has the object's metadata.
	Meta map[string]string `json:"meta"`
	// Idle is what passed since the sandbox's last event, nil at its first.
	Idle *idle `json:"idle"`
}

// idle is a time between two events by both clocks, in milliseconds, and by a thread that
// counts every 50 ms.
type idle struct{ Wall, Monotonic, Ticks int }

// cached reports whether CloudFront says that the answer comes from its cache.
func (a *answer) cached() bool {
	x := a.header.Get("X-Cache")
	return strings.HasPrefix(x, "Hit ") || strings.HasPrefix(x, "RefreshHit ")
}

// isTrouble reports whether the answer says nothing about any question: a firewall or S3
// refused the request, or CloudFront or Lambda had no capacity.
func (a *answer) isTrouble() bool {
	switch a.status {
	case http.StatusForbidden:
		return a.seen == nil
	case http.StatusTooManyRequests, http.StatusGatewayTimeout:
		return true
	case http.StatusInternalServerError, http.StatusServiceUnavailable:
		return !strings.HasPrefix(a.header.Get("X-Cache"), "FunctionExecutionError")
	}
	return false
}

// String returns the answer in short, for evidence.
func (a *answer) String() string {
	text := fmt.Sprint(a.status)
	if x := a.header.Get("X-Cache"); x != "" {
		text += ", " + x
	}
	if a.seen != nil {
		text += ", origin " + a.seen.Status
		for _, name := range conditions {
			if value, ok := a.seen.Headers[name]; ok {
				text += ", " + name + ": " + value
			}
		}
	}
	return text
}

// conditions are the request headers that the function reports.
var conditions = []string{"range", "if-match", "if-none-match", "if-modified-since"}

// invocation returns the ID of the invocation that made the answer, "" if none did.
func (a *answer) invocation() string {
	if a.seen == nil {
		return ""
	}
	return a.seen.ID
}

// request is a request of a viewer. rawPath is sent byte for byte.
type request struct {
	method, rawPath, query string
	header                 map[string]string
}

// send sends a request.
func (s *session) send(ctx context.Context, r request) (*answer, error) {
	method := r.method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, "https://"+s.host+"/", nil)
	if err != nil {
		return nil, err
	}
	req.URL = &url.URL{Scheme: "https", Host: s.host, Opaque: r.rawPath, RawQuery: r.query}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	response, err := s.Transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return nil, err
	}
	a := &answer{status: response.StatusCode, header: response.Header, length: response.ContentLength, body: body}
	if text := response.Header.Get("X-Probe"); text != "" {
		decoded, err := base64.URLEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("the function's report: %w", err)
		}
		if err := json.Unmarshal(decoded, &a.seen); err != nil {
			return nil, fmt.Errorf("the function's report: %w", err)
		}
		note(&s.report.Regions, a.seen.Region)
	}
	location := response.Header.Get("X-Amz-Cf-Pop")
	note(&s.report.Locations, location)
	note(&s.locations, location)
	if a.isTrouble() {
		s.trouble = a.String()
	}
	return a, nil
}

// get sends a GET request without headers.
func (s *session) get(ctx context.Context, rawPath string) (*answer, error) {
	return s.send(ctx, request{rawPath: rawPath})
}

// note adds a text to a list of different ones.
func note(list *[]string, text string) {
	if text != "" && !slices.Contains(*list, text) {
		*list = append(*list, text)
	}
}
