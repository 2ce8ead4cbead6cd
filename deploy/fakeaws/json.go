package fakeaws

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// DecodeJSON reads one JSON value. Fields that into does not have are errors.
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
