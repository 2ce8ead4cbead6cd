//go:build linux

package main

import (
	"math"
	"testing"
)

// TestParseTraces: samples count for the first of their frames that is in kinds.
func TestParseTraces(t *testing.T) {
	const text = `File: function
Type: cpu
Duration: 1s, Total samples = 100ms
-----------+-------------------------------------------------------
      30ms   runtime.memmove
             crypto/tls.(*Conn).Read
             net/http.(*persistConn).Read
-----------+-------------------------------------------------------
      50ms   github.com/edgeresize/edgeresize/resize/jpeg.(*bitReader).skip
             github.com/edgeresize/edgeresize/edge.(*Handler).make.func1
-----------+-------------------------------------------------------
      20ms   somewhere.else
`
	got := parseTraces(text)
	want := []share{{"resize", 0.5}, {"TLS: records", 0.3}, {"other", 0.2}}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i, w := range want {
		if got[i].what != w.what || math.Abs(got[i].of-w.of) > 1e-9 {
			t.Errorf("%d is %v, want %v", i, got[i], w)
		}
	}
}
