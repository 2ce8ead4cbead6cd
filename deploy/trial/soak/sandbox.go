package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// function is an unpacked package, and an S3 that serves it the pictures.
type function struct {
	*trial.Package
	s3     *httptest.Server
	folder *os.Root
}

// newFunction packs the function and serves the pictures of s.cache.
func newFunction(ctx context.Context, s settings) (*function, error) {
	p, err := trial.Pack(ctx, launcher.Exec)
	if err != nil {
		return nil, err
	}
	folder, err := os.OpenRoot(s.cache)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return &function{p, httptest.NewServer(trial.NewBucket(folder)), folder}, nil
}

// Close closes the S3 and removes the package.
func (f *function) Close() error {
	f.s3.Close()
	return errors.Join(f.folder.Close(), f.Package.Close())
}

// start starts the function with the memory of memoryMB and the time of cpus processors, 0
// for all of them, and waits until it is ready.
func (f *function) start(ctx context.Context, memoryMB int, cpus float64) (*trial.Sandbox, error) {
	return trial.StartReady(ctx, trial.Options{
		Dir: f.Dir, Command: []string{"./bootstrap"}, Env: trial.BucketEnv(f.s3.URL),
		MemoryMB: memoryMB, Limits: trial.Limits{Memory: int64(memoryMB) << 20, CPUs: cpus},
	})
}

// logged is what the function logs of an invocation.
type logged struct {
	Outcome    string
	Reason     edge.Reason
	Format     resize.Format
	Effort     string
	PassedOver map[resize.Format]struct{ Why resize.Why } `json:"passed_over"`
}

// String returns the format and the effort of a variant and the formats that were passed
// over for it, or the reason for the original.
func (l logged) String() string {
	if l.Reason != "" {
		return "original " + string(l.Reason)
	}
	text := string(l.Format)
	if l.Effort != "" {
		text += " " + l.Effort
	}
	for _, f := range slices.Sorted(maps.Keys(l.PassedOver)) {
		text += fmt.Sprintf(" (%s %s)", f, l.PassedOver[f].Why)
	}
	return text
}

// parseLog parses what a function has printed: a line for each invocation.
func parseLog(output string) ([]logged, error) {
	var all []logged
	for line := range strings.Lines(output) {
		var l logged
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.Outcome == "" {
			return nil, fmt.Errorf("the function printed %q: %w", line, err)
		}
		all = append(all, l)
	}
	return all, nil
}

// lastWords returns the last lines that a process has printed.
func lastWords(s *trial.Sandbox) string {
	lines := strings.SplitAfter(s.Output(), "\n")
	return strings.Join(lines[max(0, len(lines)-4):], "")
}
