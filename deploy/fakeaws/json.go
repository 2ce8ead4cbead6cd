package fakeaws

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// jsonType is the media type of the JSON 1.1 protocol (Smithy, "AWS JSON 1.1
// protocol").
const jsonType = "application/x-amz-json-1.1"

// DecodeJSON parses data, one JSON value, into what into points to. It refuses fields that
// this lacks.
func DecodeJSON(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON value")
	}
	return nil
}

// JSONResult returns an operation's response in the JSON 1.1 protocol.
func JSONResult(result any) (*Response, error) {
	body, err := json.Marshal(result)
	return &Response{Header: http.Header{"Content-Type": {jsonType}}, Body: body}, err
}

// RefuseJSON writes an error in the JSON 1.1 protocol. It is a [Refuser].
func RefuseJSON(w http.ResponseWriter, e *Error, _ string) {
	body, _ := json.Marshal(map[string]string{"__type": e.Code, "message": e.Message}) // strings always marshal
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the client may be gone
}
