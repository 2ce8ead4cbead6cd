package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// soakDeadlines asks a function with enough memory, but little time and little of a
// processor, for variants of the largest pictures. It wants a response, resized or not,
// before the deadline.
func soakDeadlines(ctx context.Context, s settings) error {
	if err := trial.CheckGroups(); err != nil {
		return err
	}
	names, err := makePictures(ctx, s, kinds...)
	if err != nil {
		return err
	}
	f, err := newFunction(ctx, s)
	if err != nil {
		return err
	}
	defer f.Close()
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(s.out, "\n%d pictures of up to %d megapixels, 1 GB of memory\n\n", len(names), s.largest)
	fmt.Fprintln(w, "processor of a function of\ttime left\tresized\toriginals\tleast time to spare\t")
	line := progress.Start(s.progress, len(s.shares)*len(s.left))
	defer line.End()
	for i, mb := range s.shares {
		for j, within := range s.left {
			line.Report(i*len(s.left)+j, "processor of %d MB, %v left", mb, within)
			resized, spare, err := f.hurry(ctx, names, trial.Share(mb), within)
			if err != nil {
				return fmt.Errorf("processor of %d MB, %v left: %w", mb, within, err)
			}
			fmt.Fprintf(w, "%d MB\t%v\t%d\t%d\t%d ms\t\n", mb, within, resized, len(names)-resized, spare.Milliseconds())
		}
	}
	return w.Flush()
}

// hurry asks one process for each picture. It returns how many were resized, and the least
// time that was left after a response.
func (f *function) hurry(ctx context.Context, names []string, cpus float64, within time.Duration) (resized int, spare time.Duration, err error) {
	b, err := f.start(ctx, 1024, cpus)
	if err != nil {
		return 0, 0, err
	}
	spare = within
	queries := queries(f.Config.Formats)
	for i, name := range names {
		query := queries[i%len(queries)]
		ok, left, err := ask(ctx, b, name, query, within)
		if err != nil {
			err = fmt.Errorf("%s?%s: %w; the output ends with\n%s", name, query, err, lastWords(b))
			return resized, spare, errors.Join(err, b.Close())
		}
		spare = min(spare, left)
		if ok {
			resized++
		}
	}
	return resized, spare, b.Close()
}
