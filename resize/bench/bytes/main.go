// Command bytes compares what encoders make of the same pixels: this project's
// beside sharp's JPEG, mozjpeg, WebP and AVIF.
//
//	make bench-bytes                       over pictures made by make bench
//	make bench-bytes BENCH_IN=~/Pictures   over every picture of a folder
//
// Each picture is resized by this project to 500x300 and to 1200x800; every encoder
// is given those pixels, and every result decoded by sharp. Bytes are compared where
// two encodings look alike: at equal scores of SSIMULACRA 2.1, and at equal
// distances of Butteraugli, between qualities that are searched for. CPU time is
// that of encoding alone, user and system, in a process that does nothing else.
//
// It needs Linux and node; make bench-bytes sees to sharp.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// options are the command's flags.
type options struct {
	in, cache, svg, only string
	workers              int
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "self" {
		exitOn(self(os.Stdin, os.Stdout))
		return
	}
	var o options
	flag.StringVar(&o.in, "in", "", "compare over the pictures in `DIR` instead of the benchmark's own")
	flag.StringVar(&o.cache, "cache", ".cache/bench", "`DIR` has sharp in its node_modules, and the benchmark's own pictures")
	flag.StringVar(&o.svg, "svg", "", "write a plot of bytes and CPU time to `FILE`")
	flag.StringVar(&o.only, "only", "", "compare only the encoders whose name matches `REGEXP`, and libjpeg-turbo")
	flag.IntVar(&o.workers, "workers", runtime.NumCPU(), "compare `N` pictures at a time; CPU time is measured alone")
	flag.Parse()
	if flag.NArg() > 0 {
		exitOn(fmt.Errorf("%q is no option: see bytes -h", flag.Arg(0)))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exitOn(run(ctx, o))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bytes:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.workers < 1 {
		return fmt.Errorf("-workers is %d: want at least 1", o.workers)
	}
	all, err := matching(o.only)
	if err != nil {
		return err
	}
	names, dir := own, o.cache
	if o.in != "" {
		dir = o.in
		if names, err = listPictures(dir); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Join(o.cache, "node_modules", "sharp")); err != nil {
		return fmt.Errorf("sharp is not in %s: run make bench-bytes, which installs it", o.cache)
	}
	scratch, err := os.MkdirTemp("", "benchbytes")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	pictures, err := prepareAll(ctx, dir, names, scratch)
	if err != nil {
		return err
	}
	b := &bench{encoders: all, pictures: pictures, outcomes: make([][]outcome, len(pictures))}
	if err := b.start(ctx, o, scratch); err != nil {
		return errors.Join(err, b.close())
	}
	if err := errors.Join(b.run(ctx), b.close()); err != nil {
		return err
	}
	t := tabulate(b)
	t.print(os.Stdout)
	if o.svg == "" {
		return nil
	}
	svg, err := t.plot()
	if err != nil {
		return err
	}
	return os.WriteFile(o.svg, svg, 0o644)
}

// prepareAll resizes the pictures. One that cannot be read, or is smaller than the
// sizes, is passed over with a word about it.
func prepareAll(ctx context.Context, dir string, names []string, scratch string) ([]resized, error) {
	var made []resized
	told := progress.Start(os.Stderr, len(names))
	var passed []string
	for i, name := range names {
		told.Tell(i, "resizing %s", name)
		sized, err := prepare(ctx, filepath.Join(dir, name), scratch, i)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			passed = append(passed, fmt.Sprintf("%s is passed over: %v", name, err))
		} else if len(sized) == 0 {
			passed = append(passed, fmt.Sprintf("%s is passed over: it is not larger than %dx%d", name, sizes[0].X, sizes[0].Y))
		}
		made = append(made, sized...)
	}
	told.End()
	for _, line := range passed {
		fmt.Fprintln(os.Stderr, line)
	}
	if len(made) == 0 {
		return nil, fmt.Errorf("%s has no picture that is larger than %dx%d", dir, sizes[0].X, sizes[0].Y)
	}
	return made, nil
}

// bench is one run.
type bench struct {
	encoders []encoder
	pictures []resized
	workers  []*worker
	outcomes [][]outcome // by picture and encoder
}

func (b *bench) start(ctx context.Context, o options, scratch string) error {
	sharp, err := filepath.Abs(o.cache)
	if err != nil {
		return err
	}
	for n := range min(o.workers, len(b.pictures)) {
		w, err := startWorker(ctx, sharp, scratch, n)
		if err != nil {
			return err
		}
		b.workers = append(b.workers, w)
	}
	return nil
}

func (b *bench) close() error {
	var errs []error
	for _, w := range b.workers {
		errs = append(errs, w.sharp.Close(), w.self.Close())
	}
	return errors.Join(errs...)
}

// run compares the pictures, several at a time, and then measures CPU time with
// nothing beside it.
func (b *bench) run(ctx context.Context) error {
	told := progress.Start(os.Stderr, len(b.pictures)*len(b.encoders))
	var mu sync.Mutex
	done := 0
	step := func(r resized) func(*encoder) {
		return func(e *encoder) {
			mu.Lock()
			defer mu.Unlock()
			told.Tell(done, "%s to %dx%d by %s", r.name, r.size.X, r.size.Y, e.name)
			done++
		}
	}
	next := make(chan int)
	errs := make([]error, len(b.workers))
	var group sync.WaitGroup
	for n, w := range b.workers {
		group.Go(func() {
			for i := range next {
				if errs[n] != nil {
					continue
				}
				if b.outcomes[i], errs[n] = w.compare(b.encoders, b.pictures[i], step(b.pictures[i])); errs[n] != nil {
					errs[n] = fmt.Errorf("%s: %w", b.pictures[i].name, errs[n])
				}
			}
		})
	}
	for i := range b.pictures {
		next <- i
	}
	close(next)
	group.Wait()
	told.End()
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return err
	}
	return b.time()
}

// time measures CPU time.
func (b *bench) time() error {
	told := progress.Start(os.Stderr, len(b.pictures)*len(b.encoders))
	defer told.End()
	for i, r := range b.pictures {
		for k := range b.encoders {
			e := &b.encoders[k]
			told.Tell(i*len(b.encoders)+k, "CPU time of %s", e.name)
			if err := b.workers[0].time(e, r, &b.outcomes[i][k]); err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	return nil
}
