// Package trial runs a packaged function on this machine as Lambda does: unpacked into an
// empty folder, in a process under a Runtime API, with the environment that Lambda and the
// launcher set, held by a control group to the memory and the share of processor time that
// Lambda gives it. Its tests run the packages under the real Python runtime client and
// under AWS's own emulator; the commands below it prove and measure packages:
// soak, benchcost, benchlaunch and benchfunction.
//
// [Start] starts a process and [Sandbox.Invoke] hands it an event. Control groups, and the
// memory and the processor time of processes, need Linux.
package trial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/edge/runtimeapi"
)

// ErrExited says that the process of a sandbox has ended, and that what it was doing has
// failed.
var ErrExited = errors.New("the process exited")

// Options say how to run a function.
type Options struct {
	// Dir is the working directory, with the unpacked package.
	Dir string
	// Command starts the function: its binary, or the runtime client with the launcher.
	Command []string
	// Env is added to what Lambda sets.
	Env []string
	// MemoryMB is the function's memory, for a Command without the launcher: it adds the
	// variables that the launcher would set. If it is 0, Lambda's variables say 512 MB.
	MemoryMB int
	// Limits are enforced by a control group, unless they are all 0.
	Limits Limits
}

// Sandbox is a function's process, with the Runtime API that it talks to.
type Sandbox struct {
	API     *runtimeapi.Server
	Process *os.Process
	// alive ends, with ErrExited as its cause, when the process does.
	alive  context.Context
	output lockedBuffer
	api    *http.Server
	waited chan struct{}
	group  *Group // the control group; nil without limits
}

// Start starts a function's process.
func Start(o Options) (*Sandbox, error) {
	var group *Group
	command := o.Command
	if o.Limits != (Limits{}) {
		var err error
		if group, err = NewGroup(o.Limits); err != nil {
			return nil, err
		}
		command = group.Command(command...)
	}
	s, err := start(o, command)
	if err != nil {
		if group != nil {
			err = errors.Join(err, group.Close())
		}
		return nil, err
	}
	s.group = group
	return s, nil
}

// start runs command with o's folder and environment.
func start(o Options, command []string) (*Sandbox, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	alive, end := context.WithCancelCause(context.Background())
	s := &Sandbox{API: runtimeapi.New(), alive: alive, waited: make(chan struct{})}
	s.api = &http.Server{Handler: s.API, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.api.Serve(listener) }() // ends when it is closed

	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = o.Dir
	cmd.Stdout, cmd.Stderr = &s.output, &s.output
	setProcessGroup(cmd) // Close kills it as a whole
	cmd.Env = o.environment(listener.Addr().String())
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

// environment returns the environment of a process whose Runtime API is at the address api.
// Of a variable that it has twice, the later value counts.
func (o Options) environment(api string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"AWS_LAMBDA_FUNCTION_NAME=edgeresize",
		"AWS_LAMBDA_FUNCTION_VERSION=1",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
		"AWS_REGION=us-east-1",
		"LAMBDA_TASK_ROOT=" + o.Dir,
		"PYTHONDONTWRITEBYTECODE=1",
		"_HANDLER=" + launcher.Handler,
	}
	if o.MemoryMB != 0 {
		env = append(env, launcher.Environment(o.MemoryMB)...)
	}
	return slices.Concat(env, o.Env)
}

// StartReady starts a function's process and waits until it asks for its first event. Its
// error has what the process printed.
func StartReady(ctx context.Context, o Options) (*Sandbox, error) {
	s, err := Start(o)
	if err != nil {
		return nil, err
	}
	if err := s.Ready(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%w\n%s", err, s.Output()), s.Close())
	}
	return s, nil
}

// Ready waits until the process asks for its first event. The error is a
// *runtimeapi.FunctionError if the process reported that it cannot start, or ErrExited.
func (s *Sandbox) Ready(ctx context.Context) error {
	ctx, cancel := s.whileAlive(ctx)
	defer cancel()
	return s.API.Ready(ctx)
}

// Invoke hands an event to the process and returns its response. Its errors are those of
// [Sandbox.Ready].
func (s *Sandbox) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	ctx, cancel := s.whileAlive(ctx)
	defer cancel()
	return s.API.Invoke(ctx, event)
}

// whileAlive returns ctx, which ends with the process too.
func (s *Sandbox) whileAlive(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.alive, func() { cancel(context.Cause(s.alive)) })
	return ctx, func() { stop(); cancel(nil) }
}

// Output returns what the process has printed.
func (s *Sandbox) Output() string { return s.output.String() }

// Peak returns the most memory that the process has had resident, as [Peak] does.
func (s *Sandbox) Peak() (int64, error) { return Peak(s.Process.Pid) }

// Used returns what the process has used, as [Used] does.
func (s *Sandbox) Used() (Usage, error) { return Used(s.Process.Pid) }

// Killed returns how many processes have been killed because they went beyond the limit
// of memory.
func (s *Sandbox) Killed() (int64, error) {
	if s.group == nil {
		return 0, nil
	}
	return s.group.Killed()
}

// Wait waits until the process has ended by itself.
func (s *Sandbox) Wait() { <-s.waited }

// Close ends the process and those that it has started, as Lambda does with a function
// that fails, and removes its control group.
func (s *Sandbox) Close() error {
	killProcessGroup(s.Process)
	<-s.waited
	s.api.Close()
	if s.group == nil {
		return nil
	}
	return s.group.Close()
}

// lockedBuffer is a buffer that goroutines share.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements [io.Writer].
func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns what has been written.
func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
