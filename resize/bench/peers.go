package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"time"

	"github.com/edgeresize/edgeresize/resize"
)

// peer is a program that resizes: a command that gets the arguments of [job.args] and
// prints a [measurement].
type peer struct {
	name    string
	command []string
}

// job is one picture to resize; times is how often.
type job struct {
	in, out       string
	width, height int
	format        resize.Format
	quality       int
	times         int
	extra         string
}

func (j job) args() []string {
	return []string{j.in, j.out, strconv.Itoa(j.width), strconv.Itoa(j.height), string(j.format),
		strconv.Itoa(j.quality), strconv.Itoa(j.times), j.extra}
}

// measurement is a peer's result for a job.
type measurement struct {
	CPU    []float64 `json:"cpu_ms"`
	PeakMB float64   `json:"peak_mb"`
	wall   time.Duration
	bytes  int64
}

// median returns the median of the CPU milliseconds.
func (m measurement) median() float64 {
	sorted := slices.Sorted(slices.Values(m.CPU))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)/2]
}

// run runs a job with the peer, in a process of its own.
func (p peer) run(ctx context.Context, dir string, j job) (measurement, error) {
	command := exec.CommandContext(ctx, p.command[0], append(slices.Clone(p.command[1:]), j.args()...)...)
	command.Dir = dir
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	start := time.Now()
	if err := command.Run(); err != nil {
		return measurement{}, fmt.Errorf("%s: %w: %s", p.name, err, &stderr)
	}
	m := measurement{wall: time.Since(start)}
	if err := json.Unmarshal(stdout.Bytes(), &m); err != nil {
		return measurement{}, fmt.Errorf("%s printed %q: %w", p.name, &stdout, err)
	}
	info, err := os.Stat(j.out)
	if err != nil {
		return measurement{}, err
	}
	m.bytes = info.Size()
	return m, nil
}
