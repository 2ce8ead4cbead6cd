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

	"github.com/edgeresize/edgeresize/deploy/trial/cgroup"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// pacePictures is how many of the photographs are asked for, the largest first.
const pacePictures = 3

// soakPace asks for variants of photographs in the formats that viewers get from a
// function with little of a processor: it is to try less hard, or take another format,
// rather than serve the original for want of time.
func soakPace(ctx context.Context, s settings) error {
	if err := cgroup.Available(); err != nil {
		return err
	}
	small := s
	small.largest = s.largest / 2
	names, err := makePictures(ctx, small, photograph)
	if err != nil {
		return err
	}
	names = names[:pacePictures]
	stage, err := newStage(ctx, s)
	if err != nil {
		return err
	}
	defer stage.Close()
	within := slices.Max(s.left)
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(s.out, "\nPhotographs of up to %d megapixels in formats for viewers, %v left\n\n", small.largest, within)
	fmt.Fprintln(w, "processor of a function of\tsize\tasked for\tleast time to spare\tgot\t")
	formats := stage.config.Formats
	told := progress.Start(s.progress, len(s.paceShares)*len(formats)*len(s.paceSizes))
	defer told.End()
	done := 0
	var wrong []error
	for _, mb := range s.paceShares {
		for _, format := range formats {
			for _, size := range s.paceSizes {
				told.Tell(done, "%s as %s, processor of %d MB", size, format, mb)
				query := size + "&format=" + string(format)
				got, spare, err := stage.paced(ctx, names, query, cgroup.Share(mb), within)
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

// paced asks for each picture in one process. It returns what the log says of them, and
// the least time that was left after an answer.
func (s *stage) paced(ctx context.Context, names []string, query string, cpus float64, within time.Duration) ([]logged, time.Duration, error) {
	b, err := s.start(ctx, 1024, cpus)
	if err != nil {
		return nil, 0, err
	}
	spare := within
	for _, name := range names {
		_, left, err := s.ask(ctx, b, name, query, within)
		if err != nil {
			err = fmt.Errorf("%s?%s: %w; the last words were\n%s", name, query, err, b.lastWords())
			return nil, spare, errors.Join(err, b.Close())
		}
		spare = min(spare, left)
	}
	if err := b.Close(); err != nil {
		return nil, spare, err
	}
	got, err := b.log()
	return got, spare, err
}

// checkPaced returns an error where an original was served.
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

// tallied says how often there was which format at which effort, and what was passed
// over for it.
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
