package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/edgeresize/edgeresize/deploy/prepare"
)

// prepareCommand gives a distribution what it lacks for the function.
func prepareCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var from configFlag
	from.register(flags)
	var where releaseFlags
	where.register(flags)
	o := prepare.Options{}
	flags.StringVar(&o.Distribution, "distribution", "", "the distribution's `ID`, such as E1ABCDEFGHIJKL")
	flags.StringVar(&o.Behavior, "behavior", "", "the behaviour's path `PATTERN`, such as '/img/*' (default the default behaviour)")
	// A flag that is not given leaves what is there.
	given := func(name, usage string, to **string) {
		flags.Func(name, usage+" (default unchanged)", func(value string) error {
			*to = &value
			return nil
		})
	}
	given("sizes", "the `SIZES` to allow, such as 500x300,640x,x200; '' for all", &o.Sizes)
	given("host", "the only domain `NAME` to answer to; '' for any", &o.Host)
	given("url-prefix", "the folder of URLs, `PATH`, that -key-prefix replaces, such as /wp-content/uploads; '' for none", &o.URLPrefix)
	given("key-prefix", "the `FOLDER` of keys that replaces -url-prefix, such as media/photos; '' for the whole bucket", &o.KeyPrefix)
	if err := parse(flags, args); err != nil {
		return err
	}
	if o.Distribution == "" {
		return wrongUsage(flags, "no -distribution")
	}
	var err error
	if o.Config, err = from.read(ctx); err != nil {
		return err
	}
	r, err := where.releaser(ctx, flags, stdout)
	if err != nil {
		return err
	}
	if name, err := r.Stack(ctx); err != nil {
		return err
	} else if name != "" {
		return &stackFunctionError{where.function, name}
	}
	settings, err := loadSettings(ctx)
	if err != nil {
		return err
	}
	o.Function, o.DryRun = where.function, where.dryRun
	return prepare.New(settings, stdout).Prepare(ctx, o)
}

// stackFunctionError says that a function belongs to a stack, and so does its distribution.
type stackFunctionError struct{ function, stack string }

func (e *stackFunctionError) Error() string {
	return fmt.Sprintf("the function %s belongs to the stack %s, which sets up its own distribution: for another distribution, choose another function with -function", e.function, e.stack)
}

// undoPrepare takes away what was prepared for a function.
func undoPrepare(ctx context.Context, where releaseFlags, stdout io.Writer) error {
	settings, err := loadSettings(ctx)
	if err != nil {
		return err
	}
	return prepare.New(settings, stdout).Undo(ctx, where.function, where.dryRun)
}

// preparedRole returns the ARN of the role that was prepared for a function. It returns ""
// if the function exists or there is no such role.
func preparedRole(ctx context.Context, function string) (string, error) {
	settings, err := loadSettings(ctx)
	if err != nil {
		return "", err
	}
	return prepare.RoleForNew(ctx, settings, function)
}
