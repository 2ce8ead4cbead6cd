// Command soak runs the function for long under hard conditions, and reports whether it
// keeps its promise: no viewer sees an error.
//
//	make soak                      everything, some minutes
//	go run ./deploy/trial/soak memory    the package under hard limits of memory
//	go run ./deploy/trial/soak deadlines the package with little time and processor
//	go run ./deploy/trial/soak pace      the same, with photographs in formats for viewers
//	go run ./deploy/trial/soak traffic   many viewers, and an S3 that fails
//
// memory, deadlines and pace need Linux and the right to make control groups.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"time"
)

// settings are the command's flags, and what the tests change.
type settings struct {
	cache    string // folder
	memories []int  // MB
	pictures int    // of a run of memory
	shares   []int  // of a processor, by the MB of functions that have them
	left     []time.Duration
	// paceShares are shares, and paceSizes the query strings of sizes, of a run of pace.
	paceShares []int
	paceSizes  []string
	requests   int // of a run of traffic
	largest    int // megapixels of the largest pictures made
	seed       uint64
	out        io.Writer
	progress   io.Writer
}

// part is a part of the soak.
type part struct {
	name string
	run  func(ctx context.Context, s settings) error
}

var parts = []part{{"memory", soakMemory}, {"deadlines", soakDeadlines}, {"pace", soakPace}, {"traffic", soakTraffic}}

func main() {
	s := settings{
		memories:   []int{256, 512, 1024},
		shares:     []int{128, 256, 512},
		left:       []time.Duration{time.Second, 3 * time.Second, 10 * time.Second},
		paceShares: []int{128, 512},
		paceSizes:  []string{"width=500&height=300", "width=1200&height=800", "width=2000&height=1500"},
		out:        os.Stdout,
		progress:   os.Stderr,
	}
	flag.StringVar(&s.cache, "cache", ".cache/soak", "cache the generated pictures in `DIR`")
	flag.IntVar(&s.pictures, "pictures", 2000, "resize `N` pictures at each memory size")
	flag.IntVar(&s.requests, "requests", 20000, "send `N` requests from viewers")
	flag.IntVar(&s.largest, "megapixels", 50, "generate pictures of up to `N` megapixels")
	flag.Uint64Var(&s.seed, "seed", 1, "seed the random order of pictures and faults with `N`")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), "usage: go run ./deploy/trial/soak [flags] [memory|deadlines|pace|traffic]...\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	chosen, err := choose(flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(2)
	}
	for _, p := range chosen {
		if err := p.run(ctx, s); err != nil {
			fmt.Fprintf(os.Stderr, "soak: %s: %v\n", p.name, err)
			os.Exit(1)
		}
	}
}

// choose returns the parts of the given names, or all parts for none.
func choose(names []string) ([]part, error) {
	if len(names) == 0 {
		return parts, nil
	}
	var chosen []part
	for _, name := range names {
		i := slices.IndexFunc(parts, func(p part) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("unknown part %q: want memory, deadlines, pace or traffic", name)
		}
		chosen = append(chosen, parts[i])
	}
	return chosen, nil
}
