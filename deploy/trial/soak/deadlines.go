package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/edgeresize/edgeresize/deploy/trial/cgroup"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// soakDeadlines asks for variants of the largest pictures from a function with
// little time and little of a processor, but memory enough: the answer, resized
// or not, is to be there before the deadline.
func soakDeadlines(ctx context.Context, s settings) error {
	if err := cgroup.Available(); err != nil {
		return err
	}
	names, err := makePictures(ctx, s, kinds...)
	if err != nil {
		return err
	}
	stage, err := newStage(ctx, s)
	if err != nil {
		return err
	}
	defer stage.Close()
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(s.out, "\n%d pictures of up to %d megapixels, 1 GB of memory\n\n", len(names), s.largest)
	fmt.Fprintln(w, "processor of a function of\ttime left\tresized\toriginals\tleast time to spare\t")
	told := progress.Start(s.progress, len(s.shares)*len(s.left))
	defer told.End()
	for i, mb := range s.shares {
		for j, within := range s.left {
			told.Tell(i*len(s.left)+j, "processor of %d MB, %v left", mb, within)
			resized, spare, err := stage.hurry(ctx, names, cgroup.Share(mb), within)
			if err != nil {
				return fmt.Errorf("processor of %d MB, %v left: %w", mb, within, err)
			}
			fmt.Fprintf(w, "%d MB\t%v\t%d\t%d\t%d ms\t\n", mb, within, resized, len(names)-resized, spare.Milliseconds())
		}
	}
	return w.Flush()
}

// hurry asks for each picture in one process. It returns how many were resized
// and the least time that was left after an answer.
func (s *stage) hurry(ctx context.Context, names []string, cpus float64, within time.Duration) (resized int, spare time.Duration, err error) {
	b, err := s.start(ctx, 1024, cpus)
	if err != nil {
		return 0, 0, err
	}
	spare = within
	queries := queries(s.config.Formats)
	for i, name := range names {
		query := queries[i%len(queries)]
		ok, left, err := s.ask(ctx, b, name, query, within)
		if err != nil {
			err = fmt.Errorf("%s?%s: %w; the last words were\n%s", name, query, err, b.lastWords())
			return resized, spare, errors.Join(err, b.Close())
		}
		spare = min(spare, left)
		if ok {
			resized++
		}
	}
	return resized, spare, b.Close()
}
