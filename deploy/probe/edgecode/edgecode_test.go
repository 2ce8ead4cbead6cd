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

// TestTicker runs the function's thread for three of its naps, and then asks what has passed.
func TestTicker(t *testing.T) {
	python := peer.Program(t, "PYTHON", "python3", "python3")
	const script = `
import sys, threading
threads = []
threading.Thread.start = lambda self: threads.append(self)
names = {}
exec(sys.argv[1], names)

class Clock:
    naps = 0

    def sleep(self, seconds):
        assert seconds == 0.05
        self.naps += 1
        if self.naps == 4:
            raise KeyboardInterrupt

    def time(self):
        return 100 + self.naps

    def monotonic(self):
        return self.naps / 2

names["time"] = Clock()
ticker = names["ticker"]
assert len(threads) == 1 and threads[0].daemon and ticker.idle() is None
ticker.last = ticker.now()
try:
    threads[0].run()
except KeyboardInterrupt:
    pass
print(ticker.idle())
`
	out, err := exec.Command(python, "-c", script, string(Reporter)).CombinedOutput()
	if want := "{'wall': 4000, 'monotonic': 2000, 'ticks': 3}\n"; err != nil || string(out) != want {
		t.Errorf("got %s, %v, want %s", out, err, want)
	}
}
