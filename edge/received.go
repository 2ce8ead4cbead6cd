package edge

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// parts are what the handler goes by of an event, as it came.
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
		return parts{}, fmt.Errorf("edge: event: %w", err)
	}
	if len(event.Records) != 1 {
		return parts{}, fmt.Errorf("edge: event of %d records", len(event.Records))
	}
	if event.Records[0].CF.Response == nil {
		return parts{}, errors.New("edge: event holds no response")
	}
	return event.Records[0].CF, nil
}

// received is the origin's response that an event holds: what is read of it, and
// all of it as it came.
type received struct {
	Response
	untouched json.RawMessage
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

// patched returns r as JSON with the given headers, and with members in place of
// its own. All else is as it came, byte for byte: members that nobody here has
// heard of, and headers that say what they said.
func (r received) patched(headers Headers, members object) ([]byte, error) {
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
	if patched["headers"], err = patchedHeaders.encode(); err != nil {
		return nil, err
	}
	return patched.encode()
}
