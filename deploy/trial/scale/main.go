// Command scale simulates a month of a site's traffic through CloudFront's caches, and prints
// hit rates, resizes, the executions of the function beside its quotas, and dollars.
//
//	make scale
//	go run ./deploy/trial/scale -views 300000000 -max-age 720h
//
// Views of pictures follow Zipf's law. Viewers of 13 regions ask the locations near them,
// those the regional caches, those Origin Shield or S3. Each cache drops what nobody has asked
// for longest, and what is older than max-age. deploy/trial/README.md lists what is
// assumed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/account/originshield"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/bench/plot"
)

// options are the command's flags.
type options struct {
	site                   // of every case
	months       []float64 // views, the least first
	asked, sizes int       // numbers of sizes
	formats      string
	locationGB   float64
	cacheGB      float64
	arrivals     float64
	seed         uint64
	svg          string
}

func main() {
	o := options{months: []float64{1e6, 1e7, 1e8, 1e9, 1e10}}
	flags := flag.NewFlagSet("scale", flag.ExitOnError)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), "usage: go run ./deploy/trial/scale [flags]\n\nSimulates a month of a site and prints what it costs and which quota it reaches.\n\n")
		flags.PrintDefaults()
	}
	o.define(flags)
	_ = flags.Parse(os.Args[1:]) // exits if the flags are wrong
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, flags.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

// define defines the flags.
func (o *options) define(flags *flag.FlagSet) {
	flags.Func("views", "`VIEWS` a month that reach CloudFront, separated by commas (default 1e6,1e7,1e8,1e9,1e10)", func(list string) (err error) {
		o.months, err = parseViews(list)
		return err
	})
	flags.IntVar(&o.pictures, "pictures", 100_000, "`NUMBER` of pictures")
	flags.Float64Var(&o.exponent, "exponent", 0.8, "the picture of rank k gets views in proportion to k^-`EXPONENT`")
	flags.IntVar(&o.asked, "asked", 40, "`NUMBER` of sizes that viewers ask for, 320 to 2000 pixels wide, equally often")
	flags.IntVar(&o.sizes, "sizes", 6, "`NUMBER` of them in the template's Sizes, where there is a list")
	flags.StringVar(&o.formats, "formats", "avif=0.93,webp=0.04,jpeg=0.03", "`SHARES` of viewers by the best format that they accept")
	flags.Float64Var(&o.peak, "peak", 1.8, "views of a region's busiest hour, relative to its mean: `FACTOR` of 1 to 2")
	flags.DurationVar(&o.maxAge, "max-age", 24*time.Hour, "`TIME` that a variant may stay in caches; 24h is CloudFront's default")
	flags.StringVar(&o.bucket, "bucket", "eu-central-1", "the bucket's `REGION`")
	flags.IntVar(&o.locations, "locations", 8, "`NUMBER` of locations for each of the 13 regional caches")
	flags.Float64Var(&o.locationGB, "location-gb", 50, "`GB` that the site has in the cache of a location")
	flags.Float64Var(&o.cacheGB, "cache-gb", 1000, "`GB` that the site has in a regional cache")
	flags.Float64Var(&o.arrivals, "arrivals", 6e5, "about the most `REQUESTS` to simulate for a line of the table: more are more exact, and slower")
	flags.Float64Var(&o.quota, "executions", edgelimits.Concurrency, "the account's quota of executions at a time in each region, a `NUMBER`; young accounts have less")
	flags.Uint64Var(&o.seed, "seed", 1, "`SEED` of all random numbers")
	flags.StringVar(&o.svg, "svg", "", "write a plot of dollars to `FILE`")
}

// parseViews parses numbers of views, separated by commas.
func parseViews(list string) ([]float64, error) {
	var all []float64
	for field := range strings.SplitSeq(list, ",") {
		n, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		if err != nil || !(n >= 0 && n <= 1e11) {
			return nil, fmt.Errorf("%q is not a number of views from 0 to 1e11", field)
		}
		all = append(all, n)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// parseFormats parses shares of viewers by format, such as avif=0.9,jpeg=0.1.
func parseFormats(list string) ([]formatShare, error) {
	var all []formatShare
	sum := 0.0
	for field := range strings.SplitSeq(list, ",") {
		name, text, _ := strings.Cut(field, "=")
		share, err := strconv.ParseFloat(text, 64)
		known := slices.Contains([]resize.Format{resize.AVIF, resize.WebP, resize.JPEG}, resize.Format(name))
		if err != nil || !known || !(share >= 0 && share <= 1) {
			return nil, fmt.Errorf("-formats: %q is not avif=SHARE, webp=SHARE or jpeg=SHARE", field)
		}
		sum += share
		all = append(all, formatShare{resize.Format(name), share})
	}
	if sum < 0.999 || sum > 1.001 {
		return nil, fmt.Errorf("-formats: the shares add up to %g: want 1", sum)
	}
	return all, nil
}

// mostGB is the most that a cache may hold.
const mostGB = 1e6

// base returns the site of the flags.
func (o options) base() (site, error) {
	s := o.site
	var err error
	if s.formats, err = parseFormats(o.formats); err != nil {
		return s, err
	}
	if s.photographs, err = parsePhotographs(variantsFile); err != nil {
		return s, err
	}
	nearest, _ := originshield.Nearest(s.bucket)
	_, hasShield := originshield.DollarsPerMillion(nearest)
	for _, check := range []struct {
		bad  bool
		text string
	}{
		{s.pictures < 1 || s.pictures > 1e7, fmt.Sprintf("-pictures is %d: want 1 to 10000000", s.pictures)},
		{!(s.exponent >= 0 && s.exponent <= 3), fmt.Sprintf("-exponent is %g: want 0 to 3", s.exponent)},
		{o.asked < 1 || o.asked > 200, fmt.Sprintf("-asked is %d: want 1 to 200", o.asked)},
		{o.sizes < 1 || o.sizes > o.asked, fmt.Sprintf("-sizes is %d: want 1 to %d, as -asked", o.sizes, o.asked)},
		{!(s.peak >= 1 && s.peak <= 2), fmt.Sprintf("-peak is %g: want 1 to 2", s.peak)},
		{s.maxAge < time.Minute, fmt.Sprintf("-max-age is %v: want at least 1m", s.maxAge)},
		{!hasShield, fmt.Sprintf("-bucket is %s: no shield with a known price is near it", s.bucket)},
		{s.locations < 1 || s.locations > 100, fmt.Sprintf("-locations is %d: want 1 to 100", s.locations)},
		{!(o.locationGB >= 1 && o.locationGB <= mostGB), fmt.Sprintf("-location-gb is %g: want 1 to %g", o.locationGB, mostGB)},
		{!(o.cacheGB >= 1 && o.cacheGB <= mostGB), fmt.Sprintf("-cache-gb is %g: want 1 to %g", o.cacheGB, mostGB)},
		{!(s.quota >= 1 && s.quota <= 1e9), fmt.Sprintf("-executions is %g: want 1 to 1e9", s.quota)},
		{!(o.arrivals >= 1000 && o.arrivals <= 1e8), fmt.Sprintf("-arrivals is %g: want 1000 to 1e8", o.arrivals)},
	} {
		if check.bad {
			return s, errors.New(check.text)
		}
	}
	s.asked, s.locationBytes, s.cacheBytes = spread(o.asked), o.locationGB*1e9, o.cacheGB*1e9
	return s, nil
}

// run prints the table that o asks for, and writes the plot if o names a file for it.
func run(ctx context.Context, o options, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%q is not a flag: see go run ./deploy/trial/scale -h", args[0])
	}
	base, err := o.base()
	if err != nil {
		return err
	}
	if err := plot.CheckWritable(o.svg); err != nil {
		return err
	}
	outcomes, err := simulateAll(ctx, o, base)
	if err != nil {
		return err
	}
	if err := printAll(os.Stdout, o, outcomes); err != nil {
		return err
	}
	if o.svg == "" {
		return nil
	}
	svg, err := drawDollars(outcomes)
	if err != nil {
		return err
	}
	return os.WriteFile(o.svg, svg, 0o644)
}

// simulateAll returns the outcomes by setting (every size or a list, without or with a shield)
// and by views.
func simulateAll(ctx context.Context, o options, base site) ([][]outcome, error) {
	all := make([][]outcome, len(settings))
	for i := range all {
		all[i] = make([]outcome, len(o.months))
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for m := len(o.months) - 1; m >= 0; m-- { // the longest first
		for _, list := range [][]edge.Size{nil, spread(o.sizes)} {
			group.Go(func() error {
				s := base
				s.views, s.allowed = o.months[m], list
				t, err := plan(ctx, s, o.seed, o.arrivals)
				if err != nil {
					return err
				}
				arrivals, err := t.arrivals(ctx)
				if err != nil {
					return err
				}
				for i, setting := range settings {
					if setting.list != (list != nil) {
						continue
					}
					with := *t
					with.shield = setting.shield
					all[i][m] = outcomeOf(&with, simulate(&with, arrivals, o.seed))
				}
				return ctx.Err()
			})
		}
	}
	return all, group.Wait()
}
