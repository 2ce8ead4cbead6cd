// Command benchlaunch measures the ways to start the function, side by side in one run:
// the time from the start of a process until it asks for its first event, the time of an
// invocation that answers with 1 MiB, and the resident memory.
//
// It needs Linux and a Python with awslambdaric; make bench-launch installs that.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

//go:embed plain.py
var plain []byte

// answerSource is a Go function that only answers.
//
//go:embed answer.go.txt
var answerSource []byte

func main() {
	python := flag.String("python", "python3", "run the launchers with `PYTHON`, which needs awslambdaric")
	times := flag.Int("n", 30, "start each `N` times, and invoke it N times")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *python, *times); err != nil {
		fmt.Fprintln(os.Stderr, "benchlaunch:", err)
		os.Exit(1)
	}
}

// way is a way to start a function, with its measurements.
type way struct {
	name     string
	launcher string // empty for Python alone
	dir      string // with the unpacked package
	command  []string
	starts   []time.Duration
	invokes  []time.Duration
	rssMB    float64
}

// run measures all ways and prints the table. times is the number of starts and of
// invocations of each.
func run(ctx context.Context, python string, times int) error {
	work, err := os.MkdirTemp("", "benchlaunch")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	ways, remove, err := prepare(ctx, work, python)
	defer remove()
	if err != nil {
		return err
	}
	line := progress.Start(os.Stderr, times+len(ways))
	for i := range times { // in turns, so that the machine's moods are shared
		line.Report(i, "starts")
		for _, w := range ways {
			if err := w.start(ctx); err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
		}
	}
	answering, err := buildAnswer(ctx, work)
	if err != nil {
		return err
	}
	for i, w := range ways {
		line.Report(times+i, "answers of %s", w.name)
		if err := w.invoke(ctx, answering, times); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	line.End()
	print(ways, times)
	return nil
}

// prepare returns the ways to start a function, each with a package until remove is called.
// That of Python alone is in work.
func prepare(ctx context.Context, work, python string) (ways []*way, remove func(), err error) {
	client := []string{python, "-m", "awslambdaric", launcher.Handler}
	ways = []*way{
		{name: "Go alone", launcher: launcher.Exec, command: []string{"./bootstrap"}},
		{name: "Python, exec, Go", launcher: launcher.Exec, command: client},
		{name: "Python bridging to Go", launcher: launcher.Bridge, command: client},
		{name: "Python alone", dir: filepath.Join(work, "python"), command: client},
	}
	var packages []*trial.Package
	remove = func() {
		for _, p := range packages {
			p.Close()
		}
	}
	for _, w := range ways {
		if w.launcher == "" {
			if err := os.Mkdir(w.dir, 0o755); err != nil {
				return nil, remove, err
			}
			if err := os.WriteFile(filepath.Join(w.dir, launcher.Module), plain, 0o644); err != nil {
				return nil, remove, err
			}
			continue
		}
		p, err := trial.Pack(ctx, w.launcher)
		if err != nil {
			return nil, remove, err
		}
		packages, w.dir = append(packages, p), p.Dir
	}
	return ways, remove, nil
}

// buildAnswer builds the Go function that only answers, in the place of edge/bootstrap, and
// returns the binary.
func buildAnswer(ctx context.Context, work string) ([]byte, error) {
	main, err := filepath.Abs("edge/bootstrap/main.go")
	if err != nil {
		return nil, err
	}
	source, overlay, binary := filepath.Join(work, "main.go"), filepath.Join(work, "overlay.json"), filepath.Join(work, "answer")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{main: source}})
	if err != nil {
		return nil, err
	}
	for name, content := range map[string][]byte{source: answerSource, overlay: replace} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return nil, err
		}
	}
	build := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-overlay", overlay, "-o", binary, "./edge/bootstrap")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return os.ReadFile(binary)
}

// ready starts the process and waits until it asks for an event.
func (w *way) ready(ctx context.Context) (*trial.Sandbox, error) {
	return trial.StartReady(ctx, trial.Options{
		Dir: w.dir, Command: w.command, Env: []string{"AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b"},
	})
}

// start measures one start.
func (w *way) start(ctx context.Context) error {
	begin := time.Now()
	sandbox, err := w.ready(ctx)
	if err != nil {
		return err
	}
	w.starts = append(w.starts, time.Since(begin))
	return sandbox.Close()
}

// invoke measures invocations of a binary that only answers, and the memory after them.
func (w *way) invoke(ctx context.Context, answering []byte, times int) error {
	if w.launcher != "" {
		if err := trial.ReplaceBinary(w.dir, w.launcher, answering); err != nil {
			return err
		}
	}
	sandbox, err := w.ready(ctx)
	if err != nil {
		return err
	}
	defer sandbox.Close()
	for i := range times + 1 {
		begin := time.Now()
		if _, err := sandbox.Invoke(ctx, []byte("{}")); err != nil {
			return err
		}
		if i > 0 { // the first one warms up
			w.invokes = append(w.invokes, time.Since(begin))
		}
	}
	w.rssMB, err = residentMB(sandbox.Process.Pid)
	return err
}

// residentMB returns the resident memory of a process and its children in MiB.
func residentMB(pid int) (float64, error) {
	resident, err := trial.Resident(pid)
	if err != nil {
		return 0, err
	}
	sum := float64(resident) / (1 << 20)
	children, err := trial.Children(pid)
	if err != nil {
		return 0, err
	}
	for _, child := range children {
		mb, err := residentMB(child)
		if err != nil {
			return 0, err
		}
		sum += mb
	}
	return sum, nil
}

// print prints the table of ways.
func print(ways []*way, times int) {
	fmt.Printf("%d starts and invocations each; median / 95th percentile\n\n", times)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tstart to first event, ms\tan answer of 1 MiB, ms\tresident MiB\t")
	for _, way := range ways {
		fmt.Fprintf(w, "%s\t%s\t%s\t%.0f\t\n", way.name, spread(way.starts), spread(way.invokes), way.rssMB)
	}
	w.Flush()
}

// spread formats the median and the 95th percentile in milliseconds.
func spread(d []time.Duration) string {
	slices.Sort(d)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return fmt.Sprintf("%.1f / %.1f", ms(d[len(d)/2]), ms(d[len(d)*95/100]))
}
