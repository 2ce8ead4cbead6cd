package fakefacts

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"sync"
)

// driver runs a function for each event that it reads.
//
//go:embed driver.py
var driver string

// Function is a Python process with the origin-response function. Several edges may share
// it. [Start] makes one.
type Function struct {
	command *exec.Cmd

	mu  sync.Mutex // of what follows
	in  io.WriteCloser
	out *bufio.Reader
}

// region is where the function runs.
const region = "eu-central-1"

// Start starts the program python with the code of the function.
func Start(python string, code []byte) (*Function, error) {
	p := &Function{command: exec.Command(python, "-c", driver, string(code))}
	p.command.Env = append(p.command.Environ(), "AWS_REGION="+region)
	var err error
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	return p, p.command.Start()
}

// Close ends the process.
func (p *Function) Close() error {
	p.in.Close()
	return p.command.Wait()
}

// result is what an invocation returned and printed.
type result struct {
	Response response
	Log      string
	Error    string
}

// invocation is an event for a sandbox.
type invocation struct {
	Sandbox string
	Event   any
	// Wall and Monotonic are the sandbox's clocks, in seconds, and Ticks is what its thread
	// has counted.
	Wall, Monotonic float64
	Ticks           int
}

// invoke runs the function.
func (p *Function) invoke(i invocation) (*result, error) {
	line, err := json.Marshal(i)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	answer, err := p.out.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	var r result
	if err := json.Unmarshal(answer, &r); err != nil {
		return nil, err
	}
	if r.Error != "" {
		return nil, fmt.Errorf("the function: %s", r.Error)
	}
	return &r, nil
}
