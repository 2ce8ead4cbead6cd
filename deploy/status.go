package main

import (
	"cmp"
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

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/edge"
)

// statusCommand prints what is published and attached, and what the logs say.
func statusCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var where releaseFlags
	where.registerFunction(flags)
	since := flags.Duration("since", 24*time.Hour, "search the logs of the last `TIME`")
	regions := flags.String("regions", strings.Join(release.EdgeRegions, ","), "search the logs of `REGIONS`, separated by commas")
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
		return fmt.Errorf("there is no function %s in %s: publish it with `go run ./deploy publish`", where.function, awsapi.Region)
	}
	return printStatus(stdout, where.function, *since, s)
}

// printStatus prints a status: versions, distributions, outcomes, errors and unread logs.
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
	for _, v := range s.Versions {
		if len(v.Attached) == 0 {
			continue
		}
		fmt.Fprintf(w, "\nversion %s, config baked in: %s\n", v.Number, v.Baked())
		for i, at := range v.Attached {
			fmt.Fprintf(w, "  %s: %s\n", at, v.Fronts[i])
		}
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
	if err := printOutcomes(stdout, since, s); err != nil {
		return err
	}
	printErrors(stdout, since, s)
	printUnread(stdout, s.Unread)
	return nil
}

// printOutcomes prints how many invocations had which outcome, the most frequent first.
func printOutcomes(stdout io.Writer, since time.Duration, s *release.Status) error {
	total := s.Resized + s.Fallbacks
	for _, n := range s.Originals {
		total += n
	}
	fmt.Fprintf(stdout, "\ninvocations of the last %v in the logs: %d\n", since, total)
	if total == 0 {
		return nil
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "  %d\tresized\n", s.Resized)
	if s.Fallbacks > 0 {
		fmt.Fprintf(w, "  %d\tfallback\tthe original is missing, so the fallback picture was served\n", s.Fallbacks)
	}
	reasons := slices.SortedFunc(maps.Keys(s.Originals), func(a, b edge.Reason) int {
		return cmp.Or(cmp.Compare(s.Originals[b], s.Originals[a]), cmp.Compare(a, b))
	})
	for _, reason := range reasons {
		fmt.Fprintf(w, "  %d\t%s\t%s\n", s.Originals[reason], reason, meaningOf(reason))
	}
	return w.Flush()
}

// meaningOf returns what a reason means, and whether it passes.
func meaningOf(reason edge.Reason) string {
	meaning := reason.Meaning()
	switch {
	case meaning == "":
		return "(a reason that this checkout does not know)"
	case reason.Lifetime() == edge.Lasting:
		return meaning + " (until somebody fixes it)"
	case reason.Lifetime() == edge.Transient:
		return meaning + " (tried again soon)"
	}
	return meaning
}

// printErrors prints the errors in the logs.
func printErrors(stdout io.Writer, since time.Duration, s *release.Status) {
	fmt.Fprintf(stdout, "\nerrors of the last %v:", since)
	if len(s.Errors)+len(s.Refused) == 0 {
		fmt.Fprint(stdout, " none")
	}
	fmt.Fprintln(stdout)
	for _, e := range s.Errors {
		var counts []string
		for _, reason := range slices.Sorted(maps.Keys(e.Counts)) {
			counts = append(counts, fmt.Sprintf("%s %d", reason, e.Counts[reason]))
		}
		fmt.Fprintf(stdout, "  %s: %s; the last at %s: %s\n", e.Region, strings.Join(counts, ", "), e.Last.UTC().Format(time.RFC3339), release.Quoted(e.Sample))
	}
	for _, a := range s.Refused {
		fmt.Fprintf(stdout, "  %s, %s: answers that CloudFront refused: %d; the last at %s: %s\n",
			a.Distribution, a.Region, a.Count, a.Last.UTC().Format(time.RFC3339), release.Quoted(a.Sample))
	}
}

// printUnread prints which logs could not be read.
func printUnread(stdout io.Writer, unread map[string]error) {
	var disabled []string
	for _, region := range slices.Sorted(maps.Keys(unread)) {
		if err := unread[region]; errors.Is(err, release.ErrRegionDisabled) {
			disabled = append(disabled, region)
		} else {
			fmt.Fprintf(stdout, "  %s: not read: %v\n", region, release.Explain(err))
		}
	}
	if len(disabled) > 0 {
		fmt.Fprintf(stdout, "  %s: not read: %v\n", strings.Join(disabled, ", "), release.ErrRegionDisabled)
	}
}
