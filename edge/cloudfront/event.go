package cloudfront

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
)

// newEvent is the origin-response event for a request to the origin and the
// origin's answer. key is the path and the forwarded query string, as the
// viewer spelled them.
func (d *Distribution) newEvent(sent *http.Request, key, clientIP string, answer *http.Response) edge.Event {
	headers := eventHeaders(sent.Header)
	headers.Set("Host", d.Origin.domain())
	origin := d.Origin.Description
	uri, query, _ := strings.Cut(key, "?")
	return edge.Event{Records: []edge.Record{{CF: edge.CF{
		Config: edge.EventConfig{
			DistributionDomainName: "localhost",
			DistributionID:         "LOCALDISTRIBUTION",
			EventType:              "origin-response",
			RequestID:              sent.Header.Get("X-Amz-Cf-Id"),
		},
		Request: edge.Request{
			ClientIP:    clientIP,
			Headers:     headers,
			Method:      sent.Method,
			Origin:      &origin,
			QueryString: query,
			URI:         uri,
		},
		Response: edge.Response{
			Headers:           eventHeaders(answer.Header),
			Status:            strconv.Itoa(answer.StatusCode),
			StatusDescription: http.StatusText(answer.StatusCode),
		},
	}}}}
}

// hidden are the headers that concern one connection, or CloudFront itself,
// and are not shown to functions.
var hidden = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Upgrade", "X-Amz-Cf-Id"}

func eventHeaders(header http.Header) edge.Headers {
	shown := header.Clone()
	for _, name := range hidden {
		shown.Del(name)
	}
	headers := make(edge.Headers, len(shown))
	for name, values := range shown {
		for _, value := range values {
			lower := strings.ToLower(name)
			headers[lower] = append(headers[lower], edge.Header{Key: name, Value: value})
		}
	}
	return headers
}

// httpHeader is the reverse of eventHeaders.
func httpHeader(headers edge.Headers) http.Header {
	header := http.Header{}
	for name, values := range headers {
		for _, h := range values {
			header.Add(name, h.Value)
		}
	}
	return header
}

// newRequestID looks like CloudFront's: 40 random bytes in base64.
func newRequestID() string {
	var id [40]byte
	_, _ = rand.Read(id[:]) // crypto/rand never fails
	return base64.URLEncoding.EncodeToString(id[:])
}
