package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// bench holds the state of one run.
type bench struct {
	encoders []encoder
	pictures []resized
	scratch  string // folder for the peers' output
	peers    peers
	workers  []*worker
	outcomes [][]outcome // by picture and encoder
}

var errInterrupted = errors.New("interrupted")

// measure compares the pictures, several at a time, and then measures CPU time with
// nothing else running.
func (b *bench) measure(ctx context.Context, workers int) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil) // ends the remaining peers
	b.outcomes = make([][]outcome, len(b.pictures))
	if err := b.start(ctx, workers); err != nil {
		fail(err)
	}
	b.compare(ctx, fail)
	if ctx.Err() == nil {
		if err := b.time(); err != nil {
			fail(err)
		}
	}
	if err := context.Cause(ctx); errors.Is(err, context.Canceled) {
		return errInterrupted
	} else if err != nil {
		return err
	}
	return b.close()
}

// start starts the workers, at most as many as there are pictures.
func (b *bench) start(ctx context.Context, workers int) error {
	for n := range min(workers, len(b.pictures)) {
		w, err := b.peers.start(ctx, filepath.Join(b.scratch, fmt.Sprintf("worker-%d", n)))
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

// compare fills the outcomes except for the CPU time. On its first error it calls fail
// and stops.
func (b *bench) compare(ctx context.Context, fail func(error)) {
	steps := progress.Start(os.Stderr, len(b.pictures)*len(b.encoders))
	defer steps.End()
	var done atomic.Int64
	next := make(chan int)
	var group sync.WaitGroup
	for _, w := range b.workers {
		group.Go(func() {
			for i := range next {
				r := b.pictures[i]
				outcomes, err := w.compare(ctx, b.encoders, r, func(e *encoder) {
					steps.Report(int(done.Add(1)-1), "%s to %dx%d by %s", r.name, r.size.X, r.size.Y, e.name)
				})
				if err != nil {
					fail(fmt.Errorf("%s: %w", r.name, err))
				}
				b.outcomes[i] = outcomes
			}
		})
	}
	for i := range b.pictures {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	group.Wait()
}

// time measures the CPU time of all outcomes.
func (b *bench) time() error {
	steps := progress.Start(os.Stderr, len(b.pictures)*len(b.encoders))
	defer steps.End()
	for i, r := range b.pictures {
		for k := range b.encoders {
			e := &b.encoders[k]
			steps.Report(i*len(b.encoders)+k, "CPU time of %s", e.name)
			if err := b.workers[0].time(e, r, &b.outcomes[i][k]); err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	return nil
}
