package release

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// invalidationPatience is for an invalidation to reach every edge location: seconds, or
// minutes by older pages of the guide. roomPatience is for other invalidations of the
// distribution to complete.
var (
	invalidationPatience = patience{5 * time.Second, 30 * time.Minute}
	roomPatience         = patience{10 * time.Second, 30 * time.Minute}
)

// Invalidate takes out of the cache what a distribution's behaviours with the function
// cached before the distribution was last changed. It waits until that change is at every
// edge location, and then until the invalidation is complete. A second call does nothing
// unless the distribution was changed again.
func (r *Releaser) Invalidate(ctx context.Context, distribution string) error {
	functionARN, err := r.functionARN(ctx)
	if err != nil {
		return err
	}
	state, err := r.awaitDeployed(ctx, distribution)
	if err != nil {
		return err
	}
	d, err := r.distribution(ctx, distribution)
	if err != nil {
		return err
	}
	patterns, err := d.config.Patterns(distconfig.OriginResponse, functionARN)
	if err != nil {
		return err
	}
	if len(patterns) == 0 {
		return fmt.Errorf("distribution %s: no behaviour calls the function %s: name the right one with -function", distribution, r.Function)
	}
	paths, err := r.cachePaths(ctx, d, patterns...)
	if err != nil {
		return err
	}
	return r.invalidate(ctx, distribution, state, paths)
}

// cachePaths returns the invalidation paths for the behaviours with some path patterns,
// or none if the cache is to be kept.
func (r *Releaser) cachePaths(ctx context.Context, d *distribution, patterns ...string) ([]cachePath, error) {
	var all []cachePath
	switch {
	case r.KeepCache:
	case len(r.CachePaths) > 0:
		for _, path := range r.CachePaths {
			all = append(all, cachePath{path: path})
		}
	default:
		for _, pattern := range patterns {
			changes, err := d.config.ChangesRequests(pattern)
			if err != nil {
				return nil, err
			}
			if changes {
				f := r.viewerRequestOf(ctx, d.typed, pattern)
				changes = f.site == nil || f.doubt != "" || f.site.URLPrefix != ""
			}
			all = append(all, cachePathOf(pattern, changes))
		}
	}
	return withoutCovered(all), nil
}

// withoutCovered leaves out the paths that others cover.
func withoutCovered(all []cachePath) (kept []cachePath) {
	for i, p := range all {
		covered := slices.ContainsFunc(all[:i], func(o cachePath) bool { return paths.Covers(o.path, p.path) }) ||
			slices.ContainsFunc(all[i+1:], func(o cachePath) bool { return o.path != p.path && paths.Covers(o.path, p.path) })
		if !covered {
			kept = append(kept, p)
		}
	}
	return kept
}

// invalidate makes an invalidation of each path and waits until all are complete. For
// one state of the distribution there is one invalidation of a path, however often it is
// asked for: CloudFront API Reference, "InvalidationBatch", "CallerReference". A dry run
// only names the paths.
func (r *Releaser) invalidate(ctx context.Context, distribution, state string, paths []cachePath) error {
	client := &invalidate.Client{API: r.cloudFront, Distribution: distribution, Rest: r.Wait}
	var made []string
	for _, p := range paths {
		r.plan("distribution %s: invalidating %s", distribution, p)
		if r.DryRun {
			r.differ("+distribution %s: invalidation of %s, unless there was one since it was last changed", distribution, p)
			continue
		}
		id, err := r.createInvalidation(ctx, client, state, p.path)
		if err != nil {
			return err
		}
		made = append(made, id)
	}
	for i, id := range made {
		what := fmt.Sprintf("distribution %s, invalidation %s of %s", distribution, id, paths[i].path)
		err := r.until(ctx, what, invalidationPatience, func() (string, bool, error) {
			completed, err := client.Completed(ctx, id)
			return "InProgress", completed, err
		})
		if err != nil {
			return err
		}
		r.tell("%s: Completed", what)
	}
	return nil
}

// createInvalidation makes the invalidation of a path for a state of the distribution,
// and returns its id. It waits while too many are in progress.
func (r *Releaser) createInvalidation(ctx context.Context, client *invalidate.Client, state, path string) (id string, err error) {
	reference := invalidate.Reference([]string{"release", state, path})
	what := "distribution " + client.Distribution + ", room for one more invalidation"
	err = r.until(ctx, what, roomPatience, func() (string, bool, error) {
		made, err := client.Create(ctx, reference, []string{path})
		if errors.Is(err, invalidate.ErrFull) {
			return "awaited", false, nil
		}
		id = made.ID
		return "", true, err
	})
	if err == nil && id == "" {
		err = fmt.Errorf("distribution %s: somebody else used the caller reference %s: run the same command again", client.Distribution, reference)
	}
	return id, err
}
