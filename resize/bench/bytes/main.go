// Command bytes compares encoders on the same pixels: this project's with sharp's JPEG,
// mozjpeg, WebP and AVIF.
//
//	make bench-bytes                       over pictures made by make bench
//	make bench-bytes BENCH_IN=~/Pictures   over every picture of a folder
//
// This project resizes each picture to 500x300 and to 1200x800. Every encoder gets
// those pixels, and sharp decodes every result. Drawings are reported separately from
// photographs. Bytes are compared where two encodings look alike: at equal scores of
// SSIMULACRA 2.1, and at equal distances of Butteraugli; the qualities for that are
// searched. CPU time is that of encoding alone, user and system, in a process that does
// nothing else.
//
// It needs Linux and node; make bench-bytes installs sharp.
package main

import (
	"context"
	"flag"
	"fmt"
	"image"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"

	"github.com/edgeresize/edgeresize/resize/bench/plot"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// options are the command's flags.
type options struct {
	in, cache, svg, only, size string
	workers                    int
	calibrate                  bool
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "self" {
		exitOn(self(os.Stdin, os.Stdout))
		return
	}
	var o options
	flag.StringVar(&o.in, "in", "", "compare with the pictures in `DIR` instead of the benchmark's own")
	flag.StringVar(&o.cache, "cache", ".cache/bench", "find sharp's node_modules and the benchmark's own pictures in `DIR`")
	flag.StringVar(&o.svg, "svg", "", "write a plot of bytes and CPU time to `FILE`")
	flag.StringVar(&o.only, "only", "", "compare only the encoders whose name matches `REGEXP`, and libjpeg-turbo")
	flag.StringVar(&o.size, "size", "", "compare at the size `WxH` only")
	flag.IntVar(&o.workers, "workers", runtime.NumCPU(), "compare `N` pictures at a time; CPU time is still measured for one at a time")
	flag.BoolVar(&o.calibrate, "calibrate", false, "compare our formats (WebP and AVIF, as -only matches) with libjpeg at its qualities, and print the quantisers that would make them look alike")
	flag.Parse()
	if flag.NArg() > 0 {
		exitOn(fmt.Errorf("unexpected argument %q: see bytes -h", flag.Arg(0)))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exitOn(run(ctx, o))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bytes:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.workers < 1 {
		return fmt.Errorf("-workers is %d: want at least 1", o.workers)
	}
	var all []encoder
	var formats []alignedFormat
	var err error
	if o.calibrate {
		all, formats, err = matchingAligned(o.only)
	} else {
		all, err = matching(o.only)
	}
	if err != nil {
		return err
	}
	if o.size != "" {
		var size image.Point
		if _, err := fmt.Sscanf(o.size, "%dx%d", &size.X, &size.Y); err != nil || size.X < 1 || size.Y < 1 {
			return fmt.Errorf("-size is %q: want one such as 500x300", o.size)
		}
		sizes = []image.Point{size}
	}
	names, dir := own, o.cache
	if o.in != "" {
		dir = o.in
		if names, err = listPictures(dir); err != nil {
			return err
		}
	}
	p, err := findPeers(o.cache)
	if err != nil {
		return err
	}
	if err := plot.CheckWritable(o.svg); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "benchbytes")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	pictures, err := prepareAll(ctx, dir, names, scratch)
	if err != nil {
		return err
	}
	b := &bench{encoders: all, pictures: pictures, scratch: scratch, peers: p}
	if o.calibrate {
		return b.calibrate(ctx, o.workers, formats, os.Stdout, os.Stderr)
	}
	if err := b.measure(ctx, o.workers); err != nil {
		return err
	}
	t := tabulate(b)
	t.print(os.Stdout)
	if o.svg == "" {
		return nil
	}
	svg, err := t.plot()
	if err != nil {
		return err
	}
	return os.WriteFile(o.svg, svg, 0o644)
}

// prepareAll resizes the pictures. It skips those that cannot be read or are smaller
// than the sizes, and prints which.
func prepareAll(ctx context.Context, dir string, names []string, scratch string) ([]resized, error) {
	var made []resized
	steps := progress.Start(os.Stderr, len(names))
	var passed []string
	for i, name := range names {
		steps.Report(i, "resizing %s", name)
		sized, err := prepare(ctx, filepath.Join(dir, name), scratch, i)
		if ctx.Err() != nil {
			return nil, errInterrupted
		}
		if err != nil {
			passed = append(passed, fmt.Sprintf("%s is skipped: %v", name, err))
		} else if len(sized) == 0 {
			passed = append(passed, fmt.Sprintf("%s is skipped: it is not larger than %dx%d", name, sizes[0].X, sizes[0].Y))
		}
		made = append(made, sized...)
	}
	steps.End()
	for _, line := range passed {
		fmt.Fprintln(os.Stderr, line)
	}
	if len(made) == 0 {
		return nil, fmt.Errorf("no picture in %s is larger than %dx%d", dir, sizes[0].X, sizes[0].Y)
	}
	return made, nil
}
