// Command benchcost prints what a million resizes cost at each memory size that a function
// may be given: by this project's packaged function and, in the same run, by a Node function
// with sharp as Lambda@Edge tutorials have it.
//
//	make cost                       over the still pictures of make bench
//	make cost BENCH_IN=~/Pictures   over every JPEG, PNG and WebP of a folder
//
// Each function is a warm process. Control groups limit it to the memory and the share of
// processor time that Lambda gives it. If they cannot be made it runs on one processor
// without limits, and its time is computed from the processor time that it took. Its
// originals come from an S3 server on this machine whose first byte takes a while, as S3's
// does: waiting is paid for too.
//
// A second table has this project's function alone, by size and format: what a million
// resizes cost, what a million views save in bytes to viewers, and after how many views a
// variant in that format has paid for itself. A third table has the costs of Origin Shield,
// and of the resizes that it saves.
//
// It needs Linux and node; make cost installs sharp.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/deploy/trial/price"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/bench/plot"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// options are the command's flags.
type options struct {
	in, node, svg, variants string
	memories                []int // MB
	times                   int
	firstByte               time.Duration
	free                    bool // without control groups

	// Of the table of formats.
	formatMemory, photographs int // MB; the most pictures
	sizes                     []size
	perGB                     float64 // dollars
	quality                   int     // of the function's config
}

func main() {
	o := options{
		memories: []int{256, 512, 1024, 1769, 3008},
		sizes:    []size{{500, 300}, {1200, 800}, {2000, 1500}},
		quality:  edge.DefaultConfig().Quality,
	}
	flag.StringVar(&o.in, "in", ".cache/bench", "resize the JPEGs, PNGs and WebPs in `DIR`")
	flag.StringVar(&o.node, "node", ".cache/bench", "take sharp and @aws-sdk/client-s3 from node_modules in `DIR`")
	flag.StringVar(&o.svg, "svg", "", "write a plot of the costs to `FILE`")
	flag.StringVar(&o.variants, "variants", "", "write the milliseconds and bytes of each variant of the table of formats to `FILE`, as CSV")
	flag.IntVar(&o.times, "n", 5, "resize each picture `N` times after one to warm up")
	flag.DurationVar(&o.firstByte, "first-byte", 20*time.Millisecond, "delay the first byte of S3's answers by `TIME`")
	flag.Func("memory", "memory sizes of the functions, in `MB`, separated by commas; \"\" leaves their table out (default 256,512,1024,1769,3008)", func(list string) error {
		if list == "" {
			o.memories = nil
			return nil
		}
		var err error
		o.memories, err = parseMemories(list)
		return err
	})
	flag.IntVar(&o.formatMemory, "format-memory", 512, "memory of the function in the table of formats, in `MB`")
	flag.IntVar(&o.photographs, "photographs", 4, "resize at most `N` JPEGs for the table of formats; 0 leaves it out")
	flag.Float64Var(&o.perGB, "gb", price.PerGB, "price of a GB to viewers, in `DOLLARS`")
	flag.Func("sizes", "resize those JPEGs to these `SIZES`, separated by commas (default 500x300,1200x800,2000x1500)", func(list string) error {
		var err error
		o.sizes, err = parseSizes(list)
		return err
	})
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), "usage: go run ./deploy/trial/benchcost [flags]\n\nmake cost installs what it compares with, and runs it.\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "benchcost:", err)
		os.Exit(1)
	}
}

// parseMemories parses memory sizes in MB, separated by commas.
func parseMemories(list string) ([]int, error) {
	var memories []int
	for field := range strings.SplitSeq(list, ",") {
		mb, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || mb < edgelimits.MinMemoryMB || mb > edgelimits.MaxMemoryMB {
			return nil, fmt.Errorf("%q is not a number of MB from %d to %d", field, edgelimits.MinMemoryMB, edgelimits.MaxMemoryMB)
		}
		memories = append(memories, mb)
	}
	return memories, nil
}

// run prints the tables that o asks for, and writes the plot if o names a file for it.
func run(ctx context.Context, o options) error {
	if o.times < 1 {
		return fmt.Errorf("-n is %d: want at least 1", o.times)
	}
	files, err := pictures(o.in)
	if err != nil {
		return err
	}
	if err := errors.Join(plot.CheckWritable(o.svg), plot.CheckWritable(o.variants)); err != nil {
		return err
	}
	var chosen []string
	if o.photographs > 0 {
		if chosen, err = photographs(ctx, o.in, files, o.sizes, o.photographs); err != nil {
			return err
		}
	}
	s3, err := startS3(o.in, o.firstByte)
	if err != nil {
		return err
	}
	defer s3.Close()
	functions, err := prepare(ctx, o.node, s3.URL)
	if err != nil {
		return err
	}
	defer functions.Close()
	o.free = trial.CheckGroups() != nil
	rows, err := measureMemories(ctx, o, functions, files)
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		if err := printRows(os.Stdout, o, len(files), rows); err != nil {
			return err
		}
	}
	var byFormat []formatRow
	if len(chosen) > 0 {
		formats := append([]resize.Format{resize.JPEG}, edge.DefaultConfig().Formats...)
		list := variantList{dir: o.in}
		if byFormat, err = functions.list[0].measureFormats(ctx, o, chosen, formats, list.add); err != nil {
			return err
		}
		if err := list.write(o.variants); err != nil {
			return err
		}
		if err := printFormats(os.Stdout, o, byFormat); err != nil {
			return err
		}
	}
	if resizes, ok := resizePrice(rows, byFormat, o.formatMemory); ok {
		if err := printShield(os.Stdout, resizes); err != nil {
			return err
		}
	}
	if o.svg == "" || len(rows) == 0 {
		return nil
	}
	svg, err := drawCosts(rows)
	if err != nil {
		return err
	}
	return os.WriteFile(o.svg, svg, 0o644)
}

// measureMemories measures each function with each memory size.
func measureMemories(ctx context.Context, o options, functions *functions, files []string) ([]row, error) {
	var rows []row
	line := progress.Start(os.Stderr, len(o.memories)*len(functions.list))
	defer line.End()
	for _, mb := range o.memories {
		for _, f := range functions.list {
			line.Report(len(rows), "%s in %d MB", f.name, mb)
			r, err := f.measure(ctx, o, mb, files)
			if err != nil {
				return nil, fmt.Errorf("%s in %d MB: %w", f.name, mb, err)
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}
