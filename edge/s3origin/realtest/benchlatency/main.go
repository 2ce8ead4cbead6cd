// Command benchlatency measures how long an event takes in the whole handler, from
// CloudFront's event to its response, with the production code that fetches from
// S3. S3 is versitygw in this process, behind TLS and a simulated link. For
// comparison it runs the same handler with a source that fetches the whole
// original in one request before it hands out its first byte.
//
//	make bench-latency
//
// The link delays all data, the handshakes of TCP and TLS too, and limits the rate
// of a connection. It simulates TCP's slow start with -slowstart, and does not
// simulate S3's own time to the first byte.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

func main() {
	in := flag.String("in", ".cache/bench", "take the pictures from `DIR`, where make bench puts its inputs")
	times := flag.Int("times", 5, "answer each event `N` times and take the median")
	trips := flag.String("roundtrips", "20ms,80ms,200ms", "round trips to S3, separated by commas")
	rate := flag.Float64("rate", 20, "`MB/s` that one connection transfers")
	slowStart := flag.Bool("slowstart", false, "let new connections start slowly, as TCP does")
	only := flag.String("only", "", "measure only pictures whose name contains `TEXT`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	links, err := parseLinks(*trips, *rate, *slowStart)
	exitOn(err)
	dir, err := filepath.Abs(*in) // versitygw changes the working directory
	exitOn(err)
	pictures, err := readPictures(ctx, dir, *only)
	exitOn(err)
	exitOn(run(ctx, pictures, links, *times))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchlatency:", err)
		os.Exit(1)
	}
}

// parseLinks returns one link for each round trip in list.
func parseLinks(list string, rate float64, slowStart bool) ([]link, error) {
	if rate <= 0 {
		return nil, fmt.Errorf("-rate is %v: want MB/s above 0", rate)
	}
	var links []link
	for text := range strings.SplitSeq(list, ",") {
		trip, err := time.ParseDuration(text)
		if err != nil || trip < 0 {
			return nil, fmt.Errorf("-roundtrips holds %q: want a duration such as 80ms", text)
		}
		links = append(links, link{trip, rate * 1e6, slowStart})
	}
	return links, nil
}

// run measures everything and prints a table.
func run(ctx context.Context, pictures []*picture, links []link, times int) error {
	s3, err := startS3(ctx, pictures)
	if err != nil {
		return err
	}
	defer s3.close()
	t := &table{links: links}
	told, done := progress.Start(os.Stderr, 2*len(pictures)*len(links)), 0
	for _, p := range pictures {
		for _, warm := range []bool{false, true} {
			r := row{name: p.name, warm: warm}
			for _, l := range links {
				told.Report(done, "%s, %s, round trip %v", p.name, r.state(), l.roundTrip)
				done++
				c, err := s3.measure(ctx, p, l, warm, times)
				if err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				r.cells = append(r.cells, c)
			}
			t.rows = append(t.rows, r)
		}
	}
	told.End()
	return t.print(os.Stdout)
}
