package main

import (
	"context"
	"flag"
	"io"
	"strings"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// pathsFlag is the flag of the commands that invalidate.
type pathsFlag struct{ paths []string }

func (f *pathsFlag) register(flags *flag.FlagSet) {
	flags.Func("paths", "invalidate `PATHS`, separated by commas, such as '/img/*,/media/*' (default those of the behaviour's path pattern, "+
		"or all where a viewer-request function may rewrite them)", func(text string) error {
		f.paths = strings.Split(text, ",")
		return nil
	})
}

// check refuses paths that CloudFront does not take, and paths with a "*" that CloudFront
// would take literally.
func (f *pathsFlag) check(flags *flag.FlagSet) error {
	for _, path := range f.paths {
		if strings.Contains(strings.TrimSuffix(path, "*"), "*") {
			return wrongUsage(flags, "-paths: %q has a * before its end, where CloudFront takes it literally: put the * at the end, or leave it out", path)
		}
		if err := cloudfront.CheckPath(path); err != nil {
			return wrongUsage(flags, "-paths: %v", err)
		}
	}
	return nil
}

// invalidateCommand invalidates what was cached before the distribution was last changed.
func invalidateCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var where releaseFlags
	where.register(flags)
	distribution := flags.String("distribution", "", "the distribution's `ID`, such as E1ABCDEFGHIJKL")
	var cache pathsFlag
	cache.register(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	if *distribution == "" {
		return wrongUsage(flags, "no -distribution")
	}
	if err := cache.check(flags); err != nil {
		return err
	}
	r, err := where.releaser(ctx, flags, stdout)
	if err != nil {
		return err
	}
	r.CachePaths = cache.paths
	return r.Invalidate(ctx, *distribution)
}
