package page

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// The latest invocations stay while there is room.
func TestInvocationsAreBounded(t *testing.T) {
	var s Invocations
	response := bytes.Repeat([]byte(" "), invocationBytes/4)
	for i := range 6 {
		s.Add(nil, response, edge.Outcome{RequestID: fmt.Sprint(i)})
	}
	for i := range 6 {
		if _, ok := s.get(fmt.Sprint(i)); ok != (i >= 2) {
			t.Errorf("invocation %d is kept: %v", i, ok)
		}
	}
	s.Add(nil, bytes.Repeat([]byte(" "), invocationBytes+1), edge.Outcome{RequestID: "large"})
	s.Add([]byte("{}"), []byte("{}"), edge.Outcome{RequestID: "small"})
	if _, ok := s.get("small"); !ok || len(s.kept) != 1 || s.size != 4 {
		t.Errorf("got %d invocations of %d bytes", len(s.kept), s.size)
	}
}

func TestShortened(t *testing.T) {
	for _, response := range []string{"", "{", "[]", `{"status":200}`} {
		if got, err := Shortened([]byte(response)); err == nil {
			t.Errorf("%q: got %s", response, got)
		}
	}
	const response = `{"x":{"big":12345678901234567890,"b":[]},"status":"200","body":"` + "0123456789012345678901234567890123456789012345678901234567890123456789" +
		`","headers":{"via":[{"key":"Via","value":"1.1 x","y":true}],"none":null}}`
	const want = `{
  "body": "012345678901234567890123456789012345678901234567890123456789... (70 characters)",
  "headers": {
    "via": [
      {
        "key": "Via",
        "value": "1.1 x",
        "y": true
      }
    ],
    "none": null
  },
  "status": "200",
  "x": {
    "big": 12345678901234567890,
    "b": []
  }
}`
	if got, err := Shortened([]byte(response)); err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	for _, response := range []string{"{}", "null", `{"status":"304"}`} {
		if got, err := Shortened([]byte(response)); err != nil || strings.Join(strings.Fields(string(got)), "") != response {
			t.Errorf("%s: got %s, %v", response, got, err)
		}
	}
}

// The page says that an answer is the fallback picture and what is missing, or
// why there is none.
func TestShowFallback(t *testing.T) {
	missing := edge.Outcome{Reason: edge.NotOK, Err: edge.Because(edge.NotOK, nil)}
	served := missing
	served.Fallback, served.Variant = true, edge.Picture{Format: "jpeg", Width: 5, Height: 4, Bytes: 9}
	served.Asked.Format, served.PassedOver = resize.AVIF, []resize.PassedOver{{Format: resize.AVIF, Why: resize.DoesNotFit}}
	failed := missing
	failed.FallbackErr = edge.Because(edge.S3Denied, nil)
	for _, tt := range []struct {
		outcome  edge.Outcome
		fallback bool
		details  string
	}{
		{missing, false, ""},
		{served, true, "AVIF was passed over: it does not fit the size limit."},
		{failed, false, "The fallback picture cannot be made, because S3 refused access to it."},
	} {
		got, err := invocation{response: []byte("{}"), outcome: tt.outcome}.show(nil, edge.DefaultConfig())
		if err != nil || got.Resized || got.Fallback != tt.fallback || got.Because != edge.NotOK.Meaning() || got.Details != tt.details {
			t.Errorf("%v: got %+v, %v", tt.outcome, got, err)
		}
	}
}
