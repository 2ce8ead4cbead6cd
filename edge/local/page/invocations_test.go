package page

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// The latest invocations stay, as far as there is room.
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
}
