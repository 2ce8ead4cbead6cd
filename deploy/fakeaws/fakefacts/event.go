package fakefacts

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// field is a header in an event.
type field struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// response is a response in an event, or what the function returns. It has a body if the
// function made one.
type response struct {
	Status       string             `json:"status"`
	Headers      map[string][]field `json:"headers"`
	Body         *string            `json:"body,omitempty"`
	BodyEncoding string             `json:"bodyEncoding,omitempty"`
}

// fieldsOf returns headers as events have them.
func fieldsOf(header http.Header) map[string][]field {
	fields := map[string][]field{}
	for name, values := range header {
		for _, value := range values {
			fields[strings.ToLower(name)] = append(fields[strings.ToLower(name)], field{name, value})
		}
	}
	return fields
}

// header returns the headers of a response.
func (r response) header() http.Header {
	header := http.Header{}
	for name, fields := range r.Headers {
		for _, f := range fields {
			header.Add(name, f.Value)
		}
	}
	return header
}

// maxResponse is the maximum size of a generated body with its headers, in bytes.
// CloudFront Developer Guide, "Quotas on Lambda@Edge".
const maxResponse = 1 << 20

// generated returns the body that the function made. ok is false if it is too large or
// not valid.
func (r response) generated(countsDecoded bool) (body []byte, ok bool) {
	body = []byte(*r.Body)
	if r.BodyEncoding == "base64" {
		var err error
		if body, err = base64.StdEncoding.DecodeString(*r.Body); err != nil {
			return nil, false
		}
	}
	size := len(*r.Body)
	if countsDecoded {
		size = len(body)
	}
	for name, fields := range r.Headers {
		for _, f := range fields {
			size += len(name) + len(f.Value)
		}
	}
	return body, size <= maxResponse
}

// event returns the event of an origin's response.
func event(method, uri, query string, sent http.Header, s3 map[string]any, status string, header http.Header) any {
	request := map[string]any{"method": method, "uri": uri, "querystring": query, "headers": fieldsOf(sent), "origin": map[string]any{"s3": s3}}
	cf := map[string]any{"config": map[string]string{"eventType": "origin-response"}, "request": request, "response": response{Status: status, Headers: fieldsOf(header)}}
	return map[string]any{"Records": []any{map[string]any{"cf": cf}}}
}
