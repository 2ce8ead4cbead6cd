package edgecode

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"reflect"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// TestZip checks that the package is the same every time.
func TestZip(t *testing.T) {
	one, err := Zip()
	if err != nil {
		t.Fatal(err)
	}
	if two, err := Zip(); err != nil || !bytes.Equal(one, two) || len(one) > 4096 {
		t.Errorf("got %d bytes, then %d, %v", len(one), len(two), err)
	}
}

// TestViewer runs the viewer-request function by node.
func TestViewer(t *testing.T) {
	node := peer.Program(t, "NODE", "node", "nodejs")
	for _, tt := range []struct{ name, request, want string }{
		{"a width", `{"uri":"/edgeresize-probe/function/r/age-1/a","querystring":{"width":{"value":"5"},"other":{"value":"6"}},"headers":{"range":{"value":"bytes=0-1"}}}`,
			`{"uri":"/edgeresize-probe/function/r/age-1/a","querystring":"width=5","headers":{"range":{"value":"bytes=0-1"}}}`},
		{"no range", `{"uri":"/edgeresize-probe/function/r/norange.age-1/a","querystring":{},"headers":{"range":{"value":"bytes=0-1"},"if-range":{"value":"1"}}}`,
			`{"uri":"/edgeresize-probe/function/r/norange.age-1/a","querystring":"","headers":{}}`},
		{"echo", `{"uri":"/edgeresize-probe/function/r/echo/a%28(","querystring":{},"headers":{}}`,
			`{"statusCode":200,"statusDescription":"OK","headers":{"cache-control":{"value":"no-store"},"x-probe-uri":{"value":"%2Fedgeresize-probe%2Ffunction%2Fr%2Fecho%2Fa%2528("}}}`},
		{"a short path", `{"uri":"/","querystring":{},"headers":{}}`, `{"uri":"/","querystring":"","headers":{}}`},
	} {
		out, err := exec.Command(node, "-e", string(Viewer)+";console.log(JSON.stringify(handler({request: "+tt.request+"})))").Output()
		var got, want any
		if err != nil || json.Unmarshal(out, &got) != nil || json.Unmarshal([]byte(tt.want), &want) != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %s, %v, want %s", tt.name, out, err, tt.want)
		}
	}
}
