package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"strconv"

	"github.com/edgeresize/edgeresize/deploy/release"
)

// placeFlags are the flags of the commands that change a behaviour.
type placeFlags struct {
	releaseFlags
	pathsFlag
	place     release.Place
	keepCache bool
}

func (f *placeFlags) register(flags *flag.FlagSet) {
	f.releaseFlags.register(flags)
	flags.StringVar(&f.place.Distribution, "distribution", "", "the distribution's `ID`, such as E1ABCDEFGHIJKL")
	flags.StringVar(&f.place.Behavior, "behavior", "", "the behaviour's path `PATTERN`, such as '/img/*' (default the default behaviour)")
	f.pathsFlag.register(flags)
	flags.BoolVar(&f.keepCache, "keep-cache", false, "invalidate nothing: viewers may get what is cached until it expires")
}

// parse reads the flags. version is the value of the flag that takes a version's number.
func (f *placeFlags) parse(flags *flag.FlagSet, args []string, version *string) error {
	if err := parse(flags, args); err != nil {
		return err
	}
	if f.place.Distribution == "" {
		return wrongUsage(flags, "no -distribution")
	}
	if err := f.pathsFlag.check(flags); err != nil {
		return err
	}
	if f.keepCache && len(f.paths) > 0 {
		return wrongUsage(flags, "want -keep-cache or -paths, not both")
	}
	if n, err := strconv.Atoi(*version); *version != "" && (err != nil || n < 1) {
		return wrongUsage(flags, "the version is %q: want a number", *version)
	}
	return nil
}

// releaser returns a Releaser with these flags.
func (f *placeFlags) releaser(ctx context.Context, flags *flag.FlagSet, stdout io.Writer) (*release.Releaser, error) {
	r, err := f.releaseFlags.releaser(ctx, flags, stdout)
	if err == nil {
		r.KeepCache, r.CachePaths = f.keepCache, f.paths
	}
	return r, err
}

// attachCommand attaches a version to a behaviour and tries the site.
func attachCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var where placeFlags
	where.register(flags)
	var o release.AttachOptions
	flags.StringVar(&o.Version, "version", "", "the version's `NUMBER` (default the newest)")
	flags.StringVar(&o.Canary, "url", "", "try the site with the picture at `URL`, or at this path of the distribution's domain")
	canary := flags.Bool("canary", true, "try the site; with -canary=false nothing checks that it works")
	if err := where.parse(flags, args, &o.Version); err != nil {
		return err
	}
	if *canary == (o.Canary == "") {
		return wrongUsage(flags, "want the -url of a picture to try the site with, or -canary=false")
	}
	r, err := where.releaser(ctx, flags, stdout)
	if err != nil {
		return err
	}
	o.Place = where.place
	return r.Attach(ctx, o)
}

// canaryCommand tries a live site.
func canaryCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	url := flags.String("url", "", "the `URL` of a picture of the site, or its path at the distribution's domain")
	distribution := flags.String("distribution", "", "the distribution's `ID` (default this account's distribution that serves the URL's host)")
	var where releaseFlags
	where.registerFunction(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	if *url == "" {
		return wrongUsage(flags, "no -url")
	}
	r, err := where.releaser(ctx, flags, stdout)
	if err != nil {
		return err
	}
	return r.Canary(ctx, *distribution, *url)
}

// rollbackCommand points a behaviour back to the version before, or to another.
func rollbackCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var where placeFlags
	where.register(flags)
	to := flags.String("to", "", "the version's `NUMBER` (default the one that was there before)")
	if err := where.parse(flags, args, to); err != nil {
		return err
	}
	r, err := where.releaser(ctx, flags, stdout)
	if err != nil {
		return err
	}
	return r.Rollback(ctx, where.place, *to)
}

// detachCommand takes the function away from a behaviour.
func detachCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var where placeFlags
	where.register(flags)
	if err := where.parse(flags, args, new(string)); err != nil {
		return err
	}
	r, err := where.releaser(ctx, flags, stdout)
	if err != nil {
		return err
	}
	return r.Detach(ctx, where.place)
}

// teardownCommand deletes the function, and what was prepared for it. If CloudFront keeps
// replicas of the function for some hours, the function and its role stay until the command
// is run again.
func teardownCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var where releaseFlags
	where.register(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	r, err := where.releaser(ctx, flags, stdout)
	if err != nil {
		return err
	}
	kept := r.Teardown(ctx)
	if kept != nil && !errors.As(kept, new(*release.ReplicatedError)) {
		return kept
	}
	if err := undoPrepare(ctx, where, stdout); err != nil {
		return err
	}
	return kept
}
