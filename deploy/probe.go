package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"

	"github.com/edgeresize/edgeresize/deploy/probe"
)

// probeCommand measures what AWS's guides leave open, or removes what such a run left.
func probeCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) (err error) {
	o := probe.Options{}
	flags.StringVar(&o.Distribution, "distribution", "", "the distribution's `ID`, such as E1ABCDEFGHIJKL")
	flags.StringVar(&o.Origin, "origin", "", "the `ID` of the distribution's origin whose bucket to use (default the default behaviour's)")
	flags.StringVar(&o.Function, "function", "edgeresize", "the `NAME` of the resizing function, whose log is read to see whether it starts")
	flags.BoolVar(&o.Names, "names", false, "name the distribution in the report; nothing else that is yours is ever named")
	out := flags.String("out", "", "write the report as JSON to `FILE`, too")
	cleanup := flags.Bool("cleanup", false, "remove what earlier runs left, and measure nothing")
	dryRun := flags.Bool("dry-run", false, "print what would be made and what that costs, and change nothing")
	if err := parse(flags, args); err != nil {
		return err
	}
	switch {
	case o.Distribution == "":
		return wrongUsage(flags, "no -distribution")
	case *cleanup && *dryRun:
		return wrongUsage(flags, "-cleanup or -dry-run, not both")
	}
	settings, err := loadSettings(ctx)
	if err != nil {
		return err
	}
	p := probe.New(settings)
	p.Progress, p.Wait = flags.Output(), wait
	if viewers != nil {
		p.Transport = viewers
	}
	switch {
	case *dryRun:
		return p.Plan(ctx, o, stdout)
	case *cleanup:
		return p.Cleanup(ctx, o)
	}
	if err := checkWritable(*out); err != nil {
		return err
	}
	report, err := p.Run(ctx, o)
	if report == nil || len(report.Facts) == 0 {
		return err
	}
	return errors.Join(err, report.WriteTable(stdout), writeReport(report, *out))
}

// checkWritable returns an error if a report could not be written to a file, before it has
// taken half an hour to make. It creates the file if there is none.
func checkWritable(name string) error {
	if name == "" {
		return nil
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	return file.Close()
}

// writeReport writes a report as JSON to a file, unless its name is "".
func writeReport(report *probe.Report, name string) (err error) {
	if name == "" {
		return nil
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return report.WriteJSON(file)
}
