package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/edgeresize/edgeresize/deploy/release"
)

// statusCommand tells how things stand.
func statusCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var where releasing
	where.registerFunction(flags)
	since := flags.Duration("since", 24*time.Hour, "search the logs of so much `TIME`")
	regions := flags.String("regions", strings.Join(release.EdgeRegions, ","), "search the logs of `REGIONS`, by commas")
	if err := parse(flags, args); err != nil {
		return err
	}
	r, err := where.releaser(ctx, flags, stdout)
	if err != nil {
		return err
	}
	s, err := r.Status(ctx, release.StatusOptions{Regions: strings.Split(*regions, ","), Since: time.Now().Add(-*since)})
	if err != nil {
		return err
	}
	if s == nil {
		return fmt.Errorf("there is no function %s in %s: publish it with `go run ./deploy publish`", where.function, release.Region)
	}
	return printStatus(stdout, where.function, *since, s)
}

func printStatus(stdout io.Writer, function string, since time.Duration, s *release.Status) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\tpublished\tcode\tconfig\tattached to\n", function)
	for _, v := range s.Versions {
		var places []string
		for _, place := range v.Attached {
			places = append(places, place.String())
		}
		fmt.Fprintf(w, "version %s\t%s\t%.12s\t%s\t%s\n", v.Number, v.Published, v.CodeSHA256, v.Config, strings.Join(places, "; "))
	}
	if len(s.Distributions) > 0 {
		fmt.Fprintln(w, "\ndistribution\tchanged\tstate\tdomain")
	}
	for _, d := range s.Distributions {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", d.ID, d.Changed.UTC().Format(time.RFC3339), d.State, d.Domain)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\nerrors of the last %v:", since)
	if len(s.Errors) == 0 {
		fmt.Fprint(stdout, " none")
	}
	fmt.Fprintln(stdout)
	for _, e := range s.Errors {
		var counts []string
		for _, reason := range slices.Sorted(maps.Keys(e.Counts)) {
			counts = append(counts, fmt.Sprintf("%s %d", reason, e.Counts[reason]))
		}
		fmt.Fprintf(stdout, "  %s: %s; the last at %s: %.200s\n", e.Region, strings.Join(counts, ", "), e.Last.UTC().Format(time.RFC3339), strings.TrimSpace(e.Sample))
	}
	var disabled []string
	for _, region := range slices.Sorted(maps.Keys(s.Unread)) {
		if err := s.Unread[region]; errors.Is(err, release.ErrRegionDisabled) {
			disabled = append(disabled, region)
		} else {
			fmt.Fprintf(stdout, "  %s: not read: %v\n", region, release.Explain(err))
		}
	}
	if len(disabled) > 0 {
		fmt.Fprintf(stdout, "  %s: not read: %v\n", strings.Join(disabled, ", "), release.ErrRegionDisabled)
	}
	return nil
}
