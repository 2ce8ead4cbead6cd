// Command benchcost prints what a million resizes cost at each memory size that
// a function may be given: this project's packaged function, and beside it in
// the same run a Node function with sharp as Lambda@Edge tutorials have it.
//
//	make cost                       over the still pictures of make bench
//	make cost BENCH_IN=~/Pictures   over every JPEG, PNG and WebP of a folder
//
// Each function is a warm process under the memory limit and the share of
// processor time that Lambda gives it, set by control groups. Where those cannot
// be had it runs on one processor without limits, and its time is computed from
// the processor time that it took. Its originals come from an S3 server on this
// machine whose first byte takes a while, as S3's does: waiting is paid for too.
//
// It needs Linux and node; make cost sees to sharp.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/deploy/cgroup"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// options are the command's flags.
type options struct {
	in, node, svg string
	memories      []int // MB
	times         int
	firstByte     time.Duration
	free          bool // without control groups
}

func main() {
	o := options{memories: []int{256, 512, 1024, 1769, 3008}}
	flag.StringVar(&o.in, "in", ".cache/bench", "resize the JPEGs, PNGs and WebPs in `DIR`")
	flag.StringVar(&o.node, "node", ".cache/bench", "`DIR` has sharp and @aws-sdk/client-s3 in its node_modules")
	flag.StringVar(&o.svg, "svg", "", "write a plot of the costs to `FILE`")
	flag.IntVar(&o.times, "n", 5, "resize each picture `N` times after one to warm up")
	flag.DurationVar(&o.firstByte, "first-byte", 20*time.Millisecond, "S3 answers after `TIME`")
	flag.Func("memory", "give the functions these many `MB`, by commas (default 256,512,1024,1769,3008)", func(list string) error {
		var err error
		o.memories, err = parseMemories(list)
		return err
	})
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "benchcost:", err)
		os.Exit(1)
	}
}

// parseMemories reads memory sizes in MB. Lambda has 128 to 10,240 (Lambda
// Developer Guide, "Configure Lambda function memory").
func parseMemories(list string) ([]int, error) {
	var memories []int
	for field := range strings.SplitSeq(list, ",") {
		mb, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || mb < 128 || mb > 10240 {
			return nil, fmt.Errorf("%q is not a number of MB from 128 to 10240", field)
		}
		memories = append(memories, mb)
	}
	return memories, nil
}

func run(ctx context.Context, o options) error {
	if o.times < 1 {
		return fmt.Errorf("-n is %d: want at least 1", o.times)
	}
	files, err := pictures(o.in)
	if err != nil {
		return err
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
	o.free = cgroup.Available() != nil
	var rows []row
	told := progress.Start(os.Stderr, len(o.memories)*len(functions.list))
	for _, mb := range o.memories {
		for _, f := range functions.list {
			told.Tell(len(rows), "%s in %d MB", f.name, mb)
			r, err := f.measure(ctx, o, mb, files)
			if err != nil {
				return fmt.Errorf("%s in %d MB: %w", f.name, mb, err)
			}
			rows = append(rows, r)
		}
	}
	told.End()
	printRows(o, len(files), rows)
	if o.svg == "" {
		return nil
	}
	svg, err := plot(rows)
	if err != nil {
		return err
	}
	return os.WriteFile(o.svg, svg, 0o644)
}
