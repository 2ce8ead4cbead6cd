package edge

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// parts holds the parts of an event that the handler reads, as written. They
// are copies: aws-lambda-go reads the next event into the memory of this one's
// payload, while a resize that has overrun its time may still read the parts.
type parts struct {
	Config   json.RawMessage `json:"config"`
	Request  json.RawMessage `json:"request"`
	Response json.RawMessage `json:"response"`
}

// partsOf returns the parts of an event. Config and Request may be missing;
// Response is always present.
func partsOf(payload []byte) (parts, error) {
	var event struct {
		Records []struct {
			CF parts `json:"cf"`
		} `json:"Records"`
	}
	if err := decode(payload, &event); err != nil {
		return parts{}, Because(BadEvent, fmt.Errorf("edge: event: %w", err))
	}
	if len(event.Records) != 1 {
		return parts{}, Because(BadEvent, fmt.Errorf("edge: the event has %d records, want 1", len(event.Records)))
	}
	if event.Records[0].CF.Response == nil {
		return parts{}, Because(BadEvent, errors.New("edge: the event has no response"))
	}
	return event.Records[0].CF, nil
}

// requested holds the members of a [Request] that the handler reads. It does
// not decode the others, so they may be of any type.
type requested struct {
	Method      string      `json:"method"`
	URI         string      `json:"uri"`
	QueryString string      `json:"querystring"`
	Origin      *originRead `json:"origin"`
}

// originRead holds the members of an [Origin] that the handler reads.
type originRead struct {
	S3     *s3Read     `json:"s3"`
	Custom *customRead `json:"custom"`
}

// s3Read holds the members of an [S3Origin] that the handler reads.
type s3Read struct {
	DomainName string `json:"domainName"`
	Path       string `json:"path"`
	Region     string `json:"region"`
	// CustomHeaders is decoded where it is used: if it is invalid, the handler
	// still resizes.
	CustomHeaders json.RawMessage `json:"customHeaders"`
}

// customRead holds the members of a [CustomOrigin] that the handler reads.
type customRead struct {
	DomainName    string          `json:"domainName"`
	Path          string          `json:"path"`
	CustomHeaders json.RawMessage `json:"customHeaders"`
}

// readRequest reads an event's request. With an error it returns what can be
// read.
func readRequest(data json.RawMessage) (requested, error) {
	var r requested
	if err := decode(data, &r); err != nil {
		return r, Because(BadEvent, fmt.Errorf("request: %w", err))
	}
	return r, nil
}

// requestID returns the request ID in an event's config, or "" if it cannot be
// read: only the log uses it.
func requestID(config json.RawMessage) string {
	var read struct {
		RequestID string `json:"requestId"`
	}
	if decode(config, &read) != nil {
		return ""
	}
	return read.RequestID
}

// received is the origin's response in an event: the members that the handler
// reads, the whole response as written, and the cache tags for answers made of
// it.
type received struct {
	Response
	untouched json.RawMessage
	tags      tagging
}

// readResponse reads a response. With an error it sets only the field
// untouched.
func readResponse(untouched json.RawMessage) (received, error) {
	r := received{untouched: untouched}
	if err := decode(untouched, &r.Response); err != nil {
		return received{untouched: untouched}, Because(BadEvent, fmt.Errorf("response: %w", err))
	}
	return r, nil
}

// patched returns r as JSON with the given headers and members in place of its
// own. Unless body is nil, its base64 text becomes the body. All else stays as
// written, byte for byte: unknown members, and headers whose values did not
// change.
func (r received) patched(headers Headers, members object, body []byte) ([]byte, error) {
	var came, cameHeaders object
	if err := decode(r.untouched, &came); err != nil {
		return nil, err
	}
	if err := decode(came["headers"], &cameHeaders); err != nil {
		return nil, err
	}
	patchedHeaders := make(object, len(headers))
	for name, values := range headers {
		if written, ok := cameHeaders[name]; ok && slices.Equal(values, r.Headers[name]) {
			patchedHeaders[name] = written
			continue
		}
		set, err := json.Marshal(values)
		if err != nil {
			return nil, err
		}
		patchedHeaders[name] = set
	}
	patched := make(object, len(came)+len(members))
	maps.Copy(patched, came)
	maps.Copy(patched, members)
	var err error
	if patched["headers"], err = patchedHeaders.encode(0); err != nil {
		return nil, err
	}
	if body == nil {
		return patched.encode(0)
	}
	// The body is long, so it is encoded in place: base64 text needs no escapes
	// in JSON.
	const before, behind = `,"body":"`, `"}`
	delete(patched, "body")
	out, err := patched.encode(len(before) + base64.StdEncoding.EncodedLen(len(body)) + len(behind))
	if err != nil {
		return nil, err
	}
	out = append(out[:len(out)-len("}")], before...)
	return append(base64.StdEncoding.AppendEncode(out, body), behind...), nil
}
