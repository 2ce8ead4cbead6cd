package main

import (
	"context"
	"fmt"

	"github.com/edgeresize/edgeresize/deploy/pack"
)

// packagesKept returns a function that packs the edge function once for each Options:
// the same ones give the same bytes, and packing takes seconds of CPU time.
func packagesKept() func(context.Context, pack.Options) (*pack.Package, error) {
	kept := map[string]*pack.Package{}
	return func(ctx context.Context, o pack.Options) (*pack.Package, error) {
		key := fmt.Sprintf("%q %q %q", o.Dir, o.Config, o.Launcher)
		return once(kept, key, func() (*pack.Package, error) { return pack.Make(ctx, o) })
	}
}

// regionalsKept does for regional functions what packagesKept does.
func regionalsKept() func(ctx context.Context, dir, function, arch string) (*pack.Package, error) {
	kept := map[string]*pack.Package{}
	return func(ctx context.Context, dir, function, arch string) (*pack.Package, error) {
		key := fmt.Sprintf("%q %q %q", dir, function, arch)
		return once(kept, key, func() (*pack.Package, error) { return pack.MakeRegional(ctx, dir, function, arch) })
	}
}

// once returns a copy of the package that kept has under key, which do makes the
// first time.
func once(kept map[string]*pack.Package, key string, do func() (*pack.Package, error)) (*pack.Package, error) {
	if kept[key] == nil {
		p, err := do()
		if err != nil {
			return nil, err
		}
		kept[key] = p
	}
	p := *kept[key]
	return &p, nil
}
