package cloudfront

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/edgeresize/edgeresize/edge"
)

// functionResponse is the response object of a function, with members of the
// right types.
type functionResponse struct {
	status   int
	headers  edge.Headers
	body     *string // nil if missing
	encoding string  // "text" or "base64"
}

// parseResponse reads a response object as strictly as JavaScript does: it
// matches the case of names, unlike encoding/json for structs. CloudFront
// Developer Guide, "Lambda@Edge event structure" and "Generate HTTP responses
// in request triggers", "Response object".
func parseResponse(data []byte) (functionResponse, error) {
	var r functionResponse
	if !utf8.Valid(data) || !json.Valid(data) {
		return r, violation(invalidJSON, "The JSON output is not parsable.")
	}
	members, ok := object(data)
	if !ok {
		return r, violation(invalidJSON, "The JSON output must be an object type.")
	}
	var err error
	if r.status, err = parseStatus(members["status"]); err != nil {
		return r, err
	}
	if r.headers, err = parseHeaders(members["headers"]); err != nil {
		return r, err
	}
	if raw, ok := members["body"]; ok {
		body, ok := text(raw)
		if !ok {
			return r, violation(failsValidation+" The body is not a string, is not an object, or exceeds the maximum size.", "")
		}
		r.body = &body
	}
	r.encoding = "text"
	if raw, ok := members["bodyEncoding"]; ok {
		if r.encoding, ok = text(raw); !ok || r.encoding != "text" && r.encoding != "base64" {
			return r, violation(failsValidation, "The bodyEncoding is neither text nor base64.")
		}
	}
	if raw, ok := members["statusDescription"]; ok {
		if _, ok := text(raw); !ok {
			return r, violation(failsValidation, "The statusDescription is not a string.")
		}
	}
	return r, nil
}

func parseStatus(raw json.RawMessage) (int, error) {
	status, ok := text(raw)
	code, err := strconv.ParseUint(status, 10, 16)
	if !ok || err != nil || len(status) != 3 || code < 200 || code > 599 {
		return 0, violation(failsValidation, "The status is not a string of 200 to 599.")
	}
	return int(code), nil
}

func parseHeaders(raw json.RawMessage) (edge.Headers, error) {
	if raw == nil {
		return nil, nil
	}
	members, ok := object(raw)
	if !ok {
		return nil, violation(invalidEntry, "The headers are not an object.")
	}
	headers := make(edge.Headers, len(members))
	for name, raw := range members {
		var entries []json.RawMessage
		if isNull(raw) || json.Unmarshal(raw, &entries) != nil {
			return nil, violation(invalidEntry, "Each header entry in the headers object must be an array. header : %s", name)
		}
		for _, entry := range entries {
			h, ok := parseHeader(entry)
			if !ok {
				return nil, violation(invalidEntry, "Each value of a header must be an object of a key and a value that are strings. header : %s", name)
			}
			headers[name] = append(headers[name], h)
		}
	}
	return headers, nil
}

// parseHeader reads one value of a header; its key may be missing.
func parseHeader(raw json.RawMessage) (h edge.Header, ok bool) {
	members, ok := object(raw)
	if !ok {
		return h, false
	}
	if raw, ok := members["key"]; ok {
		if h.Key, ok = text(raw); !ok {
			return h, false
		}
	}
	h.Value, ok = text(members["value"])
	return h, ok
}

// object returns the members of a JSON object.
func object(raw json.RawMessage) (members map[string]json.RawMessage, ok bool) {
	return members, json.Unmarshal(raw, &members) == nil && members != nil
}

// text returns the value of a JSON string.
func text(raw json.RawMessage) (s string, ok bool) {
	return s, raw != nil && !isNull(raw) && json.Unmarshal(raw, &s) == nil
}

func isNull(raw json.RawMessage) bool { return bytes.Equal(bytes.TrimSpace(raw), []byte("null")) }
