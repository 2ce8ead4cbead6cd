//go:build linux

// Command benchfunction measures the processor time that the packaged function takes for an
// event, from the event to its response: to get the one and give the other over the Runtime
// API, to get the original from S3 over TLS, and to resize. S3 and the Runtime API are
// servers on this machine, in a process of their own, that answer at once.
//
//	make bench-function
//	.cache/bench/function OLD/bootstrap NEW/bootstrap
//
// -rate limits a connection to S3, and -cold makes each request need a new one. Binaries are
// measured in turn, each event several times in a row, and the least time of each counts.
// With -profile it prints what the time of a build of this checkout goes into.
//
// It needs Linux.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

// options are the command's flags.
type options struct {
	in, profile  string
	only         string
	rounds, each int
	memory       int     // MB
	rate         float64 // MB a second of one connection; 0 for no limit
	cold         bool
	binaries     []string
}

func main() {
	if os.Getenv(profileVariable) != "" {
		exitOn(serveProfiled(os.Getenv(profileVariable)))
		return
	}
	var o options
	flag.StringVar(&o.in, "in", ".cache/bench", "take the pictures from `DIR`, where make bench puts its inputs")
	flag.StringVar(&o.profile, "profile", "", "write CPU profiles into `DIR`, and print where the time goes")
	flag.StringVar(&o.only, "only", "", "measure only events whose name contains `TEXT`")
	flag.IntVar(&o.rounds, "rounds", 8, "measure each event in `N` rounds")
	flag.IntVar(&o.each, "each", 5, "send an event `N` times in a row in each round")
	flag.IntVar(&o.memory, "memory", 1769, "give the function `MB` of memory")
	flag.Float64Var(&o.rate, "rate", 0, "limit each connection to S3 to `MB/s`; 0 for no limit")
	flag.BoolVar(&o.cold, "cold", false, "use a new connection for each request to S3")
	flag.Parse()
	o.binaries = flag.Args()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exitOn(run(ctx, o))
}

// exitOn prints an error and exits, unless it is nil.
func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchfunction:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	s3, err := startS3(o.in, o.rate*1e6, o.cold)
	if err != nil {
		return err
	}
	defer s3.close()
	cases, err := s3.cases(o.only)
	if err != nil {
		return err
	}
	if o.profile != "" {
		return profile(ctx, o, s3, cases)
	}
	functions, end, err := start(ctx, o, s3)
	if err != nil {
		return err
	}
	defer end()
	return measure(ctx, o, functions, cases)
}
