package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/release"
)

// publishCommand packages and publishes a version.
func publishCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var what packFlags
	what.register(flags)
	what.registerSigned(flags)
	var where releaseFlags
	where.register(flags)
	var o release.PublishOptions
	flags.StringVar(&o.Role, "role", "", "the role's `ARN` (default the function's; for a new one, the role that prepare made)")
	flags.IntVar(&o.MemoryMB, "memory", 0, fmt.Sprintf("memory in `MB` (default the function's, %d for a new one)", release.DefaultMemoryMB))
	flags.BoolVar(&o.Adopt, "adopt", false, "take over a function of that name without edgeresize's tag, such as one that an older edition published")
	flags.IntVar(&o.TimeoutS, "timeout", 0, fmt.Sprintf("`SECONDS` for a request, at most %d (default the function's, %d for a new one)", edgelimits.Origin.MaxTimeoutS, release.DefaultTimeoutS))
	if err := parse(flags, args); err != nil {
		return err
	}
	if o.MemoryMB != 0 && (o.MemoryMB < edgelimits.MinMemoryMB || o.MemoryMB > edgelimits.Origin.MaxMemoryMB) {
		return wrongUsage(flags, "-memory is %d: want %d to %d", o.MemoryMB, edgelimits.MinMemoryMB, edgelimits.Origin.MaxMemoryMB)
	}
	if o.TimeoutS < 0 || o.TimeoutS > edgelimits.Origin.MaxTimeoutS {
		return wrongUsage(flags, "-timeout is %d: want 1 to %d", o.TimeoutS, edgelimits.Origin.MaxTimeoutS)
	}
	r, err := where.releaser(ctx, flags, stdout)
	if err != nil {
		return err
	}
	if _, err := what.read(ctx); err != nil {
		return err
	}
	if err := r.CheckCredentials(ctx); err != nil {
		return err
	}
	if o.Role == "" {
		if o.Role, err = preparedRole(ctx, where.function); err != nil {
			return err
		}
	}
	p, _, err := what.pack(ctx)
	if err != nil {
		return err
	}
	o.Zip, o.Description = p.Zip, release.Describe(p.Config, what.launcher)
	arn, err := r.Publish(ctx, o)
	if err == nil && arn != "" {
		_, err = fmt.Fprintln(stdout, arn)
	}
	return err
}
