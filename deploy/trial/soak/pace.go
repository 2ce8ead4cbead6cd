package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// pacePictures is the number of photographs to ask for, the largest first.
const pacePictures = 3

// soakPace asks a function with little of a processor for variants of photographs in the
// formats that viewers get. It wants the function to take less effort or another format
// rather than to serve the original because time runs out.
func soakPace(ctx context.Context, s settings) error {
	if err := trial.CheckGroups(); err != nil {
		return err
	}
	small := s
	small.largest = s.largest / 2
	names, err := makePictures(ctx, small, photograph)
	if err != nil {
		return err
	}
	names = names[:pacePictures]
	f, err := newFunction(ctx, s)
	if err != nil {
		return err
	}
	defer f.Close()
	within := slices.Max(s.left)
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(s.out, "\nPhotographs of up to %d megapixels in formats for viewers, %v left\n\n", small.largest, within)
	fmt.Fprintln(w, "processor of a function of\tsize\tasked for\tleast time to spare\tgot\t")
	formats := f.Config.Formats
	line := progress.Start(s.progress, len(s.paceShares)*len(formats)*len(s.paceSizes))
	defer line.End()
	done := 0
	var wrong []error
	for _, mb := range s.paceShares {
		for _, format := range formats {
			for _, size := range s.paceSizes {
				line.Report(done, "%s as %s, processor of %d MB", size, format, mb)
				query := size + "&format=" + string(format)
				got, spare, err := f.paced(ctx, names, query, trial.Share(mb), within)
				if err != nil {
					return fmt.Errorf("processor of %d MB: %w", mb, err)
				}
				fmt.Fprintf(w, "%d MB\t%s\t%s\t%d ms\t%s\t\n", mb, size, format, spare.Milliseconds(), tallied(got))
				done++
				if err := checkPaced(got); err != nil {
					wrong = append(wrong, fmt.Errorf("processor of %d MB, %s: %w", mb, query, err))
				}
			}
		}
	}
	return errors.Join(append(wrong, w.Flush())...)
}

// paced asks one process for each picture. It returns what the function logged, and the
// least time that was left after a response.
func (f *function) paced(ctx context.Context, names []string, query string, cpus float64, within time.Duration) ([]logged, time.Duration, error) {
	b, err := f.start(ctx, 1024, cpus)
	if err != nil {
		return nil, 0, err
	}
	spare := within
	for _, name := range names {
		_, left, err := ask(ctx, b, name, query, within)
		if err != nil {
			err = fmt.Errorf("%s?%s: %w; the output ends with\n%s", name, query, err, lastWords(b))
			return nil, spare, errors.Join(err, b.Close())
		}
		spare = min(spare, left)
	}
	if err := b.Close(); err != nil {
		return nil, spare, err
	}
	got, err := parseLog(b.Output())
	return got, spare, err
}

// checkPaced returns an error if an original was served, or nothing was.
func checkPaced(got []logged) error {
	if len(got) == 0 {
		return errors.New("nothing was logged")
	}
	for _, l := range got {
		if l.Reason != "" {
			return fmt.Errorf("the original was served: %s", l.Reason)
		}
	}
	return nil
}

// tallied counts the invocations of each [logged.String].
func tallied(got []logged) string {
	counts := map[string]int{}
	for _, l := range got {
		counts[l.String()]++
	}
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[what], what))
	}
	return strings.Join(parts, ", ")
}
