package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
)

// request asks a peer to encode the pixels of a PNG, or to decode a file. A request is
// one line of JSON, and so is the answer.
type request struct {
	In  string `json:"in"`
	Out string `json:"out"`
	// Format is empty for decoding: Out then gets red, green and blue, a byte each.
	Format  string         `json:"format,omitempty"`
	Options map[string]any `json:"options,omitempty"` // quality, effort …
	Times   int            `json:"times,omitempty"`   // how often to encode; Out is from the last time
}

// peerReply is what a peer replies.
type peerReply struct {
	Bytes int       `json:"bytes"` // of Out
	CPU   []float64 `json:"cpu_ms"`
	Error string    `json:"error,omitempty"`
}

// peer is a process that encodes or decodes one picture after another.
type peer struct {
	name    string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	errors  bytes.Buffer
}

// startPeer starts a command in dir. The process ends when ctx is done.
func startPeer(ctx context.Context, name, dir string, command ...string) (*peer, error) {
	p := &peer{name: name, command: exec.CommandContext(ctx, command[0], command[1:]...)}
	p.command.Dir, p.command.Stderr = dir, &p.errors
	in, err := p.command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewReader(out)
	return p, p.command.Start()
}

// ask sends a request to the peer and returns its answer.
func (p *peer) ask(r request) (peerReply, error) {
	line, err := json.Marshal(r)
	if err != nil {
		return peerReply{}, err
	}
	_, err = p.in.Write(append(line, '\n'))
	if err == nil {
		line, err = p.out.ReadBytes('\n')
	}
	if err != nil {
		return peerReply{}, fmt.Errorf("%s: %w: %s", p.name, errors.Join(err, p.Close()), &p.errors)
	}
	var a peerReply
	if err := json.Unmarshal(line, &a); err != nil {
		return peerReply{}, fmt.Errorf("%s answered %q: %w", p.name, line, err)
	}
	if a.Error != "" {
		return peerReply{}, fmt.Errorf("%s: %s", p.name, a.Error)
	}
	return a, nil
}

// Close ends the process.
func (p *peer) Close() error {
	return errors.Join(p.in.Close(), p.command.Wait())
}

// median returns the middle one of the sorted numbers.
func median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	return sorted[len(sorted)/2]
}
