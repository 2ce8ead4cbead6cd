package trial

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/edge"
)

// emulator is AWS's own Lambda Runtime Interface Emulator, from the PyPI package of the SAM
// command line.
var emulator = filepath.Join(tools, "samcli/local/rapid/aws-lambda-rie-x86_64")

// emulated is a function under the emulator.
type emulated struct {
	t        *testing.T
	launcher string
	url      string
	output   lockedBuffer
	pid      int
}

// startEmulator runs a launcher under the emulator, which starts it at the first
// invocation. timeout is the function's, in seconds.
func startEmulator(s *launched, timeout int) *emulated {
	s.t.Helper()
	front, back := freeAddress(s.t), freeAddress(s.t)
	e := &emulated{t: s.t, launcher: s.launcher, url: "http://" + front + "/2015-03-31/functions/function/invocations"}
	cmd := exec.Command(emulator, append([]string{
		"--runtime-interface-emulator-address", front, "--runtime-api-address", back}, s.command()...)...)
	cmd.Dir = s.dir
	cmd.Stdout, cmd.Stderr = &e.output, &e.output
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
		"AWS_LAMBDA_FUNCTION_TIMEOUT=" + strconv.Itoa(timeout), "AWS_REGION=us-east-1"}, s.env...)
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	e.pid = cmd.Process.Pid
	s.t.Cleanup(func() {
		for _, child := range childrenOf(s.t, e.pid) {
			kill(child) // it may be gone
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if s.t.Failed() {
			s.t.Logf("the emulator printed:\n%s", e.output.String())
		}
	})
	return e
}

// freeAddress returns an address that nothing listened at a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// invoke posts an event once the emulator listens, and returns the answer.
func (e *emulated) invoke(event []byte) []byte {
	e.t.Helper()
	ctx := withTime(e.t, 40*time.Second)
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(event))
		if err != nil {
			e.t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			if ctx.Err() != nil {
				e.t.Fatal(err)
			}
			continue // not yet listening
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			e.t.Fatal(err)
		}
		return body
	}
}

// response returns the function's response to an event.
func (e *emulated) response(event []byte) edge.Response {
	e.t.Helper()
	var r edge.Response
	body := e.invoke(event)
	if err := json.Unmarshal(body, &r); err != nil || r.Status == "" {
		e.t.Fatalf("got %.300s, %v", body, err)
	}
	return r
}

// worker returns the id of the process that runs the binary.
func (e *emulated) worker() int {
	e.t.Helper()
	children := childrenOf(e.t, e.pid)
	if e.launcher == launcher.Bridge && len(children) == 1 {
		children = childrenOf(e.t, children[0])
	}
	if len(children) != 1 {
		e.t.Fatalf("processes %v, want one", children)
	}
	return children[0]
}

// TestEmulator: the emulator runs the package, and starts it anew after a crash.
func TestEmulator(t *testing.T) {
	forEach(t, func(t *testing.T, w way) {
		s := unpack(t, w)
		e := startEmulator(s, 30)
		checkPicture(t, e.response(recorded(t, "resize-jpeg")), "jpeg", 500, 300)
		checkPicture(t, e.response(recorded(t, "resize-gif")), "gif", 120, 90)
		if r := e.response(recorded(t, "query-asdf")); r.Body != "" || r.Headers.Get("ETag") == "" {
			t.Errorf("got %+v, want the original untouched", r)
		}
		worker := e.worker()
		exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", worker))
		if err != nil || exe != filepath.Join(s.dir, "bootstrap") {
			t.Errorf("process %d runs %q, %v", worker, exe, err)
		}
		event := bigEvent(t)
		for range 100 {
			checkPicture(t, e.response(event), "png", bigSide, bigSide)
		}
		if again := e.worker(); again != worker {
			t.Errorf("process %d has become %d", worker, again)
		}
		s.s3.hang.Store(true)
		go func() {
			<-s.s3.arrived
			kill(worker) // the invocation tells if it fails
		}()
		if body := e.invoke(recorded(t, "resize-jpeg")); !strings.Contains(string(body), "error") {
			t.Errorf("got %.300s from a crash", body)
		}
		s.s3.hang.Store(false)
		checkPicture(t, e.response(recorded(t, "resize-jpeg")), "jpeg", 500, 300)
	})
}

// TestEmulatorPanic: an invocation that panics fails, and the next one is answered.
func TestEmulatorPanic(t *testing.T) {
	forEach(t, func(t *testing.T, w way) {
		s := unpack(t, w)
		s.replaceBinary(buildMisbehaving(t))
		e := startEmulator(s, 30)
		checkPicture(t, e.response(recorded(t, "resize-jpeg")), "jpeg", 500, 300)
		if body := e.invoke(panicEvent); !strings.Contains(string(body), "error") {
			t.Errorf("got %.300s from a panic", body)
		}
		checkPicture(t, e.response(recorded(t, "resize-jpeg")), "jpeg", 500, 300)
	})
}

// TestEmulatorDeadline: without time the original is served, and an overrun is cut off.
func TestEmulatorDeadline(t *testing.T) {
	forEach(t, func(t *testing.T, w way) {
		s := unpack(t, w)
		s.replaceBinary(buildMisbehaving(t))
		e := startEmulator(s, 2)
		checkPicture(t, e.response(recorded(t, "resize-jpeg")), "jpeg", 500, 300)
		s.s3.hang.Store(true)
		checkTransient(t, e.response(recorded(t, "resize-jpeg")))
		s.s3.hang.Store(false)
		if body := e.invoke(overrunEvent); !strings.Contains(string(body), "timed out") {
			t.Errorf("got %.300s, want it to be cut off", body)
		}
		checkPicture(t, e.response(recorded(t, "resize-jpeg")), "jpeg", 500, 300)
	})
}

// TestEmulatorLostExecuteBit: a binary without its execute bit is run.
func TestEmulatorLostExecuteBit(t *testing.T) {
	forEach(t, func(t *testing.T, w way) {
		s := unpack(t, w)
		s.dropExecuteBit()
		checkPicture(t, startEmulator(s, 30).response(recorded(t, "resize-jpeg")), "jpeg", 500, 300)
	})
}

// TestEmulatorInitErrors: the emulator passes init errors on.
func TestEmulatorInitErrors(t *testing.T) {
	for _, tt := range spoiled {
		t.Run(tt.name, func(t *testing.T) {
			forEach(t, func(t *testing.T, w way) {
				s := unpack(t, w)
				tt.spoil(s)
				body := string(startEmulator(s, 30).invoke(recorded(t, "resize-jpeg")))
				for _, want := range tt.wants {
					if !strings.Contains(body, want) {
						t.Errorf("got %q, want it to say %q", body, want)
					}
				}
			})
		})
	}
}
