//go:build linux

package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// function is the process of a binary.
type function struct {
	name    string // the binary's path
	sandbox *trial.Sandbox
}

// start starts the binaries that o names, or that of this checkout's package. They run until
// end is called.
func start(ctx context.Context, o options, s3 *s3) (functions []*function, end func(), err error) {
	end = func() {
		for _, f := range functions {
			f.sandbox.Close()
		}
	}
	if len(o.binaries) == 0 {
		p, err := trial.Pack(ctx, launcher.Exec)
		if err != nil {
			return nil, nil, err
		}
		defer p.Close() // a process goes on without its file
		o.binaries = []string{filepath.Join(p.Dir, "bootstrap")}
	}
	for _, binary := range o.binaries {
		f, err := startFunction(ctx, o, s3, binary)
		if err != nil {
			end()
			return nil, nil, fmt.Errorf("%s: %w", binary, err)
		}
		functions = append(functions, f)
	}
	return functions, end, nil
}

// startFunction starts a binary, with env added to what Lambda and the launcher set.
func startFunction(ctx context.Context, o options, s3 *s3, binary string, env ...string) (*function, error) {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	sandbox, err := trial.StartReady(ctx, trial.Options{
		Dir: os.TempDir(), Command: []string{binary}, Env: slices.Concat(s3.env(), env), MemoryMB: o.memory,
	})
	if err != nil {
		return nil, err
	}
	return &function{binary, sandbox}, nil
}

// answer hands the function an event n times, and returns what it used for one on average.
func (f *function) answer(ctx context.Context, e event, n int) (trial.Usage, error) {
	before, err := f.sandbox.Used()
	if err != nil {
		return trial.Usage{}, err
	}
	for range n {
		response, err := f.sandbox.Invoke(ctx, e.payload)
		if err == nil {
			err = e.check(response)
		}
		if err != nil {
			return trial.Usage{}, fmt.Errorf("%s: %w\n%s", e.name, err, f.sandbox.Output())
		}
	}
	after, err := f.sandbox.Used()
	return trial.Usage{
		CPU:      (after.CPU - before.CPU) / time.Duration(n),
		Faults:   (after.Faults - before.Faults) / int64(n),
		Switches: (after.Switches - before.Switches) / int64(n),
	}, err
}

// check returns an error unless a response has a variant if and only if e asks for one.
func (e event) check(response []byte) error {
	r, body, err := trial.ReadResponse(response)
	if err != nil || len(body) > 0 != e.resized {
		return fmt.Errorf("a response of status %s and a body of %d bytes, %v", r.Status, len(body), err)
	}
	return nil
}

// measure prints what each function uses for each event: the least processor time, and the
// medians of the others.
func measure(ctx context.Context, o options, functions []*function, events []event) error {
	used := map[string][]trial.Usage{}
	key := func(f int, e event) string { return fmt.Sprint(f, e.name) }
	line, done := progress.Start(os.Stderr, o.rounds*len(events)*len(functions)), 0
	for range o.rounds {
		for _, e := range events {
			for i, f := range functions {
				line.Report(done, "%s", e.name)
				done++
				u, err := f.answer(ctx, e, o.each)
				if err != nil {
					return err
				}
				used[key(i, e)] = append(used[key(i, e)], u)
			}
		}
	}
	line.End()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for i, f := range functions {
		peak, err := f.sandbox.Peak()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s, %d MB at most\tCPU ms\tpage faults\tswitches\t\n", f.name, peak>>20)
		for _, e := range events {
			all := used[key(i, e)]
			fmt.Fprintf(w, "%s\t%.2f\t%d\t%d\t\n", e.name,
				ms(slices.MinFunc(all, func(a, b trial.Usage) int { return cmp.Compare(a.CPU, b.CPU) }).CPU),
				median(all, func(u trial.Usage) int64 { return u.Faults }),
				median(all, func(u trial.Usage) int64 { return u.Switches }))
		}
	}
	return w.Flush()
}

// median returns the median of a field of all.
func median(all []trial.Usage, of func(trial.Usage) int64) int64 {
	var values []int64
	for _, u := range all {
		values = append(values, of(u))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// ms returns d in milliseconds.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
