//go:build linux

package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/deploy/trial/tryout"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// function is a binary's process.
type function struct {
	name    string
	sandbox *tryout.Sandbox
}

// start starts the binaries that o names, or the one of the package of this
// checkout, until end is called.
func start(ctx context.Context, o options, s3 *s3) (functions []*function, end func(), err error) {
	end = func() {
		for _, f := range functions {
			f.sandbox.Close()
		}
	}
	if len(o.binaries) == 0 {
		dir, err := os.MkdirTemp("", "benchfunction")
		if err != nil {
			return nil, nil, err
		}
		defer os.RemoveAll(dir) // a process goes on without its file
		p, err := pack.Make(ctx, pack.Options{Dir: ".", Config: []byte("{}"), Launcher: launcher.Exec})
		if err != nil {
			return nil, nil, err
		}
		if err := tryout.Unpack(p.Zip, dir); err != nil {
			return nil, nil, err
		}
		o.binaries = []string{filepath.Join(dir, "bootstrap")}
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

// startFunction starts a binary with what Lambda and the launcher set, and env.
func startFunction(ctx context.Context, o options, s3 *s3, binary string, env ...string) (*function, error) {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	env = slices.Concat(launcher.Environment(o.memory), s3.env(), env)
	sandbox, err := tryout.Start(os.TempDir(), env, binary)
	if err != nil {
		return nil, err
	}
	if err := sandbox.Ready(ctx); err != nil {
		sandbox.Close()
		return nil, err
	}
	return &function{binary, sandbox}, nil
}

// answer has an event answered n times, and returns what each took.
func (f *function) answer(ctx context.Context, e event, n int) (tryout.Usage, error) {
	before, err := tryout.Used(f.sandbox.Process.Pid)
	if err != nil {
		return tryout.Usage{}, err
	}
	for range n {
		response, err := f.sandbox.Invoke(ctx, e.payload)
		if err == nil {
			err = e.check(response)
		}
		if err != nil {
			return tryout.Usage{}, fmt.Errorf("%s: %w\n%s", e.name, err, f.sandbox.Output())
		}
	}
	after, err := tryout.Used(f.sandbox.Process.Pid)
	return tryout.Usage{
		CPU:      (after.CPU - before.CPU) / time.Duration(n),
		Faults:   (after.Faults - before.Faults) / int64(n),
		Switches: (after.Switches - before.Switches) / int64(n),
	}, err
}

// check makes sure that a response is what the event was to lead to.
func (e event) check(response []byte) error {
	var r edge.Response
	if err := json.Unmarshal(response, &r); err != nil {
		return err
	}
	body, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil || len(body) > 0 != e.resized {
		return fmt.Errorf("a response of status %s and a body of %d bytes, %v", r.Status, len(body), err)
	}
	return nil
}

// measure prints what each event takes in each function: the least processor's time,
// and the medians of the others.
func measure(ctx context.Context, o options, functions []*function, events []event) error {
	used := map[string][]tryout.Usage{}
	key := func(f int, e event) string { return fmt.Sprint(f, e.name) }
	told, done := progress.Start(os.Stderr, o.rounds*len(events)*len(functions)), 0
	for range o.rounds {
		for _, e := range events {
			for i, f := range functions {
				told.Tell(done, "%s", e.name)
				done++
				u, err := f.answer(ctx, e, o.each)
				if err != nil {
					return err
				}
				used[key(i, e)] = append(used[key(i, e)], u)
			}
		}
	}
	told.End()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for i, f := range functions {
		peak, err := tryout.Peak(f.sandbox.Process.Pid)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s, %d MB at most\tCPU ms\tpage faults\tswitches\t\n", f.name, peak>>20)
		for _, e := range events {
			all := used[key(i, e)]
			fmt.Fprintf(w, "%s\t%.2f\t%d\t%d\t\n", e.name,
				ms(slices.MinFunc(all, func(a, b tryout.Usage) int { return cmp.Compare(a.CPU, b.CPU) }).CPU),
				median(all, func(u tryout.Usage) int64 { return u.Faults }),
				median(all, func(u tryout.Usage) int64 { return u.Switches }))
		}
	}
	return w.Flush()
}

func median(all []tryout.Usage, of func(tryout.Usage) int64) int64 {
	var values []int64
	for _, u := range all {
		values = append(values, of(u))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
