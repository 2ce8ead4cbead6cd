package edge

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// parts are what the handler goes by of an event, as it came. They are copies, as
// decoding makes them: aws-lambda-go reads the next event into the memory of this
// one's payload, while a resize that has overrun its time may still read of them.
type parts struct {
	Config   json.RawMessage `json:"config"`
	Request  json.RawMessage `json:"request"`
	Response json.RawMessage `json:"response"`
}

// partsOf returns the parts of an event. Config and Request may be missing, Response
// is there.
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
		return parts{}, Because(BadEvent, fmt.Errorf("edge: event of %d records", len(event.Records)))
	}
	if event.Records[0].CF.Response == nil {
		return parts{}, Because(BadEvent, errors.New("edge: event holds no response"))
	}
	return event.Records[0].CF, nil
}

// requested is what the handler goes by of a request. Nothing else of it is decoded,
// and so may be of any type.
type requested struct {
	Method      string      `json:"method"`
	URI         string      `json:"uri"`
	QueryString string      `json:"querystring"`
	Origin      *originRead `json:"origin"`
}

// originRead is the same of an [Origin].
type originRead struct {
	S3     *s3Read     `json:"s3"`
	Custom *customRead `json:"custom"`
}

// s3Read is the same of an [S3Origin].
type s3Read struct {
	DomainName string `json:"domainName"`
	Path       string `json:"path"`
	Region     string `json:"region"`
	// CustomHeaders are read where they are used: whatever they are, resizing goes
	// on.
	CustomHeaders json.RawMessage `json:"customHeaders"`
}

// customRead is the same of a [CustomOrigin].
type customRead struct {
	DomainName    string          `json:"domainName"`
	Path          string          `json:"path"`
	CustomHeaders json.RawMessage `json:"customHeaders"`
}

// readRequest reads an event's request. With an error it has what can be read.
func readRequest(data json.RawMessage) (requested, error) {
	var r requested
	if err := decode(data, &r); err != nil {
		return r, Because(BadEvent, fmt.Errorf("request: %w", err))
	}
	return r, nil
}

// requestID returns CloudFront's name for a request out of an event's config, ""
// where it cannot be read: nothing but the log goes by it.
func requestID(config json.RawMessage) string {
	var read struct {
		RequestID string `json:"requestId"`
	}
	if decode(config, &read) != nil {
		return ""
	}
	return read.RequestID
}

// received is the origin's response that an event holds: what is read of it, all of
// it as it came, and the cache tags that answers made of it carry.
type received struct {
	Response
	untouched json.RawMessage
	tags      tagging
}

// readResponse returns the response that untouched is. With an error it has no
// more than that.
func readResponse(untouched json.RawMessage) (received, error) {
	r := received{untouched: untouched}
	if err := decode(untouched, &r.Response); err != nil {
		return received{untouched: untouched}, Because(BadEvent, fmt.Errorf("response: %w", err))
	}
	return r, nil
}

// patched returns r as JSON with the given headers, with members in place of its
// own, and unless body is nil with its base64 text as body. All else is as it came,
// byte for byte: members that nobody here has heard of, and headers that say what they
// said.
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
		if as, ok := cameHeaders[name]; ok && slices.Equal(values, r.Headers[name]) {
			patchedHeaders[name] = as
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
	// It is long, and so encoded where it goes: base64 has nothing that JSON escapes.
	const before, behind = `,"body":"`, `"}`
	delete(patched, "body")
	out, err := patched.encode(len(before) + base64.StdEncoding.EncodedLen(len(body)) + len(behind))
	if err != nil {
		return nil, err
	}
	out = append(out[:len(out)-len("}")], before...)
	return append(base64.StdEncoding.AppendEncode(out, body), behind...), nil
}
