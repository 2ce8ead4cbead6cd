// Package tryout runs a package as Lambda does: unpacked into an empty folder,
// under a Runtime API, with the real Python runtime client. It is for proving
// and measuring packages.
package tryout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/edge/runtimeapi"
)

// ErrExited says that the process of a sandbox has ended: what it was doing
// has failed.
var ErrExited = errors.New("the process exited")

// Sandbox is a function's process, with the Runtime API it talks to.
type Sandbox struct {
	API     *runtimeapi.Server
	Process *os.Process
	// alive ends, with ErrExited as its cause, when the process does.
	alive  context.Context
	output lockedBuffer
	api    *http.Server
	waited chan struct{}
}

// Start runs command in dir as Lambda would. env is added to what Lambda sets.
func Start(dir string, env []string, command ...string) (*Sandbox, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	alive, end := context.WithCancelCause(context.Background())
	s := &Sandbox{API: runtimeapi.New(), alive: alive, waited: make(chan struct{})}
	s.api = &http.Server{Handler: s.API, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.api.Serve(listener) }() // ends when it is closed

	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = &s.output, &s.output
	group(cmd) // Close ends it as a whole
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"),
		"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(),
		"AWS_LAMBDA_FUNCTION_NAME=edgeresize",
		"AWS_LAMBDA_FUNCTION_VERSION=1",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
		"AWS_REGION=us-east-1",
		"LAMBDA_TASK_ROOT=" + dir,
		"PYTHONDONTWRITEBYTECODE=1",
		"_HANDLER=" + launcher.Handler,
	}, env...)
	if err := cmd.Start(); err != nil {
		end(err)
		s.api.Close()
		return nil, err
	}
	s.Process = cmd.Process
	go func() {
		err := cmd.Wait()
		end(fmt.Errorf("%w: %v", ErrExited, err))
		close(s.waited)
	}()
	return s, nil
}

// Ready waits until the process asks for its first event. The error is a
// *runtimeapi.FunctionError where it said that it cannot start, or ErrExited.
func (s *Sandbox) Ready(ctx context.Context) error {
	ctx, cancel := s.whileAlive(ctx)
	defer cancel()
	return s.API.Ready(ctx)
}

// Invoke hands an event to the process. The error is as Ready's.
func (s *Sandbox) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	ctx, cancel := s.whileAlive(ctx)
	defer cancel()
	return s.API.Invoke(ctx, event)
}

// whileAlive is ctx, ended with the process.
func (s *Sandbox) whileAlive(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.alive, func() { cancel(context.Cause(s.alive)) })
	return ctx, func() { stop(); cancel(nil) }
}

// Output is what the process has printed.
func (s *Sandbox) Output() string { return s.output.String() }

// Wait waits until the process has ended by itself.
func (s *Sandbox) Wait() { <-s.waited }

// Close ends the process and those that it has started, as Lambda does with a
// function that fails.
func (s *Sandbox) Close() {
	endGroup(s.Process)
	<-s.waited
	s.api.Close()
}

// lockedBuffer is a buffer for two goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
